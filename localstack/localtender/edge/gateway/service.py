"""API Gateway v1 as the edge sees it: the control plane and the data plane over one store."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from localtender.edge.authorize.credentials import KnownSecrets
from localtender.edge.authorize.identities import Identities
from localtender.edge.gateway.control_plane.account import Account
from localtender.edge.gateway.control_plane.api_key_import import ApiKeyImport
from localtender.edge.gateway.control_plane.api_keys import ApiKeys
from localtender.edge.gateway.control_plane.authorizers import Authorizers
from localtender.edge.gateway.control_plane.base_path_mappings import BasePathMappings
from localtender.edge.gateway.control_plane.client_certificates import ClientCertificates
from localtender.edge.gateway.control_plane.deployments import Deployments
from localtender.edge.gateway.control_plane.documentation import DocumentationParts
from localtender.edge.gateway.control_plane.documentation_versions import DocumentationVersions
from localtender.edge.gateway.control_plane.domain_names import DomainNames
from localtender.edge.gateway.control_plane.exports import Exports
from localtender.edge.gateway.control_plane.gateway_responses import GatewayResponses
from localtender.edge.gateway.control_plane.imports import Imports
from localtender.edge.gateway.control_plane.input_constraints import with_checked_input
from localtender.edge.gateway.control_plane.integration_responses import IntegrationResponses
from localtender.edge.gateway.control_plane.integrations import Integrations
from localtender.edge.gateway.control_plane.method_responses import MethodResponses
from localtender.edge.gateway.control_plane.methods import Methods
from localtender.edge.gateway.control_plane.models import Models
from localtender.edge.gateway.control_plane.request_validators import RequestValidators
from localtender.edge.gateway.control_plane.resources import Resources
from localtender.edge.gateway.control_plane.rest_apis import RestApis
from localtender.edge.gateway.control_plane.stage_caches import StageCaches
from localtender.edge.gateway.control_plane.stages import Stages
from localtender.edge.gateway.control_plane.tags import Tags
from localtender.edge.gateway.control_plane.trials import Trials
from localtender.edge.gateway.control_plane.usage import Usage
from localtender.edge.gateway.control_plane.usage_plan_keys import UsagePlanKeys
from localtender.edge.gateway.control_plane.usage_plans import UsagePlans
from localtender.edge.gateway.control_plane.vpc_links import VpcLinks
from localtender.edge.gateway.data_plane.access_log import AccessLog
from localtender.edge.gateway.data_plane.admission import Admission
from localtender.edge.gateway.data_plane.authorization import Authorization
from localtender.edge.gateway.data_plane.authorizers.cognito import CognitoAuthorizers
from localtender.edge.gateway.data_plane.authorizers.function import FunctionAuthorizers
from localtender.edge.gateway.data_plane.authorizers.signed_callers import SignedCallers
from localtender.edge.gateway.data_plane.backends import Backends
from localtender.edge.gateway.data_plane.caching.stage_cache import StageCache
from localtender.edge.gateway.data_plane.custom_domains import DomainRoute, route_domain
from localtender.edge.gateway.data_plane.deployed_methods import DeployedMethod, find_method
from localtender.edge.gateway.data_plane.execution import RestApiExecution
from localtender.edge.gateway.data_plane.execution_log import ExecutionLog, LogSink
from localtender.edge.gateway.data_plane.integrations.role_requests import CallPermissions
from localtender.edge.gateway.data_plane.method_trials import MethodTrials
from localtender.edge.gateway.data_plane.observer import RequestObserver
from localtender.edge.gateway.store import Store
from localtender.edge.invocation import FunctionInvoker
from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.protocol.service import Operation, RestJsonService
from localtender.engines.client import EngineClient


class GatewayService:
    """Everything of API Gateway v1; `endpoint_url` is the edge's own address."""

    def __init__(
        self,
        *,
        engine: EngineClient,
        functions: FunctionInvoker,
        logs: LogSink,
        endpoint_url: str,
        store: Store | None = None,
        models: ServiceModels | None = None,
        admission: Admission | None = None,
        cache: StageCache | None = None,
        http_transport: httpx.AsyncBaseTransport | None = None,
        observer: RequestObserver | None = None,
        secrets: KnownSecrets | None = None,
        identities: Identities | None = None,
        permissions: CallPermissions | None = None,
    ) -> None:
        self._store = store or Store()
        self.endpoint_url = endpoint_url
        admission = admission or Admission()
        cache = cache or StageCache()
        function_authorizers = FunctionAuthorizers(functions)
        cognito_authorizers = CognitoAuthorizers(engine)
        self._backends = Backends(functions, engine, http_transport, permissions)
        self._access_log = AccessLog(logs, engine)
        trials = MethodTrials(self._backends)
        operations = {
            **_operations(self._store, engine),
            **Usage(self._store, admission).operations(),
            **StageCaches(self._store, cache.forget, function_authorizers.forget).operations(),
            **Trials(self._store, trials, function_authorizers, cognito_authorizers).operations(),
        }
        models = models or ServiceModels()
        checked = with_checked_input(operations, models.get("apigateway"))
        self._control = RestJsonService("apigateway", checked, models, keeps_null_entries=True)
        self._execution = RestApiExecution(
            store=self._store,
            authorization=Authorization(
                cognito_authorizers,
                function_authorizers,
                SignedCallers(identities or Identities(engine), secrets or KnownSecrets()),
            ),
            admission=admission,
            backends=self._backends,
            cache=cache,
            access_log=self._access_log,
            execution_log=ExecutionLog(logs),
            observer=observer,
        )

    async def control(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        """Answer a request of the API Gateway V1 API."""
        return await self._control.handle(request, caller)

    def owns(self, api_id: str) -> bool:
        """Whether an API of this id is a REST API of ours."""
        return self._store.is_taken(api_id)

    def find_method(
        self, *, api_id: str, stage: str, verb: str, path: str
    ) -> DeployedMethod | None:
        """The method that a request would reach, by its names; None for an unknown API."""
        return find_method(self._store, api_id=api_id, stage=stage, verb=verb, path=path)

    def route_domain(self, host: str, raw_path: str) -> DomainRoute | None:
        """What a custom domain has at a path, None where the host is no such domain."""
        return route_domain(self._store, host, raw_path)

    async def execute(
        self,
        request: HttpRequest,
        *,
        api_id: str,
        stage: str,
        path: str,
        domain: DomainRoute | None = None,
    ) -> HttpResponse:
        """Answer a request to a deployed API; `path` is percent-encoded and begins with a slash.

        `domain` is the custom domain that the request came by, None for the API's own.
        """
        return await self._execution.execute(
            request, api_id=api_id, stage=stage, path=path, domain=domain
        )

    async def close(self) -> None:
        """Stop what still runs."""
        await self._backends.close()
        await self._access_log.close()


def _operations(store: Store, engine: EngineClient) -> Mapping[str, Operation]:
    families = (
        RestApis(store),
        Imports(store),
        Exports(store),
        DocumentationParts(store),
        DocumentationVersions(store),
        DomainNames(store),
        BasePathMappings(store),
        ClientCertificates(store),
        Resources(store),
        Methods(store),
        MethodResponses(store),
        Integrations(store),
        IntegrationResponses(store),
        Models(store),
        RequestValidators(store),
        Authorizers(store),
        Deployments(store),
        Stages(store),
        ApiKeys(store),
        ApiKeyImport(store),
        UsagePlans(store),
        UsagePlanKeys(store),
        VpcLinks(store),
        GatewayResponses(store),
        Account(store, engine),
        Tags(store),
    )
    operations: dict[str, Operation] = {}
    for family in families:
        operations.update(family.operations())
    return operations
