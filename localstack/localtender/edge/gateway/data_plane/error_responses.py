"""How a failure is told to the client: the API's gateway responses, or AWS's default ones.

After "Gateway responses in API Gateway" of the developer guide.
"""

from __future__ import annotations

import json
from typing import Any

from localtender.edge.gateway.control_plane.gateway_responses import (
    DEFAULT_TEMPLATES,
    effective_response,
)
from localtender.edge.gateway.data_plane.context_variables import context_variables
from localtender.edge.gateway.data_plane.errors import GatewayError
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.request_parameters import request_parameter
from localtender.edge.gateway.data_plane.substitution import as_text, context_value, substitute
from localtender.edge.gateway.state import GatewayResponse
from localtender.edge.protocol.messages import HttpResponse

_JSON = "application/json"


def error_response(exchange: Exchange, error: GatewayError) -> HttpResponse:
    """The answer to a failed request, with the headers that AWS adds to it."""
    response, _ = effective_response(exchange.endpoint.snapshot, error.response_type)
    status = int(response.status_code or error.status)
    media_type, template = _template(exchange, response)
    variables = context_variables(exchange)
    if template == DEFAULT_TEMPLATES[_JSON]:
        body = default_body(error)
    else:
        body = substitute(template, variables, exchange.stage_variables)
    headers = [
        ("Content-Type", media_type),
        ("x-amzn-RequestId", exchange.request.request_id),
        ("x-amzn-ErrorType", error.error_type),
        ("x-amz-apigw-id", exchange.extended_request_id),
    ]
    for name, expression in response.response_parameters.items():
        kind, _, header = name.removeprefix("gatewayresponse.").partition(".")
        value = _parameter(exchange, expression, variables)
        if kind == "header" and value is not None:
            headers = [pair for pair in headers if pair[0].lower() != header.lower()]
            headers.append((header, value))
    return HttpResponse(status, tuple(headers), body.encode())


def default_body(error: GatewayError) -> str:
    """The body that AWS writes where the API does not say otherwise."""
    separators = (", ", ": ") if error.spaced else (",", ":")
    return json.dumps({error.member: error.message}, separators=separators, ensure_ascii=False)


def _template(exchange: Exchange, response: GatewayResponse) -> tuple[str, str]:
    templates = response.response_templates
    accepted = (exchange.header("Accept") or _JSON).split(",")[0].split(";")[0].strip()
    for media_type in (accepted, _JSON):
        if media_type in templates:
            return media_type, templates[media_type]
    return next(iter(templates.items()), (_JSON, DEFAULT_TEMPLATES[_JSON]))


def _parameter(exchange: Exchange, expression: str, variables: dict[str, Any]) -> str | None:
    if expression.startswith("'"):
        return expression.strip("'")
    space, _, name = expression.partition(".")
    if space == "context":
        value = context_value(variables, name)
        return None if value is None else as_text(value)
    if space == "stageVariables":
        return exchange.stage_variables.get(name)
    return request_parameter(exchange, expression)
