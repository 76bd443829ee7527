"""The network that a function is said to be in; it has no effect on where it runs here.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html; an unknown subnet is refused
with the error that EC2 has for it, as Lambda passes it on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localtender.edge.protocol.messages import Caller
    from localtender.engines.calls import EngineCalls


class Networks:
    """Finds subnets and security groups in the engine's EC2."""

    def __init__(self, engine: EngineCalls) -> None:
        self._engine = engine

    async def describe(self, given: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """A VpcConfig as answers have it, with its VPC. Raises ServiceError."""
        subnets = list(given.get("SubnetIds") or ())
        groups = list(given.get("SecurityGroupIds") or ())
        if bool(subnets) != bool(groups):
            raise errors.invalid_parameter(
                "SubnetIds and SecurityIds must coexist or be both empty list."
            )
        network = ""
        if subnets:
            described = await self._call("DescribeSubnets", {"SubnetIds": subnets}, caller)
            network = next((one["VpcId"] for one in described.get("Subnets") or ()), "")
            await self._call("DescribeSecurityGroups", {"GroupIds": groups}, caller)
        return {
            "SubnetIds": subnets,
            "SecurityGroupIds": groups,
            "VpcId": network,
            "Ipv6AllowedForDualStack": bool(given.get("Ipv6AllowedForDualStack")),
        }

    async def _call(
        self, operation: str, parameters: dict[str, Any], caller: Caller
    ) -> dict[str, Any]:
        try:
            return await self._engine.call(
                "ec2", operation, parameters, account_id=caller.account_id, region=caller.region
            )
        except EngineCallError as error:
            raise errors.invalid_parameter(
                f"Error occurred while {operation}. EC2 Error Code: {error.code}. "
                f"EC2 Error Message: {error.message}"
            ) from error
