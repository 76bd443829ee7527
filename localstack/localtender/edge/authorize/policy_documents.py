"""IAM policy documents, after "IAM JSON policy elements reference" of the IAM user guide."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from urllib.parse import unquote

Effect = Literal["Allow", "Deny"]
_VARIABLE_NAME = re.compile(r"\$\{\s*([^},\s]+)")


class MalformedPolicyError(ValueError):
    """The document is no IAM policy that can be evaluated."""


@dataclass(frozen=True)
class Statement:
    """One statement; None stands for an element that is absent.

    `principals` and `not_principals` map a kind (`AWS`, `Service`) to names; `*` alone is a kind
    of its own. `conditions` are operator, key and values. `position` is its place in the policy.
    """

    effect: Effect
    sid: str | None = None
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    principals: Mapping[str, tuple[str, ...]] | None = None
    not_principals: Mapping[str, tuple[str, ...]] | None = None
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    position: int = 0


@dataclass(frozen=True)
class PolicyDocument:
    """A policy: its statements, in order; `name` is where it stands, for reports."""

    statements: tuple[Statement, ...] = field(default=())
    name: str = ""

    @cached_property
    def condition_keys(self) -> frozenset[str]:
        """The condition keys and policy variables that the policy asks for, in lower case."""
        return frozenset(
            key.lower() for statement in self.statements for key in _asked_for(statement)
        )

    @classmethod
    def parse(cls, document: Any, name: str = "") -> PolicyDocument:
        """Read a document: a mapping, or JSON text that may be percent-encoded as IAM answers it.

        Raises MalformedPolicyError.
        """
        if isinstance(document, str):
            try:
                text = document if document.lstrip().startswith("{") else unquote(document)
                document = json.loads(text)
            except ValueError as error:
                raise MalformedPolicyError(f"the policy is no JSON: {error}") from None
        if not isinstance(document, Mapping):
            raise MalformedPolicyError("the policy is no object")
        statements = enumerate(_listed(document.get("Statement")))
        return cls(tuple(_statement(given, position) for position, given in statements), name)


def _asked_for(statement: Statement) -> Iterator[str]:
    for _, key, values in statement.conditions:
        yield key
        for value in values:
            yield from _VARIABLE_NAME.findall(value)
    for resource in (*(statement.resources or ()), *(statement.not_resources or ())):
        yield from _VARIABLE_NAME.findall(resource)


def _statement(given: Any, position: int) -> Statement:
    if not isinstance(given, Mapping):
        raise MalformedPolicyError("a statement is no object")
    effect = given.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise MalformedPolicyError(f"unknown effect {effect}")
    return Statement(
        effect=effect,
        sid=given.get("Sid"),
        actions=_texts(given, "Action"),
        not_actions=_texts(given, "NotAction"),
        resources=_texts(given, "Resource"),
        not_resources=_texts(given, "NotResource"),
        principals=_principals(given.get("Principal")),
        not_principals=_principals(given.get("NotPrincipal")),
        conditions=tuple(_conditions(given.get("Condition"))),
        position=position,
    )


def _principals(given: Any) -> dict[str, tuple[str, ...]] | None:
    if given is None:
        return None
    if given == "*":
        return {"*": ("*",)}
    if not isinstance(given, Mapping):
        raise MalformedPolicyError("a principal is neither * nor an object")
    return {kind: tuple(str(name) for name in _listed(names)) for kind, names in given.items()}


def _conditions(given: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    if given is None:
        return []
    if not isinstance(given, Mapping):
        raise MalformedPolicyError("a condition is no object")
    found = []
    for operator, keys in given.items():
        if not isinstance(keys, Mapping):
            raise MalformedPolicyError(f"condition {operator} is no object")
        for key, values in keys.items():
            found.append((operator, key, tuple(_text(value) for value in _listed(values))))
    return found


def _texts(given: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    value = given.get(name)
    return None if value is None else tuple(str(item) for item in _listed(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
