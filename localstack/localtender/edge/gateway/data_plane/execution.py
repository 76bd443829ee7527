"""The way of a request through a deployed REST API.

```
route ── authorize ── API key, throttle ── validate ── cache ── integration ── headers ── logs
  │          │               │                │          │           │
  └──────────┴───────────────┴────── gateway response ───┴───────────┘
```

After "API Gateway REST API" of the developer guide, whose order of steps this is.
"""

from __future__ import annotations

import json
import logging
import random
import time
from dataclasses import replace

from localtender.edge.gateway.data_plane.access_log import AccessLog
from localtender.edge.gateway.data_plane.admission import Admission
from localtender.edge.gateway.data_plane.authorization import Authorization
from localtender.edge.gateway.data_plane.backends import Backends
from localtender.edge.gateway.data_plane.caching.stage_cache import StageCache
from localtender.edge.gateway.data_plane.compiled import CompiledDeployments
from localtender.edge.gateway.data_plane.compression import compressed, decompressed
from localtender.edge.gateway.data_plane.custom_domains import DomainRoute
from localtender.edge.gateway.data_plane.error_responses import error_response
from localtender.edge.gateway.data_plane.errors import (
    ForbiddenError,
    GatewayError,
    InternalServerError,
    MissingAuthenticationTokenError,
    RequestTooLargeError,
)
from localtender.edge.gateway.data_plane.exchange import Endpoint, Exchange, new_extended_request_id
from localtender.edge.gateway.data_plane.execution_log import ExecutionLog
from localtender.edge.gateway.data_plane.observer import RequestObserver
from localtender.edge.gateway.data_plane.request_head import refuse_head, with_split_query
from localtender.edge.gateway.data_plane.tracing import trace_header
from localtender.edge.gateway.state import CanarySettings, Deployment, Stage
from localtender.edge.gateway.store import OwnedRestApi, Store
from localtender.edge.protocol.messages import HttpRequest, HttpResponse

_LARGEST_REQUEST = 10 * 1024 * 1024
# As recorded on AWS in LocalStack's `test_apigateway_common.snapshot.json`
# (`test_invocation_trace_id`) and `test_apigateway_integrations.snapshot.json`.
_WITHOUT_TRACE = frozenset({"MOCK", "HTTP_PROXY"})

_log = logging.getLogger(__name__)


class RestApiExecution:
    """Serves requests to deployed stages."""

    def __init__(
        self,
        store: Store,
        authorization: Authorization,
        admission: Admission,
        backends: Backends,
        cache: StageCache,
        access_log: AccessLog,
        execution_log: ExecutionLog,
        observer: RequestObserver | None = None,
    ) -> None:
        self._store = store
        self._authorization = authorization
        self._admission = admission
        self._backends = backends
        self._cache = cache
        self._access_log = access_log
        self._execution_log = execution_log
        self._observer = observer
        self._compiled = CompiledDeployments()

    async def execute(
        self,
        request: HttpRequest,
        *,
        api_id: str,
        stage: str,
        path: str,
        domain: DomainRoute | None = None,
    ) -> HttpResponse:
        """Answer one request; `path` is percent-encoded, without the stage.

        `domain` is the custom domain that the request came by, None for the API's own.
        """
        owned = self._store.find_rest_api(api_id)
        found = _deployed(owned, stage)
        if owned is None or found is None:
            return _forbidden(request)
        if owned.api.disable_execute_api_endpoint and domain is None:
            return _forbidden(request)
        refusal = refuse_head(request, stage=stage, path=path)
        if refusal is not None:
            return refusal
        deployed_stage, deployment = found
        exchange = Exchange(
            request=with_split_query(request),
            endpoint=Endpoint(
                account_id=owned.account_id,
                region=owned.region,
                domain_name=f"{api_id}.execute-api.{owned.region}.amazonaws.com"
                if domain is None
                else domain.domain_name,
                stage=deployed_stage,
                snapshot=deployment.snapshot,
                base_path=None if domain is None else domain.base_path,
            ),
            path=path,
            trace_id=trace_header(request.header("X-Amzn-Trace-Id")),
        )
        response = await self._answer(exchange, deployment)
        exchange.status = response.status
        exchange.response_length = len(response.body)
        exchange.response_latency = int((time.time() - exchange.began_at) * 1000)
        self._access_log.write(exchange)
        self._execution_log.write(exchange, response)
        if self._observer is not None:
            self._observer.answered(exchange)
        return response

    async def _answer(self, exchange: Exchange, deployment: Deployment) -> HttpResponse:
        try:
            return _with_gateway_headers(exchange, await self._serve(exchange, deployment))
        except GatewayError as error:
            failure = error
        except Exception:
            _log.exception("%s %s failed", exchange.request.method, exchange.path)
            failure = InternalServerError(reason="An unexpected error, logged above")
        exchange.error = failure
        _log_failure(exchange, failure)
        return error_response(exchange, failure)

    async def _serve(self, exchange: Exchange, deployment: Deployment) -> HttpResponse:
        request = exchange.request
        if len(request.body) > _LARGEST_REQUEST:
            raise RequestTooLargeError
        minimum_size = exchange.endpoint.snapshot.minimum_compression_size
        exchange.request = request = decompressed(request, minimum_size, _LARGEST_REQUEST)
        compiled = self._compiled.of(deployment)
        match = compiled.router.match(request.method, exchange.path)
        if match is None:
            raise MissingAuthenticationTokenError(
                reason=f"No {request.method} {exchange.path} in deployment {deployment.id}"
            )
        exchange.resource = match.resource
        exchange.method = match.method
        exchange.path_parameters = match.path_parameters
        await self._authorization.authorize(exchange)
        owner = exchange.endpoint
        self._admission.admit(exchange, self._store.state(owner.account_id, owner.region))
        compiled.checks(match.resource, match.method).check(exchange)
        response = await self._cache.answer(exchange, self._backends.call)
        return compressed(response, exchange.header("Accept-Encoding"), minimum_size)


