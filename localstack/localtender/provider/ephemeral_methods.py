"""The methods of the plugin protocol that concern ephemeral resources."""

from __future__ import annotations

from typing import Any

from localtender.provider import diagnostics
from localtender.provider import ephemeral_messages as messages
from localtender.provider.calls import Calls
from localtender.provider.schema.message import state_message
from localtender.provider.served import ServedProvider
from localtender.provider.sessions import Session
from localtender.provider.validation import configuration_problems
from localtender.provider.values import without_unknown
from localtender.provider.wire import read_dynamic_value


class EphemeralMethods:
    """Answers Terraform for ephemeral resources, whose values stand in no plan and no state."""

    def __init__(self, provider: ServedProvider, calls: Calls) -> None:
        self._resources = provider.registry.ephemeral_resources
        self._calls = calls

    def validate_ephemeral_resource_config(self, request: Any, _session: Session) -> Any:
        """Check an ephemeral resource's arguments."""
        resource = self._resources[request.type_name]
        config = read_dynamic_value(resource.schema.type, request.config)
        return messages.ValidateEphemeralResourceConfig.Response(
            diagnostics=[
                diagnostics.invalid_argument(problem)
                for problem in configuration_problems(resource, config)
            ]
        )

    def open_ephemeral_resource(self, request: Any, session: Session) -> Any:
        """Return the values for this run of Terraform."""
        response = messages.OpenEphemeralResource.Response()
        resource = self._resources[request.type_name]
        config = read_dynamic_value(resource.schema.type, request.config)
        call = self._calls.begin(session, resource.service, config, config=config)
        try:
            values = without_unknown(config)
            if "region" in resource.schema.attributes:
                values["region"] = call.region
            values |= resource.open(call, values)
            response.result.CopyFrom(state_message(resource.schema, values))
        except Exception as failure:
            response.diagnostics.append(call.failure("opening", request.type_name, config, failure))
        response.diagnostics.extend(call.warning_diagnostics())
        return response

    def renew_ephemeral_resource(self, _request: Any, _session: Session) -> Any:
        """Do nothing: no value here runs out."""
        return messages.RenewEphemeralResource.Response()

    def close_ephemeral_resource(self, _request: Any, _session: Session) -> Any:
        """Do nothing: no value here has to be given back."""
        return messages.CloseEphemeralResource.Response()
