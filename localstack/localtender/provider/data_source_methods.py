"""The methods of the plugin protocol that concern data sources."""

from __future__ import annotations

from typing import Any

from localtender.provider import diagnostics
from localtender.provider.calls import Calls
from localtender.provider.schema.message import state_message
from localtender.provider.served import ServedProvider
from localtender.provider.sessions import Session
from localtender.provider.validation import configuration_problems
from localtender.provider.values import without_unknown
from localtender.provider.wire import messages, read_dynamic_value


class DataSourceMethods:
    """Answers Terraform for data sources: each method takes a request message and a session."""

    def __init__(self, provider: ServedProvider, calls: Calls) -> None:
        self._registry = provider.registry
        self._schema = provider.schema
        self._calls = calls

    def validate_data_resource_config(self, request: Any, _session: Session) -> Any:
        """Check a data source's arguments."""
        response = messages.ValidateDataResourceConfig.Response()
        source = self._registry.data_sources.get(request.type_name)
        if source is not None:
            block = self._schema.block("data_source", request.type_name)
            config = read_dynamic_value(block.type, request.config)
            response.diagnostics.extend(
                diagnostics.invalid_argument(problem)
                for problem in configuration_problems(source, config)
            )
        return response

    def read_data_source(self, request: Any, session: Session) -> Any:
        """Read a data source."""
        response = messages.ReadDataSource.Response()
        source = self._registry.data_sources.get(request.type_name)
        if source is None:
            response.diagnostics.append(
                diagnostics.not_implemented("data source", request.type_name)
            )
            return response
        block = self._schema.block("data_source", request.type_name)
        config = read_dynamic_value(block.type, request.config)
        call = self._calls.begin(session, source.service, config, config=config)
        try:
            values = without_unknown(config)
            if "region" in block.attributes:
                values["region"] = call.region
            values |= source.read(call, values)
            response.state.CopyFrom(state_message(block, values))
        except Exception as failure:
            response.diagnostics.append(call.failure("reading", request.type_name, config, failure))
        response.diagnostics.extend(call.warning_diagnostics())
        return response
