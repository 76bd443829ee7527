"""Models made into other texts: GetModelTemplate, and what `flatten` of GetModel asks for.

After these operations of the API Gateway API reference and "Mapping template examples" of the
developer guide: a template writes a sample of the model, texts as `foo` and whole numbers as 42.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.state import Model, RestApi

_DEEPEST = 16
_ROOT = "#set($inputRoot = $input.path('$'))"
_SAMPLES: Mapping[str, str] = {
    "string": '"foo"',
    "integer": "42",
    "number": "3.149",
    "boolean": "true",
    "null": "null",
}


def mapping_template(api: RestApi, model: Model) -> str:
    """A template that writes a sample of the model; raises BadRequestException for no schema."""
    lines = [_ROOT, *_sample(api, _document(model), "", 0)]
    return "\n".join(lines)


def flattened_schema(api: RestApi, model: Model) -> str:
    """The model's schema with all models it refers to among its own definitions."""
    document = _document(model)
    if not isinstance(document, dict):
        return model.schema or ""
    definitions: dict[str, Any] = {}
    waiting = list(_references(api, document))
    while waiting:
        name = waiting.pop(0)
        if name in definitions or name not in api.models:
            continue
        referred = _document(api.models[name])
        definitions[name] = _local(api, referred)
        waiting.extend(_references(api, referred))
    flat = _local(api, document)
    if definitions:
        flat["definitions"] = {**(flat.get("definitions") or {}), **definitions}
    return json.dumps(flat, indent=2)


def _document(model: Model) -> Any:
    try:
        return json.loads(model.schema or "{}")
    except ValueError:
        raise bad_request(f"Model {model.name} is not a JSON schema") from None


def _model_of(api: RestApi, reference: Any) -> str | None:
    prefix = f"https://apigateway.amazonaws.com/restapis/{api.id}/models/"
    if isinstance(reference, str) and reference.startswith(prefix):
        return reference.removeprefix(prefix)
    return None


def _references(api: RestApi, node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _references(api, item)
    elif isinstance(node, dict):
        name = _model_of(api, node.get("$ref"))
        if name is not None:
            yield name
        for item in node.values():
            yield from _references(api, item)


def _local(api: RestApi, node: Any) -> Any:
    if isinstance(node, list):
        return [_local(api, item) for item in node]
    if not isinstance(node, dict):
        return node
    written = {name: _local(api, item) for name, item in node.items()}
    name = _model_of(api, node.get("$ref"))
    return written if name is None else {**written, "$ref": f"#/definitions/{name}"}


def _sample(api: RestApi, node: Any, indent: str, depth: int) -> list[str]:
    """The lines of a value; the first has no indentation, its place gives that."""
    if not isinstance(node, dict) or depth > _DEEPEST:
        return ["{ }"]
    referred = api.models.get(_model_of(api, node.get("$ref")) or "")
    if referred is not None:
        return _sample(api, _document(referred), indent, depth + 1)
    if node.get("enum"):
        return [json.dumps(node["enum"][0])]
    kind = node.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    inner = indent + "  "
    if kind == "array":
        return [
            "[",
            f"{indent}##TODO: Update this foreach loop to reference array from input json",
            f"{indent}#foreach($elem in $inputRoot)",
            *_placed(inner, _sample(api, node.get("items"), inner, depth + 1)),
            f"{indent}#if($foreach.hasNext),#end",
            f"{indent}#end",
            f"{indent}]",
        ]
    sample = _SAMPLES.get(str(kind))
    if sample is not None:
        return [sample]
    properties = node.get("properties")
    if not isinstance(properties, dict) or not properties:
        return ["{ }"]
    lines = ["{"]
    for number, (name, value) in enumerate(properties.items(), start=1):
        first, *rest = _sample(api, value, inner, depth + 1)
        lines.extend([f"{inner}{json.dumps(name)} : {first}", *rest])
        if number < len(properties):
            lines[-1] += ","
    return [*lines, f"{indent}}}"]


def _placed(indent: str, lines: list[str]) -> list[str]:
    return [f"{indent}{lines[0]}", *lines[1:]]
