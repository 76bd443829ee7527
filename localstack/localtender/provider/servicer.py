"""Terraform's plugin protocol 6: which method is answered by what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import grpc

from localtender.provider import diagnostics
from localtender.provider.calls import Calls
from localtender.provider.data_source_methods import DataSourceMethods
from localtender.provider.interruption import interruptible
from localtender.provider.provider_methods import ProviderMethods
from localtender.provider.registry import Registry
from localtender.provider.resource_methods import ResourceMethods
from localtender.provider.schema.loading import ProviderSchema
from localtender.provider.sessions import Session, Sessions
from localtender.provider.wire import Handler, messages

Method = Callable[[Any, Session], Any]


class Servicer:
    """Answers Terraform for the AWS provider.

    Parameters
    ----------
    endpoint_url
        Where services are reached when neither the configuration nor Terraform's environment says.
    """

    def __init__(
        self, registry: Registry, schema: ProviderSchema, sessions: Sessions, endpoint_url: str
    ) -> None:
        calls = Calls()
        self._sessions = sessions
        self._endpoint_url = endpoint_url
        self._provider = ProviderMethods(registry, schema, endpoint_url)
        self._resources = ResourceMethods(registry, schema, calls)
        self._data_sources = DataSourceMethods(registry, schema, calls)

    def handlers(self) -> dict[str, tuple[Any, Handler]]:
        """Return the request class and the function of every method served."""
        handlers: dict[str, tuple[Any, Handler]] = {
            message.__name__: (message.Request, self._guarded(message.Response, method))
            for message, method in self._methods()
        }
        # Not in the stubs; an empty message says that no type has an identity schema.
        handlers["GetResourceIdentitySchemas"] = (bytes, lambda _request, _context: b"")
        return handlers

    def _methods(self) -> Iterator[tuple[Any, Method]]:
        provider = self._provider
        yield messages.GetMetadata, provider.get_metadata
        yield messages.GetProviderSchema, provider.get_provider_schema
        yield messages.ValidateProviderConfig, provider.validate_provider_config
        yield messages.ConfigureProvider, provider.configure_provider
        yield messages.StopProvider, provider.stop_provider
        yield messages.GetFunctions, provider.get_functions
        yield messages.CallFunction, provider.call_function
        resources = self._resources
        yield messages.ValidateResourceConfig, resources.validate_resource_config
        yield messages.UpgradeResourceState, resources.upgrade_resource_state
        yield messages.ReadResource, resources.read_resource
        yield messages.PlanResourceChange, resources.plan_resource_change
        yield messages.ApplyResourceChange, resources.apply_resource_change
        yield messages.ImportResourceState, resources.import_resource_state
        yield messages.MoveResourceState, resources.move_resource_state
        data_sources = self._data_sources
        yield messages.ValidateDataResourceConfig, data_sources.validate_data_resource_config
        yield messages.ReadDataSource, data_sources.read_data_source

    def _guarded(self, response_class: Any, method: Method) -> Handler:
        """Return the gRPC function of a method: for known callers, and never with a traceback."""

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            session = self._sessions.find(context.peer())
            if session is None:
                context.abort(grpc.StatusCode.PERMISSION_DENIED, "connect through the socket")
            try:
                with interruptible(session.stopping):
                    return method(request, session)
            except Exception as failure:
                if "diagnostics" not in response_class.DESCRIPTOR.fields_by_name:
                    raise
                configuration = session.configuration
                where = configuration.endpoint_url if configuration else self._endpoint_url
                doing = f"{method.__name__} {getattr(request, 'type_name', '')}".strip()
                response = response_class()
                response.diagnostics.append(diagnostics.from_exception(doing, failure, where))
                return response

        return answer
