"""The methods of the plugin protocol that concern the provider itself."""

from __future__ import annotations

from typing import Any

from localtender.provider import diagnostics
from localtender.provider.configuration import ProviderConfiguration
from localtender.provider.ephemeral_messages import ephemeral_schemas
from localtender.provider.errors import ProviderError
from localtender.provider.function_methods import function_message
from localtender.provider.schema.message import schema_message, schemas_message
from localtender.provider.served import ServedProvider
from localtender.provider.sessions import Session
from localtender.provider.values import Values
from localtender.provider.wire import messages, read_dynamic_value


class ProviderMethods:
    """Answers Terraform for the provider: each method takes a request message and a session."""

    def __init__(self, provider: ServedProvider, endpoint_url: str) -> None:
        self._provider = provider
        self._registry = provider.registry
        self._schema = provider.schema
        self._endpoint_url = endpoint_url
        self._schemas = self._implemented_schemas()

    def get_metadata(self, _request: Any, _session: Session) -> Any:
        """Name the implemented types."""
        response = messages.GetMetadata.Response()
        response.server_capabilities.get_provider_schema_optional = True
        response.resources.extend(
            messages.GetMetadata.ResourceMetadata(type_name=name)
            for name in self._registry.resources
        )
        response.data_sources.extend(
            messages.GetMetadata.DataSourceMetadata(type_name=name)
            for name in self._registry.data_sources
        )
        response.functions.extend(
            messages.GetMetadata.FunctionMetadata(name=name) for name in self._registry.functions
        )
        return response

    def get_provider_schema(self, _request: Any, session: Session) -> bytes:
        """Return the schemas of the implemented types and of those the caller's folder names."""
        beyond = frozenset(self._provider.types_beyond(session.caller))
        resources = beyond.difference(self._registry.resources)
        sources = beyond.difference(self._registry.data_sources)
        return self._schemas + schemas_message(
            resources={
                name: (self._schema.block("resource", name), ())
                for name in resources
                if self._schema.has("resource", name)
            },
            data_sources={
                name: (self._schema.block("data_source", name), ())
                for name in sources
                if self._schema.has("data_source", name)
            },
        )

    def validate_provider_config(self, request: Any, session: Session) -> Any:
        """Refuse a configuration that cannot be used, as one with an endpoint elsewhere."""
        block = read_dynamic_value(self._schema.provider.type, request.config)
        response = messages.ValidateProviderConfig.Response()
        self._read_configuration(block, session, response)
        return response

    def configure_provider(self, request: Any, session: Session) -> Any:
        """Remember the configuration of this connection."""
        block = read_dynamic_value(self._schema.provider.type, request.config)
        response = messages.ConfigureProvider.Response()
        session.configuration = self._read_configuration(block, session, response)
        return response

    def stop_provider(self, _request: Any, session: Session) -> Any:
        """Interrupt what this Terraform waits for; other Terraforms go on."""
        session.stopping.set()
        return messages.StopProvider.Response()

    def _implemented_schemas(self) -> bytes:
        registry = self._registry
        functions = messages.GetProviderSchema.Response(
            functions={name: function_message(item) for name, item in registry.functions.items()}
        )
        serialized: bytes = functions.SerializeToString()
        serialized += ephemeral_schemas(
            {
                name: schema_message(resource.schema, resource.sensitive)
                for name, resource in registry.ephemeral_resources.items()
            }
        )
        return serialized + schemas_message(
            provider=self._schema.provider,
            provider_meta=self._provider.meta,
            resources={
                name: (self._schema.block("resource", name), resource.sensitive)
                for name, resource in registry.resources.items()
            },
            data_sources={
                name: (self._schema.block("data_source", name), source.sensitive)
                for name, source in registry.data_sources.items()
            },
        )

    def _read_configuration(
        self, block: Values, session: Session, response: Any
    ) -> ProviderConfiguration | None:
        try:
            return self._provider.configure(block, session.caller.environment, self._endpoint_url)
        except ProviderError as failure:
            response.diagnostics.append(
                diagnostics.error(
                    f"the configuration of the {self._provider.name} provider cannot be used",
                    str(failure),
                )
            )
            return None
