"""Terraform's plugin protocol 6: which method is answered by what."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import grpc

from localtender.provider import diagnostics
from localtender.provider import ephemeral_messages as ephemeral
from localtender.provider.calls import Calls
from localtender.provider.data_source_methods import DataSourceMethods
from localtender.provider.ephemeral_methods import EphemeralMethods
from localtender.provider.function_methods import FunctionMethods
from localtender.provider.interruption import interruptible
from localtender.provider.provider_methods import ProviderMethods
from localtender.provider.resource_methods import ResourceMethods
from localtender.provider.served import Providers
from localtender.provider.sessions import Session, Sessions
from localtender.provider.wire import Handler, messages

Method = Callable[[Any, Session], Any]


@dataclass(frozen=True)
class Methods:
    """The methods of one provider, in groups."""

    provider: ProviderMethods
    resources: ResourceMethods
    data_sources: DataSourceMethods
    functions: FunctionMethods
    ephemeral: EphemeralMethods


_METHODS: Final[Mapping[Any, Callable[[Methods], Method]]] = {
    messages.GetMetadata: lambda of: of.provider.get_metadata,
    messages.GetProviderSchema: lambda of: of.provider.get_provider_schema,
    messages.ValidateProviderConfig: lambda of: of.provider.validate_provider_config,
    messages.ConfigureProvider: lambda of: of.provider.configure_provider,
    messages.StopProvider: lambda of: of.provider.stop_provider,
    messages.GetFunctions: lambda of: of.functions.get_functions,
    messages.CallFunction: lambda of: of.functions.call_function,
    messages.ValidateResourceConfig: lambda of: of.resources.validate_resource_config,
    messages.UpgradeResourceState: lambda of: of.resources.upgrade_resource_state,
    messages.ReadResource: lambda of: of.resources.read_resource,
    messages.PlanResourceChange: lambda of: of.resources.plan_resource_change,
    messages.ApplyResourceChange: lambda of: of.resources.apply_resource_change,
    messages.ImportResourceState: lambda of: of.resources.import_resource_state,
    messages.MoveResourceState: lambda of: of.resources.move_resource_state,
    messages.ValidateDataResourceConfig: lambda of: of.data_sources.validate_data_resource_config,
    messages.ReadDataSource: lambda of: of.data_sources.read_data_source,
    ephemeral.ValidateEphemeralResourceConfig: lambda of: (
        of.ephemeral.validate_ephemeral_resource_config
    ),
    ephemeral.OpenEphemeralResource: lambda of: of.ephemeral.open_ephemeral_resource,
    ephemeral.RenewEphemeralResource: lambda of: of.ephemeral.renew_ephemeral_resource,
    ephemeral.CloseEphemeralResource: lambda of: of.ephemeral.close_ephemeral_resource,
}


class Servicer:
    """Answers Terraform for every provider that is served.

    Parameters
    ----------
    endpoint_url
        Where services are reached when neither the configuration nor Terraform's environment says.
    """

    def __init__(self, providers: Providers, sessions: Sessions, endpoint_url: str) -> None:
        self._providers = providers
        self._sessions = sessions
        self._endpoint_url = endpoint_url
        self._calls = Calls()
        self._loading = threading.Lock()
        self._methods: dict[str, Methods] = {}

    def handlers(self) -> dict[str, tuple[Any, Handler]]:
        """Return the request class and the function of every method served."""
        handlers: dict[str, tuple[Any, Handler]] = {
            message.__name__: (message.Request, self._guarded(message.Response, method))
            for message, method in _METHODS.items()
        }
        # Not in the stubs; an empty message says that no type has an identity schema.
        handlers["GetResourceIdentitySchemas"] = (bytes, lambda _request, _context: b"")
        return handlers

    def prepare(self, provider: str) -> Methods:
        """Load a provider, if that has not been done, and return its methods."""
        methods = self._methods.get(provider)
        if methods is None:
            with self._loading:
                methods = self._methods.get(provider)
                if methods is None:
                    methods = self._methods[provider] = self._load(provider)
        return methods

    def _load(self, name: str) -> Methods:
        provider = self._providers[name]()
        return Methods(
            ProviderMethods(provider, self._endpoint_url),
            ResourceMethods(provider, self._calls),
            DataSourceMethods(provider, self._calls),
            FunctionMethods(provider),
            EphemeralMethods(provider, self._calls),
        )

    def _guarded(self, response_class: Any, choose: Callable[[Methods], Method]) -> Handler:
        """Return the gRPC function of a method: for known callers, and never with a traceback."""

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            session = self._sessions.find(context.peer())
            if session is None:
                context.abort(grpc.StatusCode.PERMISSION_DENIED, "connect through the socket")
            method = choose(self.prepare(session.provider))
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
