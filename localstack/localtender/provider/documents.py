"""JSON documents and IAM policies as argument values: when two are the same, and their spelling.

The rules for policies follow "Grammar of the IAM JSON policy language": one string stands for a
list of one, the order of statements' lists means nothing, an account id stands for its root ARN.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote


def same_json(old: str, new: str) -> bool:
    """Tell whether two texts are the same JSON value (``SuppressEquivalentJSONDiffs``)."""
    try:
        return bool(json.loads(old) == json.loads(new))
    except ValueError:
        return old == new


def same_policy(old: str, new: str) -> bool:
    """Tell whether two IAM policy documents mean the same (``SuppressEquivalentPolicyDiffs``)."""
    try:
        return _policy(json.loads(old)) == _policy(json.loads(new))
    except (ValueError, TypeError, AttributeError):
        return old == new


def is_json(text: str) -> str | None:
    """Check: the text must be a JSON document."""
    try:
        json.loads(text)
    except ValueError as failure:
        return f"not valid JSON: {failure}"
    return None


def is_policy(text: str) -> str | None:
    """Check: the text must be a JSON object, as IAM policies are."""
    if text and not text.lstrip().startswith("{"):
        return "not a JSON policy: it must start with '{'"
    return is_json(text) if text else None


def policy_text(answer: str | dict[str, Any]) -> str:
    """Return a policy as JSON text from what AWS answers: text, percent-encoded text, object."""
    if isinstance(answer, dict):
        return json.dumps(answer)
    return unquote(answer) if answer.startswith("%7B") else answer


def _policy(document: dict[str, Any]) -> dict[str, Any]:
    statements = document.get("Statement", [])
    if isinstance(statements, dict):
        statements = [statements]
    rest = {name: value for name, value in document.items() if name != "Statement"}
    if not rest.get("Id"):
        rest.pop("Id", None)
    # Statements may stand in any order.
    normal = sorted((_statement(item) for item in statements), key=_text)
    return {**rest, "Statement": normal}


def _statement(statement: dict[str, Any]) -> dict[str, Any]:
    normal: dict[str, Any] = {}
    for name, value in statement.items():
        if name in ("Action", "NotAction"):
            normal[name] = sorted({item.lower() for item in _list(value)})
        elif name in ("Resource", "NotResource"):
            normal[name] = sorted(set(_list(value)))
        elif name in ("Principal", "NotPrincipal"):
            normal[name] = _principal(value)
        elif name == "Condition":
            normal[name] = _condition(value)
        elif name != "Sid" or value:
            normal[name] = value
    return normal


def _principal(value: Any) -> Any:
    if value in ("*", {"AWS": "*"}, {"AWS": ["*"]}):
        return "*"
    return {
        kind: sorted({_account(item) for item in _list(names)}) for kind, names in value.items()
    }


def _account(principal: str) -> str:
    root = re.fullmatch(r"arn:[^:]+:iam::(\d{12}):root", principal)
    return root.group(1) if root else principal


def _condition(value: dict[str, Any]) -> dict[str, Any]:
    return {
        operator: {
            key.lower(): sorted(_scalar(item) for item in _list(items))
            for key, items in keys.items()
        }
        for operator, keys in value.items()
        if keys
    }


def _scalar(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
