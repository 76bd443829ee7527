"""What policies ask of resources that a call does not say itself, read from their services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError

_MOST_KEPT = 4_096


class ResourceFacts:
    """Full ARNs of secrets and keys, tables' partition keys; kept until their service changes."""

    def __init__(self, engine: EngineCalls) -> None:
        self._engine = engine
        self._kept: dict[tuple[str, str], Any] = {}
        self._generation = 0

    def forget(self, service: str) -> None:
        """Ask a service again: what it has may have changed."""
        self._generation += 1
        for key in [key for key in self._kept if key[0] == service]:
            del self._kept[key]

    async def full_arn(self, arn: str) -> str:
        """The ARN by which policies know what a shorter one names.

        A secret's has six random characters at its end, and a KMS key may be called by an alias.
        """
        service = arn.split(":", 3)[2] if arn.count(":") >= 5 else ""
        if service not in ("secretsmanager", "kms"):
            return arn
        found = await self._answer(arn)
        if service == "secretsmanager":
            return str(found.get("ARN", arn))
        return str(found.get("KeyMetadata", {}).get("Arn", arn))

    async def partition_key(self, table_arn: str) -> str | None:
        """The name of a table's partition key."""
        found = await self._answer(table_arn.partition("/index/")[0])
        for element in found.get("Table", {}).get("KeySchema", ()):
            if element["KeyType"] == "HASH":
                return str(element["AttributeName"])
        return None

    async def _answer(self, arn: str) -> Mapping[str, Any]:
        _, _, service, region, account_id, resource = arn.split(":", 5)
        key = (service, arn)
        if key in self._kept:
            found: Mapping[str, Any] = self._kept[key]
            return found
        operation, parameters = {
            "secretsmanager": ("DescribeSecret", {"SecretId": _secret_id(arn, resource)}),
            "kms": ("DescribeKey", {"KeyId": resource.removeprefix("key/")}),
            "dynamodb": ("DescribeTable", {"TableName": resource.partition("/")[2]}),
        }[service]
        generation = self._generation
        try:
            answer = await self._engine.call(
                service, operation, parameters, account_id=account_id, region=region
            )
        except EngineCallError:
            return {}
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        if generation == self._generation:
            self._kept[key] = answer
        return answer


def _secret_id(arn: str, resource: str) -> str:
    name = resource.removeprefix("secret:")
    # A name is found as such; what ends like an ARN's random part may be the whole ARN.
    return arn if len(name) > 7 and name[-7] == "-" else name
