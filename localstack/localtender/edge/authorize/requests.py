"""What a policy is evaluated against: who wants to do what to which resource, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PrincipalKind = Literal["Anonymous", "Account", "User", "AssumedRole", "Service"]


@dataclass(frozen=True)
class Principal:
    """A caller.

    `arn` is the caller's own (an assumed role's is of the session), `role_arn` the role's behind a
    session. `user_id` is IAM's unique id, with the session's name for an assumed role.
    """

    kind: PrincipalKind
    arn: str = ""
    account_id: str = ""
    user_id: str = ""
    access_key_id: str = ""
    role_arn: str | None = None

    @property
    def name(self) -> str:
        """The user's or the role's name, the service's for a service."""
        arn = self.role_arn or self.arn
        return arn.rpartition("/")[2]


ANONYMOUS = Principal("Anonymous")


@dataclass(frozen=True)
class AuthorizationRequest:
    """A call to decide on; `context` maps condition keys in lower case to their values."""

    principal: Principal
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def principal_context(principal: Principal) -> dict[str, tuple[str, ...]]:
    """The global condition keys that follow from the caller alone.

    After "AWS global condition context keys" of the IAM user guide.
    """
    if principal.kind == "Anonymous":
        return {"aws:principaltype": ("Anonymous",)}
    context: dict[str, tuple[str, ...]] = {
        "aws:principaltype": (principal.kind,),
        "aws:principalarn": (principal.role_arn or principal.arn,),
        "aws:principalaccount": (principal.account_id,),
        "aws:userid": (principal.user_id,),
    }
    if principal.kind == "User":
        context["aws:username"] = (principal.name,)
    return context
