"""Which headers an integration may be sent and may answer with.

After "Amazon API Gateway important notes" of the developer guide (its table of headers) and what
was recorded on AWS in LocalStack's `test_apigateway_integrations.snapshot.json`
(`TestApiGatewayHeaderRemapping`) and `test_apigateway_http.snapshot.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from localtender.edge.gateway.data_plane.errors import InternalServerError
from localtender.edge.gateway.state import Integration

# What RFC 9110 allows in a field name; AWS has no way of sending anything else either.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PREFIX = "x-amzn-Remapped-"
_REMAPPED = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "expect",
        "host",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "trailer",
        "upgrade",
        "user-agent",
        "www-authenticate",
    }
)
_DROPPED_FROM_RESPONSES = frozenset({"transfer-encoding"})
# Headers that an integration's own mapping must not set: the request fails where it does.
_REFUSED = frozenset({"content-length", "transfer-encoding"})
_REFUSED_BY_AWS = _REFUSED | {"authorization", "connection", "expect", "proxy-authenticate", "te"}
_MAPPED_HEADER = "integration.request.header."


def is_header_name(name: str) -> bool:
    """Whether a header may have this name."""
    return _NAME.fullmatch(name) is not None


def remapped_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """An integration's headers as the client gets them, some under the name `x-amzn-Remapped-…`."""
    return tuple(
        (f"{_PREFIX}{name}" if name.lower() in _REMAPPED else name, value)
        for name, value in headers
        if name.lower() not in _DROPPED_FROM_RESPONSES
    )


def remapped_request_id(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The headers of an HTTP backend with its own request id out of the way of the gateway's."""
    return tuple(
        (f"{_PREFIX}{name}" if name.lower() == "x-amzn-requestid" else name, value)
        for name, value in headers
    )


def check_mapped_headers(integration: Integration) -> None:
    """Raise InternalServerError where the request mapping sets a header that it must not set."""
    refused = _REFUSED_BY_AWS if integration.type.startswith("AWS") else _REFUSED
    mappings: Mapping[str, str] = integration.request_parameters or {}
    for target in mappings:
        name = target.removeprefix(_MAPPED_HEADER)
        if target.startswith(_MAPPED_HEADER) and name.lower() in refused:
            raise InternalServerError(
                reason=f"Execution failed due to configuration error: Header {name} must not be "
                "mapped"
            )
