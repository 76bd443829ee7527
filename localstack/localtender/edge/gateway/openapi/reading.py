"""An OpenAPI definition as text, JSON or YAML, to its document."""

from __future__ import annotations

import json
import math
from typing import Any

from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.openapi.document import OpenApiDocument
from localtender.edge.gateway.openapi.openapi3 import OpenApi3Document
from localtender.edge.gateway.openapi.swagger2 import Swagger2Document
from localtender.edge.gateway.openapi.yaml_text import InvalidYamlError, load_yaml

INVALID = "Invalid OpenAPI input."


def read_document(body: bytes) -> OpenApiDocument:
    """The definition in a request's body; raises BadRequestException where it is none."""
    root = load_text(body)
    if not isinstance(root, dict):
        raise bad_request(INVALID)
    info = root.get("info")
    if not isinstance(info, dict) or not info.get("title"):
        raise bad_request("Invalid OpenAPI input: attribute info.title is missing")
    if not isinstance(root.get("paths", {}), dict):
        raise bad_request("Invalid OpenAPI input: attribute paths is not of type `object`")
    if str(root.get("swagger", "")) == "2.0":
        return Swagger2Document(root)
    if str(root.get("openapi", "")).startswith("3.0"):
        return OpenApi3Document(root)
    raise bad_request(INVALID)


def load_text(body: bytes) -> Any:
    """A JSON or YAML text with texts as keys; raises BadRequestException."""
    try:
        text = body.decode("utf-8-sig")
        if text.lstrip().startswith("{"):
            try:
                return json.loads(text)
            except ValueError:
                # A flow mapping of YAML begins like this too.
                pass
        return _with_text_keys(load_yaml(text))
    except (UnicodeDecodeError, InvalidYamlError):
        raise bad_request(INVALID) from None


def _with_text_keys(node: Any) -> Any:
    # Status codes are numbers to YAML, `on` and `off` are truths; infinities are no JSON.
    if isinstance(node, dict):
        return {_key(name): _with_text_keys(value) for name, value in node.items()}
    if isinstance(node, list):
        return [_with_text_keys(item) for item in node]
    if isinstance(node, float) and not math.isfinite(node):
        return str(node)
    return node


def _key(name: Any) -> str:
    if isinstance(name, bool):
        return "true" if name else "false"
    return str(name)
