"""What non-proxy integrations share: request templates, and turning outcomes into responses.

After "Set up an integration request" and "Set up an integration response" of the developer guide.
Binary payloads are converted as "Content type conversions in API Gateway for REST APIs" has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from localtender.edge.gateway.data_plane.content_conversion import (
    TO_TEXT,
    converted_request,
    converted_response,
)
from localtender.edge.gateway.data_plane.errors import (
    ApiConfigurationError,
    InternalServerError,
    UnsupportedMediaTypeError,
)
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.header_mapping import remapped_headers
from localtender.edge.gateway.data_plane.mapping_template import (
    Rendered,
    render,
    response_overrides,
)
from localtender.edge.gateway.data_plane.media_types import is_binary
from localtender.edge.gateway.data_plane.parameter_mapping import response_value
from localtender.edge.gateway.state import Integration, IntegrationResponse
from localtender.edge.protocol.messages import HttpResponse

_JSON = "application/json"


@dataclass(frozen=True)
class TransformedRequest:
    """The body for the integration, and what its template set."""

    body: bytes
    rendered: Rendered


def transformed_request(exchange: Exchange, integration: Integration) -> TransformedRequest:
    """The request's body as the integration is to get it.

    The template of the request's content type is applied; without one the body passes through
    unless `passthroughBehavior` forbids it. Raises UnsupportedMediaTypeError then, and
    InternalServerError for a binary body that would have to go through a template.
    """
    sent = exchange.header("Content-Type")
    binary = is_binary(sent, exchange.endpoint.snapshot.binary_media_types)
    body = converted_request(exchange.request.body, integration.content_handling, is_binary=binary)
    templates = integration.request_templates or {}
    media_type = (sent or _JSON).split(";")[0].strip()
    for name in (media_type, "$default"):
        if name in templates:
            if binary and integration.content_handling != TO_TEXT:
                raise InternalServerError(
                    reason="Execution failed due to configuration error: Unable to transform "
                    "request: a binary payload does not go through a mapping template"
                )
            rendered = render(templates[name] or "", exchange, body.decode(errors="replace"))
            return TransformedRequest(rendered.text.encode(errors="replace"), rendered)
    forbidden = integration.passthrough_behavior == "NEVER" or (
        integration.passthrough_behavior == "WHEN_NO_TEMPLATES" and templates
    )
    if forbidden:
        raise UnsupportedMediaTypeError(reason=f"No request template for {media_type}")
    return TransformedRequest(body, Rendered(""))


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
    """The method response: mapped headers, and the body through the response template.

    Without a mapping of it the content type is that of the template, or JSON.
    """
    status = int(response.status_code)
    binary_types = exchange.endpoint.snapshot.binary_media_types
    binary = is_binary(headers.get("content-type"), binary_types)
    mapped = {}
    for target, expression in (response.response_parameters or {}).items():
        value = response_value(exchange, expression, headers, body)
        if value is not None:
            mapped[target.removeprefix("method.response.header.")] = value
    media_type = _JSON
    handling = response.content_handling
    if binary and handling == TO_TEXT:
        body = converted_response(body, TO_TEXT, is_binary=True, wants_binary=False)
        binary = False
    template = _response_template(exchange, response)
    if template is not None:
        media_type, text = template
        rendered = render(text, exchange, body.decode(errors="replace"))
        body = rendered.text.encode(errors="replace")
        if binary:
            # What came through a template all the same is text for good.
            binary, handling = False, TO_TEXT
    own_status, own_headers = response_overrides(exchange)
    mapped.update(own_headers)
    body = converted_response(
        body,
        handling,
        is_binary=binary,
        wants_binary=is_binary(exchange.header("Accept"), binary_types),
    )
    if not any(name.lower() == "content-type" for name in mapped):
        mapped["Content-Type"] = media_type
    return HttpResponse(own_status or status, remapped_headers(mapped.items()), body)


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
