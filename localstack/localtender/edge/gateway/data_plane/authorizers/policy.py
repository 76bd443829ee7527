"""Evaluating the policy that a Lambda authorizer returns.

After "Output from an API Gateway Lambda authorizer" of the developer guide and "Policy evaluation
logic" of the IAM user guide: a matching Deny goes before any Allow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

Decision = Literal["allow", "explicit deny", "implicit deny"]
_INVOKE = "execute-api:Invoke"


class MalformedPolicyError(ValueError):
    """The document is no IAM policy that can be evaluated."""


def decide(document: Any, resource_arn: str) -> Decision:
    """Whether the policy lets `execute-api:Invoke` on a method. Raises MalformedPolicyError."""
    if not isinstance(document, Mapping):
        raise MalformedPolicyError("the policy is no object")
    allowed = False
    for statement in _listed(document.get("Statement")):
        if not isinstance(statement, Mapping):
            raise MalformedPolicyError("a statement is no object")
        if statement.get("Condition"):
            raise MalformedPolicyError("conditions are not supported by Localtender yet")
        if not _applies(statement, resource_arn):
            continue
        match statement.get("Effect"):
            case "Deny":
                return "explicit deny"
            case "Allow":
                allowed = True
            case effect:
                raise MalformedPolicyError(f"unknown effect {effect}")
    return "allow" if allowed else "implicit deny"


def _applies(statement: Mapping[str, Any], resource_arn: str) -> bool:
    actions = _listed(statement.get("Action"))
    resources = _listed(statement.get("Resource"))
    if not actions or not resources:
        raise MalformedPolicyError("a statement needs Action and Resource")
    return _any_matches(actions, _INVOKE, ignore_case=True) and _any_matches(
        resources, resource_arn
    )


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _any_matches(patterns: Iterable[Any], text: str, *, ignore_case: bool = False) -> bool:
    return any(_pattern(str(pattern), ignore_case).fullmatch(text) for pattern in patterns)


@lru_cache(maxsize=1024)
def _pattern(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(expression, re.IGNORECASE if ignore_case else 0)
