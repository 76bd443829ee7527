"""AWS IAM: what roles, users and groups have in common as those who carry policies.

The API has the same operations for the three: ``PutRolePolicy``, ``PutUserPolicy``,
``PutGroupPolicy`` and so on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.errors import OperationError
from localtender.provider.service_errors import error_code

NO_SUCH_ENTITY: Final = ("NoSuchEntity", "NoSuchEntityException")
NAME_CHARACTERS: Final = r"[\w+=,.@-]*"
NAME_MEANING: Final = "expected letters, digits or any of +=,.@-_"


def tag_list(tags: dict[str, str] | None) -> list[dict[str, str]]:
    """Return tags as IAM writes them."""
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]


def tag_map(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """Return IAM's list of tags as a map."""
    return {tag["Key"]: tag["Value"] for tag in tags or []}


def pages(call: Call, operation: str, key: str, **parameters: Any) -> list[Any]:
    """Return the items of all pages of an IAM list operation."""
    paginator = call.client("iam").get_paginator(operation)
    return [item for page in paginator.paginate(**parameters) for item in page.get(key, [])]


def named(kind: str, name: str) -> dict[str, str]:
    """Return the parameter that names a role, a user or a group, as in ``RoleName``."""
    return {f"{kind.capitalize()}Name": name}


def attached_arns(call: Call, kind: str, name: str) -> list[str]:
    """Return the managed policies that are attached to a role, a user or a group."""
    attached = pages(
        call, f"list_attached_{kind}_policies", "AttachedPolicies", **named(kind, name)
    )
    return [policy["PolicyArn"] for policy in attached]


def inline_names(call: Call, kind: str, name: str) -> list[str]:
    """Return the names of the policies inside a role, a user or a group."""
    return pages(call, f"list_{kind}_policies", "PolicyNames", **named(kind, name))


def attach(call: Call, kind: str, name: str, arn: str) -> None:
    """Attach a managed policy to a role, a user or a group."""
    getattr(call.client("iam"), f"attach_{kind}_policy")(**named(kind, name), PolicyArn=arn)


def detach(call: Call, kind: str, name: str, arn: str) -> None:
    """Detach a managed policy from a role, a user or a group; it may be detached already."""
    unless_gone(
        getattr(call.client("iam"), f"detach_{kind}_policy"), **named(kind, name), PolicyArn=arn
    )


def delete_inline(call: Call, kind: str, name: str, policy: str) -> None:
    """Delete a policy inside a role, a user or a group; it may be gone already."""
    unless_gone(
        getattr(call.client("iam"), f"delete_{kind}_policy"), **named(kind, name), PolicyName=policy
    )


def unless_gone(request: Callable[..., Any], **parameters: Any) -> None:
    """Make a request that may find that what it removes was removed by another resource."""
    try:
        request(**parameters)
    except Exception as failure:
        if error_code(failure) not in NO_SUCH_ENTITY:
            raise


def two_parts(identifier: str, separator: str, form: str) -> tuple[str, str]:
    """Take an id of two parts apart, as in ``ROLE:POLICY``.

    Raises
    ------
    OperationError
        When the id has another form.
    """
    first, _, second = identifier.partition(separator)
    if not first or not second:
        raise OperationError(f"expected an id of the form {form}, got {identifier!r}")
    return first, second
