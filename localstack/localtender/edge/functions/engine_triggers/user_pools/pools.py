"""User pools, clients and users, as the engine's public API tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localtender.edge.protocol.messages import Caller
    from localtender.engines.calls import EngineCalls

_PAGE = 60


@dataclass(frozen=True)
class UserPool:
    """A pool with its triggers: names of LambdaConfig to ARNs; `client_id` is who asks."""

    pool_id: str
    account_id: str
    region: str
    triggers: Mapping[str, str]
    client_id: str | None = None

    @property
    def arn(self) -> str:
        """The pool's ARN."""
        return f"arn:aws:cognito-idp:{self.region}:{self.account_id}:userpool/{self.pool_id}"


class UserPools:
    """Finds pools and their users; which pool a client belongs to never changes."""

    def __init__(self, engine: EngineCalls) -> None:
        self._engine = engine
        self._pool_of_client: dict[tuple[str, str, str], str] = {}

    async def find(self, caller: Caller, parameters: Mapping[str, Any]) -> UserPool | None:
        """The pool that a request concerns; None when there is none, as the engine will say."""
        client_id = parameters.get("ClientId")
        pool_id = parameters.get("UserPoolId")
        if pool_id is None and client_id is not None:
            pool_id = await self._of_client(caller, client_id)
        if pool_id is None:
            return None
        try:
            answer = await self.call(caller, "DescribeUserPool", {"UserPoolId": pool_id})
        except EngineCallError:
            return None
        settings = answer["UserPool"].get("LambdaConfig") or {}
        triggers = {name: arn for name, arn in settings.items() if isinstance(arn, str)}
        return UserPool(pool_id, caller.account_id, caller.region, triggers, client_id)

    async def user(self, pool: UserPool, username: str) -> dict[str, Any] | None:
        """AdminGetUser's answer; None when there is no such user."""
        try:
            return await self.of_pool(pool, "AdminGetUser", {"Username": username})
        except EngineCallError as error:
            if error.code == "UserNotFoundException":
                return None
            raise

    async def of_pool(
        self, pool: UserPool, operation: str, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Call an operation on a pool. Raises EngineCallError."""
        return await self._engine.call(
            "cognito-idp",
            operation,
            {"UserPoolId": pool.pool_id, **parameters},
            account_id=pool.account_id,
            region=pool.region,
        )

    async def call(
        self, caller: Caller, operation: str, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Call an operation in a caller's account and region. Raises EngineCallError."""
        return await self._engine.call(
            "cognito-idp",
            operation,
            parameters,
            account_id=caller.account_id,
            region=caller.region,
        )

    async def _of_client(self, caller: Caller, client_id: str) -> str | None:
        key = (caller.account_id, caller.region, client_id)
        if key not in self._pool_of_client:
            for pool in await self._pages(
                caller, "ListUserPools", "UserPools", {"MaxResults": _PAGE}
            ):
                parameters = {"UserPoolId": pool["Id"], "MaxResults": _PAGE}
                for client in await self._pages(
                    caller, "ListUserPoolClients", "UserPoolClients", parameters
                ):
                    known = (caller.account_id, caller.region, client["ClientId"])
                    self._pool_of_client[known] = pool["Id"]
        return self._pool_of_client.get(key)

    async def _pages(
        self, caller: Caller, operation: str, member: str, parameters: dict[str, Any]
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            answer = await self.call(caller, operation, {**parameters, **token})
            found += answer.get(member) or []
            if not answer.get("NextToken"):
                return found
            token = {"NextToken": answer["NextToken"]}


def attributes_of(user: Mapping[str, Any] | None) -> dict[str, str]:
    """A user's attributes by name, with the status that events show among them."""
    if user is None:
        return {}
    listed = user.get("UserAttributes") or user.get("Attributes") or []
    attributes = {each["Name"]: each.get("Value", "") for each in listed}
    if user.get("UserStatus"):
        attributes["cognito:user_status"] = user["UserStatus"]
    return attributes
