"""Who may do what: the groups of a caller decide.

An operator pays and adds customers, and reads as well; an auditor reads only. A caller in none of
the two may do nothing, whatever other groups they are in.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from payments.errors import AccessDeniedError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

OPERATOR: Final = "operator"
AUDITOR: Final = "auditor"


class Permission(Enum):
    """What a request needs."""

    READ = auto()
    """See customers and payments."""
    PAY = auto()
    """Add customers and pay them."""


_GROUPS: Final[Mapping[Permission, tuple[str, ...]]] = {
    Permission.READ: (OPERATOR, AUDITOR),
    Permission.PAY: (OPERATOR,),
}


def require(permission: Permission, groups: Collection[str]) -> None:
    """Let the members of these groups pass if one of them has the permission.

    Raises:
        AccessDeniedError: none has; it names the groups that have.
    """
    allowed = _GROUPS[permission]
    if not any(group in groups for group in allowed):
        raise AccessDeniedError(allowed)
