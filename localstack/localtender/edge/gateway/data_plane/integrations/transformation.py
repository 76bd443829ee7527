"""What non-proxy integrations share: request templates, and turning outcomes into responses.

After "Set up an integration request" and "Set up an integration response" of the developer guide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from localtender.edge.gateway.data_plane.errors import (
    ApiConfigurationError,
    UnsupportedMediaTypeError,
)
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.mapping_template import Rendered, render
from localtender.edge.gateway.data_plane.parameter_mapping import response_value
from localtender.edge.gateway.state import Integration, IntegrationResponse
from localtender.edge.protocol.messages import HttpResponse

_JSON = "application/json"


def transformed_request(exchange: Exchange, integration: Integration) -> Rendered:
    """The request's body as the integration is to get it.

    The template of the request's content type is applied; without one the body passes through
    unless `passthroughBehavior` forbids it. Raises UnsupportedMediaTypeError then.
    """
    body = exchange.request.body.decode(errors="replace")
    templates = integration.request_templates or {}
    media_type = (exchange.header("Content-Type") or _JSON).split(";")[0].strip()
    if media_type in templates:
        return render(templates[media_type] or "", exchange, body)
    if "$default" in templates:
        return render(templates["$default"] or "", exchange, body)
    forbidden = integration.passthrough_behavior == "NEVER" or (
        integration.passthrough_behavior == "WHEN_NO_TEMPLATES" and templates
    )
    if forbidden:
        raise UnsupportedMediaTypeError(reason=f"No request template for {media_type}")
    return Rendered(body)


def select_response(integration: Integration, outcome: str) -> IntegrationResponse:
    """The integration response whose pattern the outcome matches, otherwise the default one.

    The outcome is the backend's status code, or the error message of a Lambda function. Raises
    ApiConfigurationError where nothing fits.
    """
    default = None
    for response in integration.responses.values():
        if not response.selection_pattern:
            default = default or response
        elif re.fullmatch(response.selection_pattern, outcome, re.DOTALL):
            return response
    if default is None:
        raise ApiConfigurationError(
            reason="No match for output mapping and no default output mapping configured. "
            f"Endpoint response: {outcome}"
        )
    return default


def transformed_response(
    exchange: Exchange, response: IntegrationResponse, headers: Mapping[str, str], body: bytes
) -> HttpResponse:
    """The method response: mapped headers, and the body through the response template."""
    status = int(response.status_code)
    mapped = {}
    for target, expression in (response.response_parameters or {}).items():
        value = response_value(exchange, expression, headers, body)
        if value is not None:
            mapped[target.removeprefix("method.response.header.")] = value
    media_type = headers.get("content-type", _JSON)
    template = _response_template(exchange, response)
    if template is not None:
        media_type, text = template
        rendered = render(text, exchange, body.decode(errors="replace"))
        body = rendered.text.encode()
        status = rendered.response_status or status
        mapped.update(rendered.response_headers)
    if not any(name.lower() == "content-type" for name in mapped):
        mapped["Content-Type"] = media_type
    return HttpResponse(status, tuple(mapped.items()), body)


def _response_template(exchange: Exchange, response: IntegrationResponse) -> tuple[str, str] | None:
    templates = response.response_templates or {}
    if not templates:
        return None
    accepted = (exchange.header("Accept") or _JSON).split(",")[-1].split(";")[0].strip()
    for media_type in (accepted, _JSON, next(iter(templates))):
        if media_type in templates:
            text = templates[media_type]
            return None if text is None else (media_type, text)
    return None
