"""Holds a request against its schema and says in PayPal's words what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from sandbox_mocks.paypal.issues import detail, issue_error, issues_error
from sandbox_mocks.shared.json_documents import (
    JsonObject,
    MalformedJsonError,
    read_json,
)

# By the keyword of JSON Schema that a value offends against.
_ISSUES = {
    "additionalProperties": "INVALID_PARAMETER_VALUE",
    "enum": "INVALID_PARAMETER_VALUE",
    "maxItems": "INVALID_ARRAY_MAX_ITEMS",
    "maxLength": "INVALID_STRING_LENGTH",
    "maxProperties": "INVALID_PARAMETER_VALUE",
    "minItems": "INVALID_ARRAY_MIN_ITEMS",
    "minLength": "INVALID_STRING_LENGTH",
    "minProperties": "MISSING_REQUIRED_PARAMETER",
    "pattern": "INVALID_PARAMETER_SYNTAX",
    "required": "MISSING_REQUIRED_PARAMETER",
    "type": "INVALID_PARAMETER_SYNTAX",
}
_MOST_DETAILS = 50
_LONGEST_SHOWN = 255


class RequestSchema:
    """The schema of one call's body."""

    def __init__(self, schema: JsonObject, *, may_be_empty: bool = False) -> None:
        self._validator = Draft202012Validator(schema)
        self._may_be_empty = may_be_empty

    def read(self, body: bytes) -> Any:
        """Return the document of a body.

        Raises:
            PayPalError: 400 with one detail for each thing wrong.
        """
        if not body.strip() and self._may_be_empty:
            return {}
        try:
            document = read_json(body)
        except MalformedJsonError:
            raise issue_error("MALFORMED_REQUEST_JSON", "/") from None
        self.check(document)
        return document

    def check(self, document: Any) -> None:
        """Let a well-formed document pass; raises PayPalError."""
        problems = [
            problem
            for error in self._validator.iter_errors(document)
            for problem in _problems(error)
        ]
        if problems:
            problems.sort(key=lambda each: str(each["field"]))
            raise issues_error(problems[:_MOST_DETAILS])


def _problems(error: ValidationError) -> Iterator[JsonObject]:
    keyword = str(error.validator)
    pointer = "".join(f"/{_escaped(step)}" for step in error.absolute_path)
    value: Any = error.instance
    if keyword == "required":
        # jsonschema reports each missing field by itself and names it in the message alone.
        for name in _texts(error.validator_value):
            if name not in value and error.message.startswith(f"{name!r} "):
                yield detail("MISSING_REQUIRED_PARAMETER", f"{pointer}/{name}")
        return
    shown = value[:_LONGEST_SHOWN] if isinstance(value, str) else value
    yield detail(_ISSUES[keyword], pointer or "/", shown)


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _escaped(step: str | int) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")
