"""The policies of users, groups and roles, read through IAM's public API."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from localtender.edge.authorize.policy_documents import MalformedPolicyError, PolicyDocument
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError

_log = logging.getLogger(__name__)
_NOTHING = PolicyDocument(name="unreadable")


@dataclass(frozen=True)
class Entity:
    """A user or role: its ARN with its path, its policies, what bounds them, and its tags.

    `arn` is None where IAM does not know it. `unknown` are the ARNs of attached policies that
    nobody knows; they grant nothing.
    """

    arn: str | None = None
    policies: tuple[PolicyDocument, ...] = ()
    boundary: PolicyDocument | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


class PolicyReader:
    """Reads inline and attached policies of one account; what cannot be read grants nothing."""

    def __init__(self, engine: EngineCalls, account_id: str, region: str) -> None:
        self._engine = engine
        self._account_id = account_id
        self._region = region
        self._unknown: list[str] = []

    async def user(self, name: str) -> Entity:
        """A user, with the policies of its groups."""
        found = await self._of("User", name)
        answer = await self._call("ListGroupsForUser", {"UserName": name})
        for group in answer.get("Groups", ()):
            found.extend(await self._of("Group", group["GroupName"]))
        return await self._entity("User", name, found)

    async def role(self, name: str) -> Entity:
        """A role."""
        return await self._entity("Role", name, await self._of("Role", name))

    async def managed(self, arn: str) -> PolicyDocument:
        """A managed policy in its default version; one that is not there grants nothing."""
        policy = (await self._call("GetPolicy", {"PolicyArn": arn})).get("Policy")
        if policy is None:
            _log.warning("The managed policy %s is not known and grants nothing", arn)
            self._unknown.append(arn)
            return PolicyDocument(name=arn)
        version = policy.get("DefaultVersionId", "v1")
        answer = await self._call("GetPolicyVersion", {"PolicyArn": arn, "VersionId": version})
        return parsed(answer.get("PolicyVersion", {}).get("Document"), arn)

    async def _entity(self, kind: str, name: str, policies: list[PolicyDocument]) -> Entity:
        answer = await self._call(f"Get{kind}", {f"{kind}Name": name})
        described = answer.get(kind, {})
        boundary = described.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        bounds = None if boundary is None else await self.managed(boundary)
        return Entity(
            described.get("Arn"),
            tuple(policies),
            bounds,
            {tag["Key"]: tag["Value"] for tag in described.get("Tags", ())},
            tuple(self._unknown),
        )

    async def _of(self, kind: str, name: str) -> list[PolicyDocument]:
        owner = {f"{kind}Name": name}
        found = []
        inline = await self._call(f"List{kind}Policies", owner)
        for policy_name in inline.get("PolicyNames", ()):
            answer = await self._call(f"Get{kind}Policy", {**owner, "PolicyName": policy_name})
            found.append(parsed(answer.get("PolicyDocument"), policy_name))
        attached = await self._call(f"ListAttached{kind}Policies", owner)
        for policy in attached.get("AttachedPolicies", ()):
            found.append(await self.managed(policy["PolicyArn"]))
        return found

    async def _call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return await self._engine.call(
                "iam", operation, parameters, account_id=self._account_id, region=self._region
            )
        except EngineCallError:
            return {}


def parsed(document: Any, name: str) -> PolicyDocument:
    """A policy as a service answers it; one that cannot be read has no statements."""
    try:
        return PolicyDocument.parse(document, name)
    except MalformedPolicyError:
        return _NOTHING
