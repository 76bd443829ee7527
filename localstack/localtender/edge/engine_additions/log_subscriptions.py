"""Subscription filters of CloudWatch Logs: which there are, and what is written to their groups.

Follows the API reference (PutSubscriptionFilter, DescribeSubscriptionFilters): a group has at most
two, and a function must let CloudWatch Logs invoke it. The engine is not told of them, as it knows
only a part of the patterns and of the destinations.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from localtender.edge.engine_additions.calls import Addition, EngineCall, succeeded
from localtender.edge.engine_additions.memory import Memory, Scope
from localtender.edge.engine_requests import json_answer, json_error
from localtender.edge.protocol.messages import HttpResponse
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError
from localtender.telemetry.filter_pattern.matching import FilterPatternError
from localtender.telemetry.filter_pattern.pattern import parse_pattern
from localtender.telemetry.log_subscriptions import LogSubscriptions, written

_KIND: Final = "subscription-filters"
_MOST: Final = 2
_MEMBERS: Final = (
    "applyOnTransformedLogs",
    "destinationArn",
    "distribution",
    "emitSystemFields",
    "filterName",
    "filterPattern",
    "logGroupName",
    "roleArn",
)


class SubscriptionFilters:
    """The subscription filters, by log group."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def of(self, scope: Scope, group: str) -> Sequence[Mapping[str, Any]]:
        """The filters of a group, by name."""
        return list((self._memory.get(scope, _KIND, group) or {}).values())

    def put(self, scope: Scope, group: str, each: Mapping[str, Any]) -> None:
        """Keep a filter, over one of the same name."""
        kept: dict[str, Any] = dict(self._memory.get(scope, _KIND, group) or {})
        kept[each["filterName"]] = each
        self._memory.put(scope, _KIND, group, dict(sorted(kept.items())))

    def remove(self, scope: Scope, group: str, name: str) -> bool:
        """Forget a filter; whether there was one."""
        kept = dict(self._memory.get(scope, _KIND, group) or {})
        found = kept.pop(name, None) is not None
        self._memory.put(scope, _KIND, group, kept)
        return found

    def forget(self, scope: Scope, group: str) -> None:
        """Forget the filters of a group that is no more."""
        self._memory.remove(scope, _KIND, group)


class LogSubscriptionAdditions:
    """Answers for subscription filters, and delivers what clients write."""

    def __init__(
        self, engine: EngineCalls, filters: SubscriptionFilters, subscriptions: LogSubscriptions
    ) -> None:
        self._engine = engine
        self._filters = filters
        self._subscriptions = subscriptions

    def additions(self) -> Mapping[tuple[str, str], Addition]:
        """By service and operation."""
        operations = {
            "DeleteSubscriptionFilter": self._delete,
            "DescribeSubscriptionFilters": self._describe,
            "PutLogEvents": self._write,
            "PutSubscriptionFilter": self._put,
        }
        return {("logs", name): operation for name, operation in operations.items()}

    async def _put(self, call: EngineCall) -> HttpResponse:
        group, name = (str(call.document.get(key)) for key in ("logGroupName", "filterName"))
        refusal = await self._no_group(call, group) or self._refusal(call, group, name)
        if refusal is not None:
            return refusal
        kept: dict[str, Any] = {"distribution": "ByLogStream"}
        kept |= {key: call.document[key] for key in _MEMBERS if key in call.document}
        kept["creationTime"] = int(time.time() * 1000)
        self._filters.put(call.scope, group, kept)
        return json_answer({})

    def _refusal(self, call: EngineCall, group: str, name: str) -> HttpResponse | None:
        others = [
            each for each in self._filters.of(call.scope, group) if each["filterName"] != name
        ]
        if len(others) >= _MOST:
            return json_error("LimitExceededException", "Resource limit exceeded.")
        try:
            parse_pattern(str(call.document.get("filterPattern") or ""))
        except FilterPatternError as error:
            return json_error("InvalidParameterException", f"Invalid filter pattern: {error}")
        arn = str(call.document.get("destinationArn"))
        if ":function:" in arn and not self._subscriptions.permits(arn, call.scope, group):
            return json_error(
                "InvalidParameterException",
                "Could not execute the lambda function. Make sure you have given CloudWatch Logs "
                "permission to execute your function.",
            )
        return None

    async def _describe(self, call: EngineCall) -> HttpResponse:
        group = str(call.document.get("logGroupName"))
        refusal = await self._no_group(call, group)
        if refusal is not None:
            return refusal
        prefix = call.document.get("filterNamePrefix") or ""
        listed = [
            each
            for each in self._filters.of(call.scope, group)
            if each["filterName"].startswith(prefix)
        ]
        return json_answer({"subscriptionFilters": listed})

    async def _delete(self, call: EngineCall) -> HttpResponse:
        group, name = (str(call.document.get(key)) for key in ("logGroupName", "filterName"))
        refusal = await self._no_group(call, group)
        if refusal is not None:
            return refusal
        if not self._filters.remove(call.scope, group, name):
            return json_error(
                "ResourceNotFoundException",
                f"The specified subscription filter does not exist: {name}",
            )
        return json_answer({})

    async def _write(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        if succeeded(response):
            self._subscriptions.take(written(call.document, call.scope))
        return response

    async def _no_group(self, call: EngineCall, group: str) -> HttpResponse | None:
        """What is answered when there is no such group."""
        account, region = call.scope
        try:
            await self._engine.call(
                "logs",
                "DescribeLogStreams",
                {"logGroupName": group, "limit": 1},
                account_id=account,
                region=region,
            )
        except EngineCallError as error:
            return json_error(error.code, error.message)
        return None
