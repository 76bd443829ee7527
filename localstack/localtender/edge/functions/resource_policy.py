"""Resource policies, and whether they let somebody invoke.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cache
from typing import Any

_INVOKE_ACTIONS = ("lambda:InvokeFunction", "lambda:*", "*")


@dataclass
class ResourcePolicy:
    """Who may use a function or a layer's version; statements by their id, as IAM has them."""

    statements: dict[str, dict[str, Any]] = field(default_factory=dict)
    revision_id: str = field(default_factory=lambda: str(uuid.uuid4()))


def permits(
    policy: ResourcePolicy | None, *, principal: str, source_arn: str, source_account: str
) -> bool:
    """Whether a policy lets a service principal invoke on behalf of a source."""
    if policy is None:
        return False
    return any(
        statement["Action"] in _INVOKE_ACTIONS
        and _is_principal(statement["Principal"], principal)
        and _conditions_hold(statement.get("Condition") or {}, source_arn, source_account)
        for statement in policy.statements.values()
    )


def permits_principal(policy: ResourcePolicy | None, principal: str) -> bool:
    """Whether a policy lets a service invoke on behalf of any source at all."""
    return policy is not None and any(
        statement["Action"] in _INVOKE_ACTIONS and _is_principal(statement["Principal"], principal)
        for statement in policy.statements.values()
    )


def permits_account(policy: ResourcePolicy | None, *, account_id: str, action: str) -> bool:
    """Whether a policy lets another account do something, without conditions."""
    principals: tuple[Any, ...] = ("*", {"AWS": f"arn:aws:iam::{account_id}:root"})
    return policy is not None and any(
        statement["Action"] in (action, "lambda:*", "*")
        and statement["Principal"] in principals
        and not statement.get("Condition")
        for statement in policy.statements.values()
    )


def permits_url(policy: ResourcePolicy | None, *, account_id: str | None, auth_type: str) -> bool:
    """Whether a policy lets an account, or everybody for None, call a function URL.

    Two permissions are needed, lambda:InvokeFunctionUrl and lambda:InvokeFunction, as
    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html documents.
    """
    statements = tuple(policy.statements.values()) if policy is not None else ()
    principals: tuple[Any, ...] = ("*",)
    if account_id is not None:
        principals = ("*", {"AWS": f"arn:aws:iam::{account_id}:root"})
    return all(
        any(
            statement["Action"] in (action, "lambda:*", "*")
            and statement["Principal"] in principals
            and _url_conditions_hold(statement.get("Condition") or {}, auth_type)
            for statement in statements
        )
        for action in ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")
    )


def _url_conditions_hold(conditions: dict[str, Any], auth_type: str) -> bool:
    given = {
        "lambda:FunctionUrlAuthType": auth_type,
        "lambda:InvokedViaFunctionUrl": "true",
    }
    return all(
        given.get(key) == wanted for keys in conditions.values() for key, wanted in keys.items()
    )


def _is_principal(allowed: Any, principal: str) -> bool:
    return allowed == "*" or principal in (allowed.get("Service"), allowed.get("AWS"))


def _conditions_hold(conditions: dict[str, Any], source_arn: str, source_account: str) -> bool:
    for operator, keys in conditions.items():
        for key, wanted in keys.items():
            given = {"aws:sourcearn": source_arn, "aws:sourceaccount": source_account}.get(
                key.lower()
            )
            if given is None:
                return False
            matches = _arn_like(wanted, given) if operator == "ArnLike" else wanted == given
            if not matches:
                return False
    return True


def _arn_like(pattern: str, arn: str) -> bool:
    """As IAM's ArnLike: the six parts of an ARN one by one, each with * and ?."""
    patterns, parts = pattern.split(":", 5), arn.split(":", 5)
    return len(patterns) == len(parts) and all(
        _wildcards(part_pattern).fullmatch(part) is not None
        for part_pattern, part in zip(patterns, parts, strict=True)
    )


@cache
def _wildcards(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern.replace("[", "[[]")))
