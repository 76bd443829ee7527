"""The keys that AWS manages in an account, under their aliases: ``alias/aws/s3`` and the like.

Follows "AWS managed keys" in the AWS KMS Developer Guide and the API reference of ListAliases and
DescribeKey: the aliases are there from the beginning, without a key, and whoever describes one has
its key made.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Final

from localtender.edge.engine_additions.calls import (
    Addition,
    Document,
    EngineCall,
    answered,
    succeeded,
    with_document,
)
from localtender.edge.engine_additions.memory import Memory
from localtender.edge.protocol.messages import HttpResponse
from localtender.engines.calls import EngineCalls

_MANAGED = "kms-managed-key"
_ALIAS: Final = re.compile(r"(?:arn:[^:]+:kms:[^:]+:\d{12}:)?(alias/aws/[a-z0-9]+)")
_PROTECTED: Final = {
    "acm": "ACM private keys",
    "backup": "backup vaults",
    "codebuild": "build artifacts",
    "codecommit": "repositories",
    "dynamodb": "DynamoDB data",
    "ebs": "EBS volumes",
    "elasticfilesystem": "EFS filesystems",
    "es": "Elasticsearch data",
    "glue": "Glue data",
    "kinesis": "Kinesis data",
    "kinesisvideo": "Kinesis Video Streams data",
    "lambda": "Lambda environment variables",
    "logs": "log groups",
    "rds": "RDS database volumes",
    "redshift": "Redshift clusters",
    "s3": "S3 objects",
    "secretsmanager": "Secrets Manager data",
    "sns": "SNS data",
    "sqs": "SQS messages",
    "ssm": "SSM parameters",
    "xray": "X-Ray traces",
}


class KmsManagedKeyAdditions:
    """Lists the aliases of AWS's own keys, and makes a key when it is first described."""

    def __init__(self, engine: EngineCalls, memory: Memory) -> None:
        self._engine = engine
        self._memory = memory
        self._making = asyncio.Lock()

    def additions(self) -> Mapping[tuple[str, str], Addition]:
        """By service and operation."""
        return {("kms", "DescribeKey"): self._describe, ("kms", "ListAliases"): self._list}

    async def _describe(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        named = _ALIAS.fullmatch(str(call.parameters.get("KeyId")))
        if named and answered(response).get("__type", "").endswith("NotFoundException"):
            service = named[1].rpartition("/")[2]
            if service in _PROTECTED:
                await self._make(call, service)
                response = await call.forward()
        if not succeeded(response):
            return response
        document = answered(response)
        metadata = document["KeyMetadata"]
        if self._memory.get(call.scope, _MANAGED, metadata["KeyId"]) is None:
            return response
        return with_document(response, {"KeyMetadata": {**metadata, "KeyManager": "AWS"}})

    async def _make(self, call: EngineCall, service: str) -> None:
        async with self._making:
            present = await self._ask(call, "ListAliases")
            name = f"alias/aws/{service}"
            if name in {alias["AliasName"] for alias in present["Aliases"]}:
                return
            protects = f"Default key that protects my {_PROTECTED[service]}"
            description = f"{protects} when no other key is defined"
            made = await self._ask(call, "CreateKey", Description=description)
            key = made["KeyMetadata"]["KeyId"]
            self._memory.put(call.scope, _MANAGED, key, service)
            await self._ask(call, "CreateAlias", AliasName=name, TargetKeyId=key)

    async def _list(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        # The aliases without a key stand on the last page, and on no key's own list.
        if not succeeded(response) or call.parameters.get("KeyId"):
            return response
        document = answered(response)
        if document.get("Truncated"):
            return response
        return with_document(response, self._with_predefined(call, document))

    def _with_predefined(self, call: EngineCall, document: Document) -> Document:
        account, region = call.scope
        present = {alias["AliasName"] for alias in document["Aliases"]}
        have_keys = {service for _, service in self._memory.items(call.scope, _MANAGED)}
        predefined = [
            {
                "AliasName": f"alias/aws/{service}",
                "AliasArn": f"arn:aws:kms:{region}:{account}:alias/aws/{service}",
            }
            for service in _PROTECTED
            if service not in have_keys and f"alias/aws/{service}" not in present
        ]
        return {**document, "Aliases": [*document["Aliases"], *predefined]}

    async def _ask(self, call: EngineCall, operation: str, **parameters: Any) -> Document:
        account, region = call.scope
        return await self._engine.call(
            "kms", operation, parameters, account_id=account, region=region
        )
