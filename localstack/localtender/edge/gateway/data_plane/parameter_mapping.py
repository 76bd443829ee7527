"""Parameter mappings between method and integration.

After "Parameter mapping for REST APIs in API Gateway" of the developer guide: a value is a text in
single quotes, or a reference to the request, the integration's response, `$context` or a stage
variable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from localtender.edge.gateway.data_plane import json_path
from localtender.edge.gateway.data_plane.context_variables import context_variables
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.request_parameters import request_parameter
from localtender.edge.gateway.data_plane.substitution import as_text, context_value


def request_mappings(
    exchange: Exchange, mappings: Mapping[str, str] | None
) -> dict[str, dict[str, str]]:
    """The integration's `header`, `querystring` and `path` parameters that have a value."""
    result: dict[str, dict[str, str]] = {"header": {}, "querystring": {}, "path": {}}
    for target, expression in (mappings or {}).items():
        kind, _, name = target.removeprefix("integration.request.").partition(".")
        value = request_value(exchange, expression)
        if value is not None and kind in result:
            result[kind][name] = value
    return result


def request_value(exchange: Exchange, expression: str) -> str | None:
    """What an expression of a request mapping stands for; None when it has no value."""
    if expression.startswith("method.request.body"):
        return _from_body(exchange.request.body, expression.removeprefix("method.request.body"))
    if expression.startswith("method.request."):
        return request_parameter(exchange, expression)
    return common_value(exchange, expression)


def response_value(
    exchange: Exchange, expression: str, headers: Mapping[str, str], body: bytes
) -> str | None:
    """What an expression of a response mapping stands for; None when it has no value."""
    for prefix in ("integration.response.header.", "integration.response.multivalueheader."):
        if expression.startswith(prefix):
            return headers.get(expression.removeprefix(prefix).lower())
    if expression.startswith("integration.response.body"):
        return _from_body(body, expression.removeprefix("integration.response.body"))
    return common_value(exchange, expression)


def common_value(exchange: Exchange, expression: str) -> str | None:
    """A quoted text, a `context` variable or a stage variable."""
    if expression.startswith("'"):
        return expression[1:].removesuffix("'")
    space, _, name = expression.partition(".")
    if space == "stageVariables":
        return exchange.stage_variables.get(name)
    if space == "context":
        value = context_value(context_variables(exchange), name)
        return None if value is None else as_text(value)
    return None


def _from_body(body: bytes, path: str) -> str | None:
    if not path:
        return body.decode(errors="replace")
    try:
        value: Any = json_path.extract(json.loads(body or b"{}"), path.removeprefix("."))
    except (ValueError, RecursionError):
        return None
    return None if value is None else as_text(value)
