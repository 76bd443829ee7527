"""Mapping templates in the Velocity Template Language.

After "Mapping template transformations for REST APIs in API Gateway" and "Variables for data
transformations for API Gateway" of the developer guide.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from localtender.edge.gateway.data_plane import json_path
from localtender.edge.gateway.data_plane.context_variables import context_variables
from localtender.edge.gateway.data_plane.errors import InternalServerError
from localtender.edge.gateway.data_plane.exchange import Exchange, TemplateOverrides
from localtender.edge.gateway.data_plane.header_mapping import is_header_name
from localtender.edge.gateway.data_plane.java_values import java_text
from localtender.edge.gateway.data_plane.velocity_dialect import TemplateError, compiled_template
from localtender.edge.gateway.data_plane.velocity_objects import (
    VelocityMap,
    velocity_object,
    without_nulls,
)


@dataclass(frozen=True)
class Rendered:
    """A template's text and what it set by `$context.requestOverride`."""

    text: str
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_path: Mapping[str, str] = field(default_factory=dict)
    request_query: Mapping[str, str] = field(default_factory=dict)


def render(template: str, exchange: Exchange, body: str) -> Rendered:
    """Apply a mapping template to a request's or a response's body.

    Raises InternalServerError where the template cannot be parsed or fails, as AWS answers 500.
    """
    overrides = exchange.template_overrides
    if overrides is None:
        overrides = exchange.template_overrides = TemplateOverrides(
            velocity_object({"header": {}, "path": {}, "querystring": {}}),
            velocity_object({"header": {}}),
        )
    context = velocity_object(without_nulls(context_variables(exchange)))
    # Put in as they are, so that what a template sets is there for the next one.
    context["requestOverride"] = overrides.request
    context["responseOverride"] = overrides.response
    namespace = {
        "input": TemplateInput(exchange, body),
        "util": TemplateUtilities(),
        "context": context,
        "stageVariables": velocity_object(exchange.stage_variables),
    }
    try:
        text = compiled_template(template).merge(namespace)
    except (
        TemplateError,
        ArithmeticError,
        LookupError,
        RecursionError,
        ValueError,
        TypeError,
    ) as error:
        raise InternalServerError(reason=f"The mapping template failed: {error}") from error
    # A template may put anything in their place, which is then as if it had set nothing.
    request = overrides.request = _as_map(context["requestOverride"])
    overrides.response = _as_map(context["responseOverride"])
    return Rendered(
        text=text,
        request_headers=_texts(request.get("header")),
        request_path=_texts(request.get("path")),
        request_query=_texts(request.get("querystring")),
    )


def response_overrides(exchange: Exchange) -> tuple[int | None, Mapping[str, str]]:
    """The status and the headers that templates of this exchange set so far for its response."""
    if exchange.template_overrides is None:
        return None, {}
    response = exchange.template_overrides.response
    headers = _texts(response.get("header"))
    named = {name: value for name, value in headers.items() if is_header_name(name)}
    return _status(response.get("status")), named


class TemplateInput:
    """The `$input` of a template."""

    def __init__(self, exchange: Exchange, body: str) -> None:
        self._exchange = exchange
        self._text = body

    @property
    def body(self) -> str:
        """The payload as text; an empty one is `{}`."""
        return self._text or "{}"

    def json(self, path: str) -> str:
        """The part at a JSONPath as JSON text, an empty text where there is none."""
        found = json_path.find(self._document, path)
        shown = "" if found is json_path.MISSING else found
        return json.dumps(shown, separators=(",", ":"), ensure_ascii=False)

    def path(self, path: str) -> Any:
        """The part at a JSONPath as an object that the template can walk through."""
        return velocity_object(json_path.extract(self._document, path))

    def params(self, name: str | None = None) -> Any:
        """A parameter from the path, the query or the headers, or all of them by kind."""
        exchange = self._exchange
        query = {key: values[-1] for key, values in exchange.query.items()}
        if name is None:
            headers = dict(exchange.request.headers)
            return velocity_object(
                {"path": exchange.path_parameters, "querystring": query, "header": headers}
            )
        for value in (exchange.path_parameters.get(name), query.get(name), exchange.header(name)):
            if value is not None:
                return value
        return ""

    @cached_property
    def _document(self) -> Any:
        return json.loads(self._text or "{}")


class TemplateUtilities:
    """The `$util` of a template; method names are the template's."""

    def escapeJavaScript(self, value: Any) -> str:  # noqa: N802
        """The text with quotes, backslashes and control characters escaped."""
        text = value if isinstance(value, str) else json.dumps(value)
        return json.dumps(text)[1:-1].replace("'", "\\'").replace("/", "\\/")

    def parseJson(self, value: str) -> Any:  # noqa: N802
        """The object that a JSON text describes."""
        return velocity_object(json.loads(value))

    def urlEncode(self, value: str) -> str:  # noqa: N802
        """The text in `application/x-www-form-urlencoded` form."""
        return quote_plus(value, safe="*").replace("~", "%7E")

    def urlDecode(self, value: str) -> str:  # noqa: N802
        """The text out of `application/x-www-form-urlencoded` form."""
        return unquote_plus(value)

    def base64Encode(self, value: str) -> str:  # noqa: N802
        """The text in base64."""
        return base64.b64encode(value.encode()).decode()

    def base64Decode(self, value: str) -> str:  # noqa: N802
        """The text out of base64."""
        return base64.b64decode(value).decode()


def _status(value: Any) -> int | None:
    # AWS ignores an override that is no status code.
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and 100 <= int(text) < 600 else None


def _as_map(value: Any) -> VelocityMap:
    return value if isinstance(value, VelocityMap) else VelocityMap()


def _texts(values: Any) -> dict[str, str]:
    return {name: java_text(value) for name, value in _as_map(values).items() if value is not None}
