"""Who may put events on a bus: the policies of buses, whole or statement by statement.

Follows the EventBridge API reference: PutPermission takes a whole policy or the parts of one
statement, RemovePermission takes a statement or all away, DescribeEventBus shows the policy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from localtender.edge.engine_additions.calls import (
    Addition,
    Document,
    EngineCall,
    answered,
    succeeded,
    with_document,
)
from localtender.edge.engine_additions.memory import Memory
from localtender.edge.engine_requests import json_answer, json_error
from localtender.edge.protocol.messages import HttpResponse
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError

_POLICY = "event-bus-policy"
_DEFAULT = "default"


class EventBusPolicyAdditions:
    """Keeps the policies of buses."""

    def __init__(self, engine: EngineCalls, memory: Memory) -> None:
        self._engine = engine
        self._memory = memory

    def additions(self) -> Mapping[tuple[str, str], Addition]:
        """By service and operation."""
        operations = {
            "DeleteEventBus": self._delete,
            "DescribeEventBus": self._describe,
            "ListEventBuses": self._list,
            "PutPermission": self._put,
            "RemovePermission": self._remove,
        }
        return {("events", name): operation for name, operation in operations.items()}

    async def _put(self, call: EngineCall) -> HttpResponse:
        bus = _bus(call.document.get("EventBusName"))
        try:
            described = await self._engine.call(
                "events",
                "DescribeEventBus",
                {"Name": bus},
                account_id=call.caller.account_id,
                region=call.caller.region,
            )
        except EngineCallError as error:
            return json_error(error.code, error.message)
        written = call.document.get("Policy")
        if written:
            policy = _read(written)
            if policy is None:
                return json_error("ValidationException", "The policy is not a JSON object.")
        else:
            policy = self._policy(call, bus) or {"Version": "2012-10-17", "Statement": []}
            statement = _statement(call.document, str(described["Arn"]))
            others = [each for each in policy["Statement"] if each.get("Sid") != statement["Sid"]]
            policy = {**policy, "Statement": [*others, statement]}
        self._memory.put(call.scope, _POLICY, bus, policy)
        return json_answer({})

    async def _remove(self, call: EngineCall) -> HttpResponse:
        bus = _bus(call.document.get("EventBusName"))
        if call.document.get("RemoveAllPermissions"):
            self._memory.remove(call.scope, _POLICY, bus)
            return json_answer({})
        policy, wanted = self._policy(call, bus), call.document.get("StatementId")
        statements = policy["Statement"] if policy else []
        left = [each for each in statements if each.get("Sid") != wanted]
        if len(left) == len(statements):
            return json_error(
                "ResourceNotFoundException", "Statement with the provided id does not exist."
            )
        if left:
            self._memory.put(call.scope, _POLICY, bus, {**(policy or {}), "Statement": left})
        else:
            self._memory.remove(call.scope, _POLICY, bus)
        return json_answer({})

    async def _describe(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        if not succeeded(response):
            return response
        return with_document(response, self._with_policy(call, answered(response)))

    async def _list(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        if not succeeded(response):
            return response
        document = answered(response)
        buses = [self._with_policy(call, bus) for bus in document.get("EventBuses") or []]
        return with_document(response, {**document, "EventBuses": buses})

    async def _delete(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        if succeeded(response):
            self._memory.remove(call.scope, _POLICY, _bus(call.document.get("Name")))
        return response

    def _with_policy(self, call: EngineCall, bus: Document) -> Document:
        policy = self._policy(call, str(bus["Name"]))
        return {**bus, "Policy": json.dumps(policy)} if policy else bus

    def _policy(self, call: EngineCall, bus: str) -> dict[str, Any] | None:
        return self._memory.get(call.scope, _POLICY, bus)


def _bus(name: str | None) -> str:
    """The name of a bus, from its name or its ARN."""
    return (name or _DEFAULT).rpartition(":event-bus/")[2]


def _read(written: str) -> dict[str, Any] | None:
    try:
        policy = json.loads(written)
    except ValueError:
        return None
    if not isinstance(policy, dict):
        return None
    statements = policy.get("Statement") or []
    return {**policy, "Statement": statements if isinstance(statements, list) else [statements]}


def _statement(given: Document, arn: str) -> dict[str, Any]:
    principal = given.get("Principal") or "*"
    partition = arn.split(":")[1]
    statement: dict[str, Any] = {
        "Sid": given.get("StatementId"),
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else {"AWS": f"arn:{partition}:iam::{principal}:root"},
        "Action": given.get("Action") or "events:PutEvents",
        "Resource": arn,
    }
    condition = given.get("Condition")
    if condition:
        statement["Condition"] = {condition["Type"]: {condition["Key"]: condition["Value"]}}
    return statement
