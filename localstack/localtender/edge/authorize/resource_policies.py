"""The policies that resources have, read from their services and kept until these change."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from localtender.edge.authorize.policy_documents import PolicyDocument
from localtender.edge.authorize.policy_reader import parsed
from localtender.edge.authorize.role_trust import of_the_role
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError

# A change that passes the edge is known at once; this is for one that is made behind it.
_KEPT_SECONDS = 5.0
_MOST_KEPT = 4_096
_Policies = tuple[PolicyDocument, ...]


class FunctionPolicies(Protocol):
    """What is needed of Lambda: the policies of its functions."""

    def resource_policy(self, function_arn: str) -> Mapping[str, Any] | None:
        """The policy of a function, version or alias as a document, None without one."""
        ...


@dataclass(frozen=True)
class ResourceArn:
    """The parts of an ARN."""

    text: str
    service: str
    region: str
    account_id: str
    resource: str

    @classmethod
    def of(cls, arn: str) -> ResourceArn | None:
        """Take an ARN apart, None for what is none."""
        parts = arn.split(":", 5)
        if len(parts) != 6:
            return None
        return cls(arn, *parts[2:])


class ResourcePolicies:
    """Finds the policies of queues, topics, secrets, functions, buckets, keys, tables, log groups
    and roles; `clock` in seconds. `functions` is asked once it is set.
    """

    functions: FunctionPolicies | None = None

    def __init__(
        self,
        engine: EngineCalls,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._kept: dict[tuple[str, str, str, str], tuple[float, _Policies]] = {}
        self._generation = 0
        self._readers: dict[str, Callable[[ResourceArn, str], Awaitable[Any]]] = {
            "dynamodb": self._table,
            "iam": self._role,
            "kms": self._key,
            "logs": self._log_groups,
            "s3": self._bucket,
            "secretsmanager": self._secret,
            "sns": self._topic,
            "sqs": self._queue,
        }

    async def of(self, arn: str, account_id: str, region: str) -> _Policies:
        """The policies of a resource; `account_id` and `region` are for ARNs that have none."""
        found = ResourceArn.of(arn)
        if found is None:
            return ()
        if found.service == "lambda":
            document = self.functions.resource_policy(arn) if self.functions else None
            return () if document is None else (parsed(document, arn),)
        reader = self._readers.get(found.service)
        if reader is None:
            return ()
        owner, where = found.account_id or account_id, found.region or region
        key = (found.service, owner, where, _policy_owner(found))
        kept = self._kept.get(key)
        if kept is not None and kept[0] > self._clock():
            return kept[1]
        generation = self._generation
        policies = await self._read(reader, found, owner, where)
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        if generation == self._generation:
            self._kept[key] = (self._clock() + _KEPT_SECONDS, policies)
        return policies

    def forget(self, service: str) -> None:
        """Read a service's policies again: one of them may have changed."""
        self._generation += 1
        for key in [key for key in self._kept if key[0] == service]:
            del self._kept[key]

    async def _read(
        self,
        reader: Callable[[ResourceArn, str], Awaitable[Any]],
        arn: ResourceArn,
        owner: str,
        region: str,
    ) -> _Policies:
        try:
            documents = await reader(
                ResourceArn(arn.text, arn.service, region, owner, arn.resource), _policy_owner(arn)
            )
        except EngineCallError:
            return ()
        listed = documents if isinstance(documents, list) else [documents]
        policies = tuple(parsed(document, arn.text) for document in listed if document)
        return (
            tuple(of_the_role(policy) for policy in policies) if arn.service == "iam" else policies
        )

    async def _call(
        self, arn: ResourceArn, operation: str, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        return await self._engine.call(
            arn.service, operation, parameters, account_id=arn.account_id, region=arn.region
        )

    async def _queue(self, arn: ResourceArn, name: str) -> Any:
        found = await self._call(arn, "GetQueueUrl", {"QueueName": name})
        answer = await self._call(
            arn,
            "GetQueueAttributes",
            {"QueueUrl": found["QueueUrl"], "AttributeNames": ["Policy"]},
        )
        return answer.get("Attributes", {}).get("Policy")

    async def _topic(self, arn: ResourceArn, _name: str) -> Any:
        answer = await self._call(arn, "GetTopicAttributes", {"TopicArn": arn.text})
        return answer.get("Attributes", {}).get("Policy")

    async def _secret(self, arn: ResourceArn, _name: str) -> Any:
        return (await self._call(arn, "GetResourcePolicy", {"SecretId": arn.text})).get(
            "ResourcePolicy"
        )

    async def _bucket(self, arn: ResourceArn, name: str) -> Any:
        return (await self._call(arn, "GetBucketPolicy", {"Bucket": name})).get("Policy")

    async def _key(self, arn: ResourceArn, name: str) -> Any:
        answer = await self._call(arn, "GetKeyPolicy", {"KeyId": name, "PolicyName": "default"})
        return answer.get("Policy")

    async def _table(self, arn: ResourceArn, name: str) -> Any:
        table = f"arn:aws:dynamodb:{arn.region}:{arn.account_id}:table/{name}"
        return (await self._call(arn, "GetResourcePolicy", {"ResourceArn": table})).get("Policy")

    async def _log_groups(self, arn: ResourceArn, _name: str) -> Any:
        answer = await self._call(arn, "DescribeResourcePolicies", {})
        return [policy.get("policyDocument") for policy in answer.get("resourcePolicies", ())]

    async def _role(self, arn: ResourceArn, name: str) -> Any:
        if not arn.resource.startswith("role/"):
            return None
        answer = await self._call(arn, "GetRole", {"RoleName": name})
        return answer.get("Role", {}).get("AssumeRolePolicyDocument")


def _policy_owner(arn: ResourceArn) -> str:
    """The name of what has the policy that is of an ARN: a bucket for its objects."""
    match arn.service:
        case "s3":
            return arn.resource.partition("/")[0]
        case "dynamodb":
            return arn.resource.removeprefix("table/").partition("/")[0]
        case "iam" | "kms":
            return arn.resource.rpartition("/")[2]
        case "logs":
            return ""
        case _:
            return arn.resource
