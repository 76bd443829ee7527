"""The account's settings: GetAccount, UpdateAccount.

After "Account" of the API Gateway API reference. The role must exist before API Gateway may write
logs with it, which the engine's IAM is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.lookup import present
from localtender.edge.gateway.control_plane.patching import (
    PatchRule,
    PatchRules,
    bad_request,
    set_text,
)
from localtender.edge.gateway.state import RegionState
from localtender.edge.gateway.store import Store
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters
from localtender.engines.client import EngineCallError, EngineClient

_UNUSABLE_ROLE = (
    "The role ARN does not have required permissions configured. Please grant trust permission for "
    "API Gateway and add the required role policy."
)


class Account:
    """The operations on the account's settings."""

    def __init__(self, store: Store, engine: EngineClient) -> None:
        self._store = store
        self._engine = engine

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {"GetAccount": self.get_account, "UpdateAccount": self.update_account}

    async def get_account(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The settings of the account in this region."""
        del parameters
        return _describe(self._store.state_of(caller))

    async def update_account(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Set or clear the role by which API Gateway writes logs."""
        role_arn = _PATCHES.apply(self._store.state_of(caller), parameters).cloudwatch_role_arn
        if role_arn is not None:
            await self._check_role(caller, role_arn)
        changed = replace(self._store.state_of(caller), cloudwatch_role_arn=role_arn)
        self._store.save_for(caller, changed)
        return _describe(changed)

    async def _check_role(self, caller: Caller, role_arn: str) -> None:
        parts = role_arn.split(":", 5)
        if len(parts) != 6 or parts[2] != "iam" or not parts[5].startswith("role/"):
            raise bad_request(f"Invalid ARN specified in the request: {role_arn}")
        try:
            await self._engine.call(
                "iam",
                "GetRole",
                {"RoleName": parts[5].rsplit("/", 1)[-1]},
                account_id=caller.account_id,
                region=caller.region,
            )
        except EngineCallError:
            raise bad_request(_UNUSABLE_ROLE) from None


def _describe(state: RegionState) -> Parameters:
    return present(
        cloudwatchRoleArn=state.cloudwatch_role_arn,
        throttleSettings={"burstLimit": 5000, "rateLimit": 10000.0},
        features=["UsagePlans"],
        apiKeyVersion="4",
    )


_PATCHES: PatchRules[RegionState] = PatchRules(
    PatchRule("/cloudwatchRoleArn", ("replace", "remove"), set_text("cloudwatch_role_arn")),
)
