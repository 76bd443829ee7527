from __future__ import annotations

import pytest

from payments.access import AUDITOR, OPERATOR, Permission, require
from payments.errors import AccessDeniedError


@pytest.mark.parametrize(
    ("permission", "groups"),
    [
        (Permission.PAY, {OPERATOR}),
        (Permission.READ, {OPERATOR}),
        (Permission.READ, {AUDITOR}),
        (Permission.PAY, {AUDITOR, OPERATOR}),
        (Permission.READ, {"somebody", AUDITOR}),
    ],
)
def test_a_group_lets_pass_what_it_is_for(permission: Permission, groups: set[str]) -> None:
    require(permission, groups)


@pytest.mark.parametrize(
    ("permission", "groups", "named"),
    [
        (Permission.PAY, {AUDITOR}, "operator"),
        (Permission.PAY, set(), "operator"),
        (Permission.READ, set(), "operator or auditor"),
        (Permission.READ, {"Operator", "auditors", ""}, "operator or auditor"),
    ],
)
def test_whoever_is_not_in_the_group_learns_which_is_needed(
    permission: Permission, groups: set[str], named: str
) -> None:
    with pytest.raises(AccessDeniedError, match=f"in the group {named}$"):
        require(permission, groups)
