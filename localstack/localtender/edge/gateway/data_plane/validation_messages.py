"""What `$context.error.validationErrorString` says of a body that its model refuses.

The sentences are those of the validator behind API Gateway (the Java library
json-schema-validator of the draft 4 time), as its message bundle has them and as answers of AWS
quote them. They do not say where in the body the error is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from jsonschema.exceptions import ValidationError

UNREADABLE = "Unknown error parsing request body"

# The error's fields have types that say nothing about the schema's keyword.
_Sentence = Callable[[Any], str]


def validation_message(error: ValidationError) -> str:
    """One error as a sentence."""
    sentence = _SENTENCES.get(str(error.validator))
    return error.message if sentence is None else sentence(error)


def _listed(values: Any) -> str:
    return json.dumps(list(values), separators=(",", ":"), ensure_ascii=False, default=str)


def _quoted(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)


def _required(error: Any) -> str:
    missing = sorted(name for name in error.validator_value if name not in error.instance)
    return f"object has missing required properties ({_listed(missing)})"


def _type(error: Any) -> str:
    wanted = error.validator_value
    allowed = set(wanted if isinstance(wanted, list) else [wanted])
    if "number" in allowed:
        allowed.add("integer")
    return (
        f"instance type ({_type_name(error.instance)}) does not match any allowed primitive type "
        f"(allowed: {_listed(sorted(allowed))})"
    )


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {dict: "object", list: "array", str: "string", int: "integer"}
    return names.get(type(value), "number")


def _additional_properties(error: Any) -> str:
    known = error.schema.get("properties", {})
    extra = sorted(name for name in error.instance if name not in known)
    return f"object instance has properties which are not allowed by the schema: {_listed(extra)}"


def _minimum(error: Any) -> str:
    if error.schema.get("exclusiveMinimum") and error.instance == error.validator_value:
        return (
            "numeric instance is not strictly greater than the required minimum "
            f"{error.validator_value}"
        )
    return (
        "numeric instance is lower than the required minimum "
        f"(minimum: {error.validator_value}, found: {error.instance})"
    )


def _maximum(error: Any) -> str:
    if error.schema.get("exclusiveMaximum") and error.instance == error.validator_value:
        return (
            "numeric instance is not strictly lower than the required maximum "
            f"{error.validator_value}"
        )
    return (
        "numeric instance is greater than the required maximum "
        f"(maximum: {error.validator_value}, found: {error.instance})"
    )


_SENTENCES: dict[str, _Sentence] = {
    "required": _required,
    "type": _type,
    "additionalProperties": _additional_properties,
    "minimum": _minimum,
    "maximum": _maximum,
    "pattern": lambda error: (
        f"ECMA 262 regex {_quoted(error.validator_value)} does not match input string "
        f"{_quoted(error.instance)}"
    ),
    "enum": lambda error: (
        f"instance value ({_quoted(error.instance)}) not found in enum "
        f"(possible values: {_listed(error.validator_value)})"
    ),
    "minLength": lambda error: (
        f"string {_quoted(error.instance)} is too short "
        f"(length: {len(error.instance)}, required minimum: {error.validator_value})"
    ),
    "maxLength": lambda error: (
        f"string {_quoted(error.instance)} is too long "
        f"(length: {len(error.instance)}, maximum allowed: {error.validator_value})"
    ),
    "minItems": lambda error: (
        f"array is too short: must have at least {error.validator_value} elements but instance "
        f"has {len(error.instance)} elements"
    ),
    "maxItems": lambda error: (
        f"array is too long: must have at most {error.validator_value} elements but instance "
        f"has {len(error.instance)} elements"
    ),
    "uniqueItems": lambda error: "array must not contain duplicate elements",  # noqa: ARG005
    "multipleOf": lambda error: (
        f"numeric instance is not a multiple of {error.validator_value} "
        f"(remainder: {error.instance % error.validator_value})"
    ),
    "anyOf": lambda error: (
        f"instance failed to match at least one required schema among {len(error.validator_value)}"
    ),
    "oneOf": lambda error: (
        "instance failed to match exactly one schema "
        f"(matched {0 if error.context else 'more'} out of {len(error.validator_value)})"
    ),
    "not": lambda error: "instance matched a schema which it should not have",  # noqa: ARG005
    "format": lambda error: (
        f"input string {_quoted(error.instance)} is not a valid {error.validator_value}"
    ),
}