def _deployed(owned: OwnedRestApi | None, stage_name: str) -> tuple[Stage, Deployment] | None:
    if owned is None:
        return None
    stage = owned.api.stages.get(stage_name)
    if stage is not None and stage.canary_settings is not None:
        stage = _chosen(stage, stage.canary_settings)
    deployment = None if stage is None else owned.api.deployments.get(stage.deployment_id)
    if stage is None or deployment is None:
        return None
    return stage, deployment


def _chosen(stage: Stage, canary: CanarySettings) -> Stage:
    """The stage or its canary, by chance and the canary's share of the traffic."""
    if random.random() * 100 >= canary.percent_traffic:
        return replace(stage, is_canary=False)
    variables = {**(stage.variables or {}), **(canary.stage_variable_overrides or {})}
    return replace(
        stage, deployment_id=canary.deployment_id, variables=variables or None, is_canary=True
    )


def _forbidden(request: HttpRequest) -> HttpResponse:
    # Outside of any API there are no gateway responses, only AWS's own answer.
    headers = (
        ("Content-Type", "application/json"),
        ("x-amzn-RequestId", request.request_id),
        ("x-amzn-ErrorType", ForbiddenError.error_type),
        ("x-amz-apigw-id", new_extended_request_id()),
    )
    body = json.dumps({"message": ForbiddenError.message}, separators=(",", ":"))
    return HttpResponse(ForbiddenError.status, headers, body.encode())


def _with_gateway_headers(exchange: Exchange, response: HttpResponse) -> HttpResponse:
    own = [
        ("x-amzn-RequestId", exchange.request.request_id),
        ("x-amz-apigw-id", exchange.extended_request_id),
    ]
    integration = exchange.method.integration if exchange.method else None
    if integration is not None and integration.type not in _WITHOUT_TRACE:
        is_function = ":lambda:path/" in (integration.uri or "")
        trace_id = exchange.function_trace_id if is_function else exchange.trace_id
        own.append(("X-Amzn-Trace-Id", trace_id))
    taken = {name.lower() for name, _ in own}
    kept = [pair for pair in response.headers if pair[0].lower() not in taken]
    return HttpResponse(response.status, (*kept, *own), response.body)


def _log_failure(exchange: Exchange, failure: GatewayError) -> None:
    level = logging.ERROR if failure.status >= 500 else logging.INFO
    _log.log(
        level,
        "%s /%s%s of %s answered %s (%s): %s, request %s",
        exchange.request.method,
        exchange.endpoint.stage.name,
        exchange.path,
        exchange.endpoint.api_id,
        failure.status,
        failure.response_type,
        failure.reason or failure.message,
        exchange.request.request_id,
    )
