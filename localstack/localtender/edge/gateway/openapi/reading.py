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
_MOST_NODES = 1_000_000


def read_document(body: bytes) -> OpenApiDocument:
    """The definition in a request's body; raises BadRequestException where it is none."""
    root = load_text(body)
    if not isinstance(root, dict):
        raise bad_request(INVALID)
    info = root.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    if not isinstance(title, (str, int, float)) or title == "":
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
            except (ValueError, RecursionError):
                # A flow mapping of YAML begins like this too.
                pass
        document = load_yaml(text)
        if _size(document, {}) > _MOST_NODES:
            raise bad_request(INVALID)
        return _with_text_keys(document)
    except (UnicodeDecodeError, InvalidYamlError, RecursionError):
        raise bad_request(INVALID) from None


def _size(node: Any, known: dict[int, int]) -> int:
    """How many nodes a document has with its anchors written out; endless where one is in itself.

    A few lines of YAML can stand for more than fits into memory.
    """
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if id(node) not in known:
        known[id(node)] = _MOST_NODES + 1
        known[id(node)] = 1 + sum(_size(child, known) for child in children)
    return known[id(node)]


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
