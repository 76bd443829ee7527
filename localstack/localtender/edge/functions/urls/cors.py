"""Cross-origin requests to a function URL.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors: what the URL is
configured with takes the place of CORS headers that the function returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

_OURS = "access-control-"


def is_preflight(method: str, origin: str | None, requested_method: str | None) -> bool:
    """Whether a browser asks leave; Lambda answers that itself."""
    return method == "OPTIONS" and bool(origin) and bool(requested_method)


def preflight_headers(
    cors: Mapping[str, Any], origin: str, requested_method: str, requested_headers: str | None
) -> list[tuple[str, str]]:
    """The answer's headers; without any that allow it when the origin or method is not allowed."""
    methods = cors.get("AllowMethods") or []
    allowed = allowed_origin(cors, origin)
    if allowed is None or not ({"*", requested_method} & set(methods)):
        return []
    headers = [*_origin_headers(cors, allowed), ("Access-Control-Allow-Methods", ",".join(methods))]
    names = cors.get("AllowHeaders") or []
    if names:
        shown = requested_headers if "*" in names and requested_headers else ",".join(names)
        headers.append(("Access-Control-Allow-Headers", shown))
    if cors.get("MaxAge") is not None:
        headers.append(("Access-Control-Max-Age", str(cors["MaxAge"])))
    return headers


def with_cors(
    cors: Mapping[str, Any], origin: str | None, headers: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """A response's headers with those of the configuration instead of the function's own."""
    kept = [(name, value) for name, value in headers if not name.lower().startswith(_OURS)]
    allowed = allowed_origin(cors, origin) if origin else None
    if allowed is None:
        return kept
    added = _origin_headers(cors, allowed)
    if cors.get("ExposeHeaders"):
        added.append(("Access-Control-Expose-Headers", ",".join(cors["ExposeHeaders"])))
    return kept + added


def allowed_origin(cors: Mapping[str, Any], origin: str) -> str | None:
    """What Access-Control-Allow-Origin says to this origin; None when it is not allowed."""
    origins = cors.get("AllowOrigins") or []
    if "*" in origins:
        return origin if cors.get("AllowCredentials") else "*"
    return origin if any(fnmatchcase(origin, pattern) for pattern in origins) else None


def _origin_headers(cors: Mapping[str, Any], allowed: str) -> list[tuple[str, str]]:
    headers = [("Access-Control-Allow-Origin", allowed), ("Vary", "Origin")]
    if cors.get("AllowCredentials"):
        headers.append(("Access-Control-Allow-Credentials", "true"))
    return headers
