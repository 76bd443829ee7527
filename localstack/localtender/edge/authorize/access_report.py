"""What roles and users are granted, what they used of it, and a policy that would have sufficed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from localtender.edge.authorize.access_records import AccessRecords, PrincipalRecord
from localtender.edge.authorize.decisions import Mode
from localtender.edge.authorize.policy_reader import Entity, PolicyReader
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError

_ENTITY = re.compile(
    r"arn:aws:iam::(?P<account>\d{12}):(?P<kind>role|user)/(?:.*/)?(?P<name>[^/]+)"
)
_LOG_STREAM = re.compile(r"(?P<group>arn:aws:logs:.*:log-group:.+):log-stream:.*")
_OBJECT = re.compile(r"(?P<bucket>arn:aws:s3:::[^/]+)/.+")


class AccessReport:
    """Reports on the roles and users of an account, and on everybody else who called."""

    def __init__(
        self,
        engine: EngineCalls,
        records: AccessRecords,
        mode: Mode,
        *,
        account_id: str,
        region: str,
    ) -> None:
        self._engine = engine
        self._records = records
        self._mode = mode
        self._account_id = account_id
        self._region = region

    async def document(self) -> dict[str, Any]:
        """The report as JSON has it, principals in order of their ARNs."""
        records = self._records.principals()
        arns = sorted({*records, *await self._entities()})
        principals = [
            await self._principal(arn, records.get(arn) or PrincipalRecord()) for arn in arns
        ]
        return {"mode": self._mode.value, "principals": principals}

    def clear(self) -> None:
        """Begin to count anew."""
        self._records.clear()

    async def _entities(self) -> list[str]:
        found = []
        for operation, member in (("ListRoles", "Roles"), ("ListUsers", "Users")):
            try:
                answer = await self._engine.call(
                    "iam", operation, {}, account_id=self._account_id, region=self._region
                )
            except EngineCallError:
                continue
            found += [str(entity["Arn"]) for entity in answer.get(member, ())]
        return found

    async def _principal(self, arn: str, record: PrincipalRecord) -> dict[str, Any]:
        entity = await self._entity(arn)
        return {
            "arn": arn,
            "unknown_policies": list(entity.unknown),
            "granted": [
                {
                    "policy": policy.name,
                    "sid": statement.sid,
                    "effect": statement.effect,
                    "actions": list(statement.actions or ()),
                    "not_actions": list(statement.not_actions or ()),
                    "resources": list(statement.resources or ()),
                    "used": record.statements[policy.name, statement.position],
                }
                for policy in entity.policies
                for statement in policy.statements
            ],
            "used": _counted(_together(record.used)),
            "denied": [
                {**entry, "message": record.messages[entry["action"], entry["resource"]]}
                for entry in _counted(record.denied)
            ],
            "proposal": proposed_policy((*record.used, *record.denied)),
        }

    async def _entity(self, arn: str) -> Entity:
        found = _ENTITY.fullmatch(arn)
        if found is None:
            return Entity()
        reader = PolicyReader(self._engine, found["account"], self._region)
        return await (reader.role if found["kind"] == "role" else reader.user)(found["name"])


def proposed_policy(permissions: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """A policy with these actions on these resources and nothing else.

    Objects are taken together by bucket, log streams by group: their names are not known before.
    """
    actions: dict[str, set[str]] = {}
    for action, resource in permissions:
        prefix, _, name = action.partition(":")
        actions.setdefault(_generalized(resource), set()).add(f"{prefix.lower()}:{name}")
    resources: dict[tuple[str, ...], list[str]] = {}
    for resource in sorted(actions):
        resources.setdefault(tuple(sorted(actions[resource])), []).append(resource)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": list(names), "Resource": where}
            for names, where in sorted(resources.items())
        ],
    }


def _generalized(resource: str) -> str:
    stream, item = _LOG_STREAM.fullmatch(resource), _OBJECT.fullmatch(resource)
    if stream is not None:
        return f"{stream['group']}:*"
    return f"{item['bucket']}/*" if item is not None else resource


def _together(counter: Mapping[tuple[str, str], int]) -> Counter[tuple[str, str]]:
    """The calls of one log group, or of one bucket's objects, as one."""
    found: Counter[tuple[str, str]] = Counter()
    for (action, resource), count in counter.items():
        found[action, _generalized(resource)] += count
    return found


def _counted(counter: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    return [
        {"action": action, "resource": resource, "count": count}
        for (action, resource), count in sorted(counter.items())
    ]
