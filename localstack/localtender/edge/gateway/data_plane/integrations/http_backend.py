"""HTTP and HTTP_PROXY integrations.

After "HTTP integrations for REST APIs in API Gateway" of the developer guide; which headers a
backend gets, and how mapped query parameters join those of the request, is as recorded on AWS in
LocalStack's `test_apigateway_http.snapshot.json` and `test_apigateway_integrations.snapshot.json`.
Redirects are the client's to follow. A backend behind a VPC link is called by the integration's
URI: there is no network between.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

import httpx

from localtender.edge.gateway.data_plane.content_conversion import converted_request
from localtender.edge.gateway.data_plane.errors import (
    IntegrationConnectionError,
)
from localtender.edge.gateway.data_plane.exchange import EndpointCall, Exchange
from localtender.edge.gateway.data_plane.header_mapping import (
    remapped_headers,
    remapped_request_id,
)
from localtender.edge.gateway.data_plane.integrations.transformation import (
    select_response,
    transformed_request,
    transformed_response,
)
from localtender.edge.gateway.data_plane.media_types import is_binary
from localtender.edge.gateway.data_plane.parameter_mapping import request_mappings
from localtender.edge.gateway.data_plane.proxy_event import forwarded_headers
from localtender.edge.gateway.data_plane.substitution import with_stage_variables
from localtender.edge.gateway.state import Integration
from localtender.edge.protocol.messages import HttpResponse

_VARIABLE = re.compile(r"\{(?P<name>[^}]+?)\+?\}")
_JSON = "application/json"
# Never sent to a backend, whoever set them, and not passed on from the client.
_NEVER_SENT = frozenset({"expect", "proxy-authenticate", "te", "via"})
_NOT_PASSED = frozenset({"host", "content-encoding"})
_NOT_ANSWERED = frozenset({"via"})
_BODILESS = ("GET", "HEAD", "OPTIONS")
_TLS_FAILURE = "[SSL:"


@dataclass(frozen=True)
class _Answer:
    """A backend's answer with its body as it came, encoded where Content-Encoding says so."""

    status: int
    headers: httpx.Headers
    body: bytes

    def decoded(self) -> bytes:
        """The body without its encoding; as it came where that does not hold."""
        encoding = self.headers.get("Content-Encoding")
        if encoding is None:
            return self.body
        try:
            return httpx.Response(
                200, headers={"Content-Encoding": encoding}, content=self.body
            ).content
        except httpx.DecodingError:
            return self.body


class HttpIntegration:
    """Calls an HTTP endpoint; connections are kept for the next call."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport
        self._clients: dict[bool, httpx.AsyncClient] = {}

    async def call_proxy(self, exchange: Exchange, integration: Integration) -> HttpResponse:
        """Pass the request and the answer through."""
        mapped = request_mappings(exchange, integration.request_parameters)
        headers = [
            (name, value)
            for name, values in forwarded_headers(exchange).items()
            if name.lower() not in _NOT_PASSED
            for value in values
        ]
        headers = _overridden(headers, mapped["header"])
        # A name that the mapping sets and the client sent has both values, the mapped one first.
        query = [*mapped["querystring"].items(), *exchange.request.query]
        binary_types = exchange.endpoint.snapshot.binary_media_types
        body = converted_request(
            exchange.request.body,
            integration.content_handling,
            is_binary=is_binary(exchange.header("Content-Type"), binary_types),
        )
        answer = await self._send(exchange, integration, mapped["path"], headers, query, body)
        passed = remapped_request_id(
            pair for pair in answer.headers.multi_items() if pair[0].lower() not in _NOT_ANSWERED
        )
        return HttpResponse(answer.status, remapped_headers(passed), answer.body)

    async def call_custom(self, exchange: Exchange, integration: Integration) -> HttpResponse:
        """Send what the request template makes, answer what the integration response makes."""
        mapped = request_mappings(exchange, integration.request_parameters)
        transformed = transformed_request(exchange, integration)
        request = transformed.rendered
        own = {"Accept": _JSON, "User-Agent": f"AmazonAPIGateway_{exchange.endpoint.api_id}"}
        if transformed.body:
            own["Content-Type"] = exchange.header("Content-Type") or _JSON
        headers = _overridden(list(own.items()), mapped["header"])
        answer = await self._send(
            exchange,
            integration,
            {**mapped["path"], **request.request_path},
            _overridden(headers, request.request_headers),
            _overridden(list(mapped["querystring"].items()), request.request_query),
            transformed.body,
        )
        response = select_response(integration, str(answer.status))
        return transformed_response(exchange, response, dict(answer.headers), answer.decoded())

    async def close(self) -> None:
        """Give up the connections."""
        for client in self._clients.values():
            await client.aclose()

    def _connected(self, *, verify: bool) -> httpx.AsyncClient:
        # Made on first use: a TLS context takes longer to build than most APIs to start.
        client = self._clients.get(verify)
        if client is None:
            client = self._clients[verify] = httpx.AsyncClient(
                transport=self._transport, timeout=None, trust_env=False, verify=verify
            )
            # A backend gets no header that API Gateway does not send.
            client.headers.clear()
        return client

    async def _send(
        self,
        exchange: Exchange,
        integration: Integration,
        path: Mapping[str, str],
        headers: list[tuple[str, str]],
        query: list[tuple[str, str]],
        body: bytes,
    ) -> _Answer:
        verb = integration.http_method or exchange.request.method
        verb = exchange.request.method if verb == "ANY" else verb
        url = _url(with_stage_variables(integration.uri or "", exchange.stage_variables), path)
        if query:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
        gateway = {
            "X-Amzn-Apigateway-Api-Id": exchange.endpoint.api_id,
            "X-Amzn-Trace-Id": exchange.trace_id,
        }
        sent = _overridden(
            [pair for pair in headers if pair[0].lower() not in _NEVER_SENT], gateway
        )
        exchange.endpoint_call = EndpointCall(url, dict(sent), body)
        try:
            client = self._connected(verify=not integration.insecure_skip_verification)
            request = client.build_request(
                verb, url, headers=sent, content=b"" if verb in _BODILESS else body
            )
            answer = await client.send(request, stream=True)
            try:
                raw = b"".join([chunk async for chunk in answer.aiter_raw()])
            finally:
                await answer.aclose()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            exchange.integration_error = str(error)
            # A certificate that does not hold is told as what it is, as LocalStack does after AWS.
            message = None if _TLS_FAILURE in str(error) else "Internal server error"
            raise IntegrationConnectionError(
                message, reason=f"{url}: {type(error).__name__}: {error}"
            ) from error
        exchange.integration_status = answer.status_code
        exchange.endpoint_call = replace(
            exchange.endpoint_call,
            status=answer.status_code,
            response_headers=dict(answer.headers),
            response_body=raw,
        )
        return _Answer(answer.status_code, answer.headers, raw)


def _url(template: str, path: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: quote(path.get(found["name"], ""), safe="/%"), template)


def _overridden(
    pairs: list[tuple[str, str]], overrides: Mapping[str, str]
) -> list[tuple[str, str]]:
    names = {name.lower() for name in overrides}
    kept = [pair for pair in pairs if pair[0].lower() not in names]
    return [*kept, *overrides.items()]
