"""Answering requests from a stage's cache.

After "Cache settings for REST APIs in API Gateway" of the developer guide: a stage with a cache
cluster keeps the responses of methods whose settings enable that, by default GET methods only, for
their TTL. An entry is told from others by the integration's cache key parameters and its cache
namespace, the resource where it has none. A client replaces an entry by `Cache-Control: max-age=0`,
for which it may need the permission `execute-api:InvalidateCache`. Authorizers, API keys and
throttles come first all the same. Errors that an integration answers are kept like anything else;
a new size of the cluster empties the cache, a new deployment does not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from localtender.edge.authorize.evaluation import Decision
from localtender.edge.gateway.data_plane.authorization import decide_for_signer, denial
from localtender.edge.gateway.data_plane.caching.cached_responses import CachedResponses, CacheKey
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.method_settings import own_settings, settings_of_method
from localtender.edge.gateway.data_plane.parameter_mapping import request_value
from localtender.edge.gateway.state import MethodSettings
from localtender.edge.protocol.messages import HttpResponse

INVALIDATE = "execute-api:InvalidateCache"
# "The maximum size of a response that can be cached is 1048576 bytes."
_LARGEST_RESPONSE = 1_048_576
_IGNORED = (
    "Warning",
    "199 Cache-control headers were ignored because the caller was unauthorized.",
)

_Call = Callable[[Exchange], Awaitable[HttpResponse]]


class StageCache:
    """The caches of all stages."""

    def __init__(self, responses: CachedResponses | None = None) -> None:
        self._responses = responses or CachedResponses()

    async def answer(self, exchange: Exchange, call: _Call) -> HttpResponse:
        """The cached response, or that of the integration, which is kept then.

        Raises AccessDeniedError for an invalidation that is not allowed, where the stage wants
        that, and what the integration raises.
        """
        settings = _caching_settings(exchange)
        if settings is None:
            return await call(exchange)
        key = _key(exchange)
        wants_new = _wants_new_response(exchange)
        refused = wants_new and not _may_invalidate(exchange, settings)
        if refused and settings.unauthorized_cache_control_header_strategy == "FAIL_WITH_403":
            raise denial(exchange, INVALIDATE)
        found = None if wants_new and not refused else self._responses.find(key)
        exchange.cache_hit = found is not None
        if found is None:
            found = await call(exchange)
            if len(found.body) <= _LARGEST_RESPONSE:
                self._responses.keep(key, found, settings.cache_ttl_in_seconds)
        if refused and _tells(settings):
            return replace(found, headers=(*found.headers, _IGNORED))
        return found

    def forget(self, api_id: str, stage_name: str) -> None:
        """Empty a stage's cache."""
        self._responses.forget(api_id, stage_name)


def _caching_settings(exchange: Exchange) -> MethodSettings | None:
    """The settings under which the response may come from the cache, None where it may not."""
    if not exchange.endpoint.stage.cache_cluster_enabled:
        return None
    found = own_settings(exchange)
    if found is None and exchange.request.method == "GET":
        found = settings_of_method(exchange)
    if found is None:
        return None
    settings = found[1]
    return settings if settings.caching_enabled and settings.cache_ttl_in_seconds > 0 else None


def _key(exchange: Exchange) -> CacheKey:
    stage = exchange.endpoint.stage
    integration = exchange.method.integration if exchange.method else None
    names = integration.cache_key_parameters if integration else ()
    namespace = (integration.cache_namespace if integration else None) or (
        exchange.resource.id if exchange.resource else ""
    )
    canary = stage.canary_settings
    return CacheKey(
        api_id=exchange.endpoint.api_id,
        stage=stage.name,
        cluster_size=stage.cache_cluster_size,
        is_canary=bool(stage.is_canary and canary and not canary.use_stage_cache),
        namespace=namespace,
        http_method=exchange.request.method,
        parameters=tuple((name, _parameter(exchange, name)) for name in names),
    )


def _parameter(exchange: Exchange, name: str) -> str | None:
    # A parameter of the integration stands for what is mapped to it.
    if name.startswith("integration.request."):
        integration = exchange.method.integration if exchange.method else None
        mappings = (integration.request_parameters if integration else None) or {}
        return request_value(exchange, mappings.get(name, ""))
    return request_value(exchange, name)


def _wants_new_response(exchange: Exchange) -> bool:
    directives = (exchange.header("Cache-Control") or "").lower().split(",")
    return any("".join(directive.split()) == "max-age=0" for directive in directives)


def _may_invalidate(exchange: Exchange, settings: MethodSettings) -> bool:
    if not settings.require_authorization_for_cache_control:
        return True
    return decide_for_signer(exchange, INVALIDATE) is Decision.ALLOW


def _tells(settings: MethodSettings) -> bool:
    strategy = settings.unauthorized_cache_control_header_strategy
    return strategy == "SUCCEED_WITH_RESPONSE_HEADER"
