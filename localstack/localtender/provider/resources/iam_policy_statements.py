"""IAM policy documents as ``aws_iam_policy_document`` understands, merges and writes them.

The order of elements, the order inside lists, when a list of one becomes a single value and how
documents are merged follow the real data source, so that a document comes out byte for byte the
same. The elements are those of AWS's "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from localtender.provider.errors import OperationError

Texts = str | list[str]
"""One value of an element, or several."""

_ANYONE: Final = "*"
# What Go's encoder of JSON writes as escapes, so that JSON can stand inside HTML.
_ESCAPED: Final = ("<", ">", "&", "\u2028", "\u2029")


@dataclass(frozen=True)
class Principal:
    """The principals of one type: ``AWS``, ``Service``, ``Federated``, ``CanonicalUser``, ``*``."""

    type: str
    identifiers: Texts


_EVERYBODY: Final = Principal(_ANYONE, _ANYONE)


@dataclass(frozen=True)
class Condition:
    """One condition: an operator (``test``), a context key (``variable``) and its values."""

    test: str
    variable: str
    values: Texts


@dataclass(frozen=True)
class Statement:
    """One statement of a policy; an element that is None or empty is not written."""

    sid: str = ""
    effect: str = ""
    actions: Texts | None = None
    not_actions: Texts | None = None
    resources: Texts | None = None
    not_resources: Texts | None = None
    principals: tuple[Principal, ...] = ()
    not_principals: tuple[Principal, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class PolicyDocument:
    """A policy: its version, its id and its statements in order."""

    version: str = ""
    id: str = ""
    statements: tuple[Statement, ...] = ()

    def merged_with(self, other: PolicyDocument) -> PolicyDocument:
        """Return this document with another one laid over it.

        A statement takes the place of the one with the same Sid and is appended otherwise; an id
        replaces, a version can only go up.
        """
        statements = list(self.statements)
        for statement in other.statements:
            sids = [existing.sid for existing in statements]
            if statement.sid and statement.sid in sids:
                statements[sids.index(statement.sid)] = statement
            else:
                statements.append(statement)
        return PolicyDocument(
            version=max(self.version, other.version),
            id=other.id or self.id,
            statements=tuple(statements),
        )

    def to_json(self, *, minified: bool = False) -> str:
        """Return the document as JSON, indented by two spaces or without any space."""
        document: dict[str, Any] = {}
        if self.version:
            document["Version"] = self.version
        if self.id:
            document["Id"] = self.id
        if self.statements:
            document["Statement"] = [_written(statement) for statement in self.statements]
        layout: dict[str, Any] = {"separators": (",", ":")} if minified else {"indent": 2}
        text = json.dumps(document, ensure_ascii=False, **layout)
        for character in _ESCAPED:
            text = text.replace(character, f"\\u{ord(character):04x}")
        return text


def one_or_sorted(values: Sequence[str]) -> Texts:
    """Return a single value as it is, several sorted backwards, as the real provider does."""
    return values[0] if len(values) == 1 else sorted(values, reverse=True)


def read_document(text: str) -> PolicyDocument:
    """Read a document that another data source, a file or a ``jsonencode`` has made.

    Elements are found whatever the case of their names; unknown ones are dropped.

    Raises
    ------
    OperationError
        When the text is not a policy in the form that the data source can merge.
    """
    try:
        document = json.loads(text)
    except ValueError as failure:
        raise OperationError(f"not valid JSON: {failure}") from failure
    members = _members(document, "a policy")
    statements = members.get("statement") or []
    if not isinstance(statements, list):
        raise OperationError("Statement must be a list of statements, even for a single one")
    return PolicyDocument(
        version=_text(members, "version"),
        id=_text(members, "id"),
        statements=tuple(_read_statement(item) for item in statements),
    )


def _read_statement(value: Any) -> Statement:
    members = _members(value, "a statement")
    return Statement(
        sid=_text(members, "sid"),
        effect=_text(members, "effect"),
        actions=members.get("action"),
        not_actions=members.get("notaction"),
        resources=members.get("resource"),
        not_resources=members.get("notresource"),
        principals=_element(members, "principal", _read_principals),
        not_principals=_element(members, "notprincipal", _read_principals),
        conditions=_element(members, "condition", _read_conditions),
    )


def _members(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise OperationError(f"{what} must be a JSON object, got {value!r}")
    return {name.lower(): item for name, item in value.items()}


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise OperationError(f"{name.capitalize()} must be a string, got {value!r}")
    return value


def _element(
    members: dict[str, Any], name: str, read: Callable[[Any], tuple[Any, ...]]
) -> tuple[Any, ...]:
    value = members.get(name)
    return () if value is None else read(value)


def _read_principals(value: Any) -> tuple[Principal, ...]:
    if isinstance(value, str):
        return (Principal(_ANYONE, [_ANYONE]),)
    if not isinstance(value, dict):
        raise OperationError(f"a principal must be a string or an object, got {value!r}")
    principals = []
    for kind, identifiers in sorted(value.items()):
        if isinstance(identifiers, list) and all(isinstance(item, str) for item in identifiers):
            principals.append(Principal(kind, sorted(identifiers)))
        elif isinstance(identifiers, str):
            principals.append(Principal(kind, identifiers))
        else:
            raise OperationError(f"the principals of type {kind} must be strings")
    return tuple(principals)


def _read_conditions(value: Any) -> tuple[Condition, ...]:
    if not isinstance(value, dict) or not all(isinstance(keys, dict) for keys in value.values()):
        raise OperationError("Condition must be an object of operators, keys and values")
    return tuple(
        Condition(test, variable, _condition_values(variable, values))
        for test, keys in sorted(value.items())
        for variable, values in sorted(keys.items())
    )


def _condition_values(variable: str, values: Any) -> Texts:
    if isinstance(values, bool):
        return "true" if values else "false"
    texts = [values] if isinstance(values, str) else values
    if isinstance(texts, list) and all(isinstance(item, str) for item in texts):
        return texts
    # The real data source loses such a condition without a word.
    raise OperationError(f"the values of the condition {variable} must be written as strings")


def _written(statement: Statement) -> dict[str, Any]:
    elements: dict[str, Any] = {
        "Sid": statement.sid or None,
        "Effect": statement.effect or None,
        "Action": statement.actions,
        "NotAction": statement.not_actions,
        "Resource": statement.resources,
        "NotResource": statement.not_resources,
        "Principal": _written_principals(statement.principals),
        "NotPrincipal": _written_principals(statement.not_principals),
        "Condition": _written_conditions(statement.conditions),
    }
    return {name: value for name, value in elements.items() if value is not None}


def _written_principals(principals: tuple[Principal, ...]) -> Any:
    if not principals:
        return None
    if principals in ((_EVERYBODY,), (Principal(_ANYONE, [_ANYONE]),)):
        return _ANYONE
    written: dict[str, Texts] = {}
    for principal in principals:
        before, added = written.get(principal.type), principal.identifiers
        if isinstance(added, list):
            added = sorted(added, reverse=True)
        if before is None:
            written[principal.type] = added
        else:
            written[principal.type] = [*_list(before), *_list(added)]
    return dict(sorted(written.items()))


def _written_conditions(conditions: tuple[Condition, ...]) -> Any:
    if not conditions:
        return None
    written: dict[str, dict[str, list[str]]] = {}
    for condition in conditions:
        values = written.setdefault(condition.test, {}).setdefault(condition.variable, [])
        values += _list(condition.values)
    return {
        test: {
            variable: values[0] if len(values) == 1 else values
            for variable, values in sorted(keys.items())
        }
        for test, keys in sorted(written.items())
    }


def _list(value: Texts) -> list[str]:
    return [value] if isinstance(value, str) else value
