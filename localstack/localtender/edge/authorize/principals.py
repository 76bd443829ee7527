"""Principals of resource policies, after "AWS JSON policy elements: Principal" of the IAM guide."""

from __future__ import annotations

import re
from collections.abc import Mapping

from localtender.edge.authorize.requests import Principal

_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:iam::)?(?P<account>\d{12})(?::root)?")


def names_principal(named: Mapping[str, tuple[str, ...]], principal: Principal) -> bool:
    """Whether a Principal element names the caller; `*` names everybody, signed or not."""
    for kind, names in named.items():
        if "*" in names and kind in ("*", "AWS"):
            return True
        if kind == "AWS" and any(_is(name, principal) for name in names):
            return True
        if kind == "Service" and principal.kind == "Service" and principal.arn in names:
            return True
    return False


def _is(name: str, principal: Principal) -> bool:
    if principal.kind in ("Anonymous", "Service"):
        return False
    account = _ACCOUNT.fullmatch(name)
    if account is not None:
        return account["account"] == principal.account_id
    return name in (principal.arn, principal.role_arn, principal.user_id)
