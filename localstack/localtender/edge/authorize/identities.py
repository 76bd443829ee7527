"""Callers by their access keys, and the policies they have, from the engine's IAM and STS.

Access keys that IAM does not make (twelve digits for an account, `test`) stand for the root of an
account, as local tools use them; they may do everything there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localtender.edge.authorize.policy_documents import MalformedPolicyError, PolicyDocument
from localtender.edge.authorize.requests import Principal
from localtender.engines.client import EngineCallError, EngineClient

_MADE_BY_IAM = re.compile(r"A(?:KIA|SIA)[A-Z0-9]{12,}")
_SESSION = re.compile(
    r"arn:(?P<partition>[^:]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/.+"
)
# Long enough to spare IAM a burst of requests, short enough to follow a change of policies.
_KEPT_SECONDS = 2.0


class UnknownAccessKeyError(Exception):
    """No such access key, or one that is not valid any more."""


@dataclass(frozen=True)
class Identity:
    """A caller, and the policies of its identity; `is_root` may do everything in its account."""

    principal: Principal
    policies: tuple[PolicyDocument, ...] = ()
    is_root: bool = False


class Identities:
    """Looks up identities by access key and keeps them for a moment; `clock` is in seconds."""

    def __init__(self, engine: EngineClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._kept: dict[str, tuple[float, Identity]] = {}

    async def of_access_key(self, access_key_id: str, region: str) -> Identity:
        """The identity behind an access key; raises UnknownAccessKeyError."""
        kept = self._kept.get(access_key_id)
        if kept is not None and kept[0] > self._clock():
            return kept[1]
        identity = await self._look_up(access_key_id, region)
        if len(self._kept) > 1_024:
            self._kept.clear()
        self._kept[access_key_id] = (self._clock() + _KEPT_SECONDS, identity)
        return identity

    async def _look_up(self, access_key_id: str, region: str) -> Identity:
        try:
            answer = await self._engine.call(
                "sts", "GetCallerIdentity", {}, account_id=access_key_id, region=region
            )
        except EngineCallError as error:
            raise UnknownAccessKeyError(access_key_id) from error
        arn, account_id = answer["Arn"], answer["Account"]
        if arn.endswith(":root"):
            if _MADE_BY_IAM.fullmatch(access_key_id):
                raise UnknownAccessKeyError(access_key_id)
            root = Principal("Account", arn, account_id, account_id, access_key_id)
            return Identity(root, is_root=True)
        session = _SESSION.fullmatch(arn)
        reader = _PolicyReader(self._engine, account_id, region)
        user_id = answer["UserId"]
        if session is None:
            user = Principal("User", arn, account_id, user_id, access_key_id)
            return Identity(user, tuple(await reader.of_user(user.name)))
        role_arn = f"arn:{session['partition']}:iam::{account_id}:role/{session['role']}"
        role = Principal("AssumedRole", arn, account_id, user_id, access_key_id, role_arn)
        return Identity(role, tuple(await reader.of_role(session["role"])))


class _PolicyReader:
    """Reads inline and attached policies through IAM's public API."""

    def __init__(self, engine: EngineClient, account_id: str, region: str) -> None:
        self._engine = engine
        self._account_id = account_id
        self._region = region

    async def of_user(self, name: str) -> list[PolicyDocument]:
        found = await self._of("User", name)
        answer = await self._call("ListGroupsForUser", {"UserName": name})
        for group in answer.get("Groups", ()):
            found.extend(await self._of("Group", group["GroupName"]))
        return found

    async def of_role(self, name: str) -> list[PolicyDocument]:
        return await self._of("Role", name)

    async def _of(self, kind: str, name: str) -> list[PolicyDocument]:
        owner = {f"{kind}Name": name}
        found = []
        inline = await self._call(f"List{kind}Policies", owner)
        for policy_name in inline.get("PolicyNames", ()):
            answer = await self._call(f"Get{kind}Policy", {**owner, "PolicyName": policy_name})
            found.extend(_parsed(answer.get("PolicyDocument")))
        attached = await self._call(f"ListAttached{kind}Policies", owner)
        for policy in attached.get("AttachedPolicies", ()):
            found.extend(await self._managed(policy["PolicyArn"]))
        return found

    async def _managed(self, arn: str) -> list[PolicyDocument]:
        policy = (await self._call("GetPolicy", {"PolicyArn": arn})).get("Policy", {})
        version = policy.get("DefaultVersionId", "v1")
        answer = await self._call("GetPolicyVersion", {"PolicyArn": arn, "VersionId": version})
        return _parsed(answer.get("PolicyVersion", {}).get("Document"))

    async def _call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return await self._engine.call(
                "iam", operation, parameters, account_id=self._account_id, region=self._region
            )
        except EngineCallError:
            # What cannot be read grants nothing.
            return {}


def _parsed(document: Any) -> list[PolicyDocument]:
    try:
        return [PolicyDocument.parse(document)]
    except MalformedPolicyError:
        return []
