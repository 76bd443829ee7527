"""Keys, deletion protection and data protection of log groups.

Follows the CloudWatch Logs API reference (AssociateKmsKey, PutLogGroupDeletionProtection,
PutDataProtectionPolicy). A data protection policy is kept and given back; nothing is
masked by it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from localtender.edge.engine_additions.calls import (
    Addition,
    EngineCall,
    answered,
    succeeded,
    with_document,
)
from localtender.edge.engine_additions.log_subscriptions import SubscriptionFilters
from localtender.edge.engine_additions.memory import Memory
from localtender.edge.engine_requests import json_answer, json_error
from localtender.edge.protocol.messages import HttpResponse
from localtender.engines.calls import EngineCalls

_GROUP = "log-group"
_POLICY = "data-protection-policy"
_KEY, _PROTECTED = "kmsKeyId", "deletionProtectionEnabled"


class LogGroupAdditions:
    """Answers what the engine lacks about log groups."""

    def __init__(self, engine: EngineCalls, memory: Memory, filters: SubscriptionFilters) -> None:
        """`filters` are those of groups, which go with their groups."""
        self._engine = engine
        self._memory = memory
        self._filters = filters

    def additions(self) -> Mapping[tuple[str, str], Addition]:
        """By service and operation."""
        operations = {
            "AssociateKmsKey": self._associate,
            "CreateLogGroup": self._create,
            "DeleteDataProtectionPolicy": self._delete_policy,
            "DeleteLogGroup": self._delete,
            "DescribeLogGroups": self._describe,
            "DisassociateKmsKey": self._disassociate,
            "GetDataProtectionPolicy": self._get_policy,
            "PutDataProtectionPolicy": self._put_policy,
            "PutLogGroupDeletionProtection": self._protect,
        }
        return {("logs", name): operation for name, operation in operations.items()}

    async def _create(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        if succeeded(response):
            protected = bool(call.document.get(_PROTECTED))
            self._memory.put(call.scope, _GROUP, _name(call), {_PROTECTED: protected})
        return response

    async def _delete(self, call: EngineCall) -> HttpResponse:
        name = _name(call)
        if (self._memory.get(call.scope, _GROUP, name) or {}).get(_PROTECTED):
            return json_error(
                "InvalidParameterException",
                f"The log group {name} has deletion protection enabled. Disable it first.",
            )
        response = await call.forward()
        if succeeded(response):
            self._memory.remove(call.scope, _GROUP, name)
            self._memory.remove(call.scope, _POLICY, name)
            self._filters.forget(call.scope, name)
        return response

    async def _describe(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        if not succeeded(response):
            return response
        document = answered(response)
        for group in document.get("logGroups") or []:
            kept = self._memory.get(call.scope, _GROUP, group["logGroupName"]) or {}
            group[_PROTECTED] = kept.get(_PROTECTED, False)
            if kept.get(_KEY):
                group[_KEY] = kept[_KEY]
            elif _KEY in kept:
                group.pop(_KEY, None)
            if self._memory.get(call.scope, _POLICY, group["logGroupName"]):
                group["dataProtectionStatus"] = "ACTIVATED"
        return with_document(response, document)

    async def _associate(self, call: EngineCall) -> HttpResponse:
        return await self._set(call, {_KEY: call.document.get(_KEY)})

    async def _disassociate(self, call: EngineCall) -> HttpResponse:
        return await self._set(call, {_KEY: None})

    async def _protect(self, call: EngineCall) -> HttpResponse:
        return await self._set(call, {_PROTECTED: bool(call.document.get(_PROTECTED))})

    async def _set(self, call: EngineCall, values: dict[str, Any]) -> HttpResponse:
        name = _name(call)
        if not await self._exists(call, name):
            return _no_group(name)
        kept = self._memory.get(call.scope, _GROUP, name) or {}
        self._memory.put(call.scope, _GROUP, name, {**kept, **values})
        return json_answer({})

    async def _put_policy(self, call: EngineCall) -> HttpResponse:
        name = _name(call)
        if not await self._exists(call, name):
            return _no_group(name)
        policy = {
            "logGroupIdentifier": call.document["logGroupIdentifier"],
            "policyDocument": call.document["policyDocument"],
            "lastUpdatedTime": int(time.time() * 1000),
        }
        self._memory.put(call.scope, _POLICY, name, policy)
        return json_answer(policy)

    async def _get_policy(self, call: EngineCall) -> HttpResponse:
        name = _name(call)
        if not await self._exists(call, name):
            return _no_group(name)
        policy = self._memory.get(call.scope, _POLICY, name)
        return json_answer(policy or {"logGroupIdentifier": call.document["logGroupIdentifier"]})

    async def _delete_policy(self, call: EngineCall) -> HttpResponse:
        name = _name(call)
        if not await self._exists(call, name):
            return _no_group(name)
        self._memory.remove(call.scope, _POLICY, name)
        return json_answer({})

    async def _exists(self, call: EngineCall, name: str) -> bool:
        account, region = call.scope
        answer = await self._engine.call(
            "logs",
            "DescribeLogGroups",
            {"logGroupNamePrefix": name},
            account_id=account,
            region=region,
        )
        return any(group["logGroupName"] == name for group in answer.get("logGroups") or [])


def _name(call: EngineCall) -> str:
    given = call.document
    identifier = str(
        given.get("logGroupName")
        or given.get("logGroupIdentifier")
        or given.get("resourceIdentifier")
    )
    if not identifier.startswith("arn:"):
        return identifier
    return identifier.split(":log-group:", 1)[-1].removesuffix(":*")


def _no_group(name: str) -> HttpResponse:
    return json_error(
        "ResourceNotFoundException", f"The specified log group does not exist: {name}"
    )
