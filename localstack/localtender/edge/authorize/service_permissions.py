"""What services of AWS do by the roles that they are given: the port that they ask."""

from __future__ import annotations

from typing import Protocol

from localtender.edge.authorize.actions.permission import Permission


class ServicePermissions(Protocol):
    """Says whether a role lets a service do something."""

    async def of_role(
        self, role_arn: str, permission: Permission, *, session_name: str, region: str
    ) -> str | None:
        """Why a service may not do it by the role, in AWS's words; None where it may.

        `session_name` is what the service calls its session: a function's name for its function.
        """
        ...


class EverythingPermitted:
    """For an edge without authorization."""

    async def of_role(
        self,
        role_arn: str,  # noqa: ARG002
        permission: Permission,  # noqa: ARG002
        *,
        session_name: str,  # noqa: ARG002
        region: str,  # noqa: ARG002
    ) -> str | None:
        """Nothing is refused."""
        return None
