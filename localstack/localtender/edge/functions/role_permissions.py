"""What a function's role lets Lambda do for the function.

After "Defining Lambda function permissions with an execution role" of the developer guide: Lambda
reads event sources, writes logs and sends outcomes on as the function's role.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.authorize.actions.permission import Permission
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localtender.edge.authorize.service_permissions import ServicePermissions
    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.edge.functions.names import FunctionReference

_SENDING = {
    "sqs": "sqs:SendMessage",
    "sns": "SNS:Publish",
    "lambda": "lambda:InvokeFunction",
    "events": "events:PutEvents",
    "s3": "s3:PutObject",
}
_READING = {
    "sqs": ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
    "dynamodb": ("GetRecords", "GetShardIterator", "DescribeStream"),
    "kinesis": ("GetRecords", "GetShardIterator", "DescribeStream"),
}


class RolePermissions:
    """Asks for the role that a function has now; `role_of` gives its ARN."""

    def __init__(
        self, permissions: ServicePermissions, role_of: Callable[[FunctionReference], str]
    ) -> None:
        self._permissions = permissions
        self._role_of = role_of

    def use(self, permissions: ServicePermissions) -> None:
        """Ask these from now on."""
        self._permissions = permissions

    async def check_sending(self, reference: FunctionReference, arn: str) -> None:
        """Raise EngineCallError where the role may not send to a destination."""
        service = arn.split(":")[2]
        await self._check(reference, _SENDING[service], arn)

    async def check_reading(self, reference: FunctionReference, arn: str) -> None:
        """Raise EngineCallError where the role may not read an event source."""
        service = arn.split(":")[2]
        for name in _READING.get(service, ()):
            await self._check(reference, f"{service}:{name}", arn)

    async def may_log(self, configuration: FunctionConfiguration, stream: str) -> bool:
        """Whether the role lets events be written to a stream of the function's log group."""
        reference, group = configuration.reference, configuration.logging.log_group
        arn = (
            f"arn:aws:logs:{reference.region}:{reference.account_id}:log-group:{group}:log-stream:"
        )
        for action, resource in (
            ("logs:CreateLogStream", arn),
            ("logs:PutLogEvents", f"{arn}{stream}"),
        ):
            if await self._refusal(reference, configuration.role, action, resource):
                return False
        return True

    async def _check(self, reference: FunctionReference, action: str, arn: str) -> None:
        refusal = await self._refusal(reference, self._role_of(reference), action, arn)
        if refusal is not None:
            service, _, operation = action.partition(":")
            raise EngineCallError(service.lower(), operation, "AccessDenied", refusal, 403)

    async def _refusal(
        self, reference: FunctionReference, role: str, action: str, resource: str
    ) -> str | None:
        return await self._permissions.of_role(
            role, Permission(action, resource), session_name=reference.name, region=reference.region
        )
