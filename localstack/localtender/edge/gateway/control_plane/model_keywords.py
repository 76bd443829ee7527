"""The keywords that a model's schema may have: those of JSON schema draft 4.

After "Data models for REST APIs" of the developer guide, which names the draft. API Gateway refuses
other keywords by name, as reported for AWS in awslabs/aws-api-gateway-developer-portal#571 and
amazon-archives/aws-apigateway-importer#200.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft4Validator
from jsonschema.exceptions import SchemaError

_KEYWORDS = frozenset({*Draft4Validator.META_SCHEMA["properties"], "$ref", "format"})
_BY_NAME = ("properties", "patternProperties", "definitions", "dependencies")
_IN_A_LIST = ("allOf", "anyOf", "oneOf", "items")
_AS_THEY_ARE = ("items", "additionalItems", "additionalProperties", "not")


def unknown_keywords(schema: Any) -> list[str]:
    """The keywords of the schema and of those in it that draft 4 has not, each once."""
    found: dict[str, None] = {}
    for node in _schemas(schema):
        found.update(dict.fromkeys(name for name in node if name not in _KEYWORDS))
    return list(found)


def without_unknown_keywords(schema: Any) -> Any:
    """The schema without what draft 4 has not, as an import of OpenAPI 3 takes it in."""
    if not isinstance(schema, Mapping):
        return schema
    kept: dict[str, Any] = {}
    for name, value in schema.items():
        if name not in _KEYWORDS:
            continue
        if name in _BY_NAME and isinstance(value, Mapping):
            value = {key: without_unknown_keywords(item) for key, item in value.items()}
        elif name in _IN_A_LIST and isinstance(value, list):
            value = [without_unknown_keywords(item) for item in value]
        elif name in _AS_THEY_ARE:
            value = without_unknown_keywords(value)
        kept[name] = value
    return kept


def is_valid(schema: Any) -> bool:
    """Whether the schema is one of draft 4."""
    try:
        Draft4Validator.check_schema(schema)
    except (SchemaError, RecursionError):
        return False
    return True


def _schemas(schema: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(schema, Mapping):
        return
    yield schema
    for name in _BY_NAME:
        inner = schema.get(name)
        if isinstance(inner, Mapping):
            for item in inner.values():
                yield from _schemas(item)
    for name in _IN_A_LIST:
        inner = schema.get(name)
        if isinstance(inner, list):
            for item in inner:
                yield from _schemas(item)
    for name in _AS_THEY_ARE:
        yield from _schemas(schema.get(name))
