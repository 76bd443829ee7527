"""Amazon EventBridge: who may put events on a bus.

Arguments, defaults and replace rules follow the documentation of
``aws_cloudwatch_event_bus_policy`` and ``aws_cloudwatch_event_permission``.
"""

from __future__ import annotations

import json
import re
from typing import Any

from localtender.provider.call import Call
from localtender.provider.checks import every, length, matches, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, same_policy
from localtender.provider.resources.events_names import (
    DEFAULT_BUS,
    bus_and_name,
    is_bus_name,
    on_bus,
)
from localtender.provider.values import Values


class EventBusPolicy(Resource):
    """``aws_cloudwatch_event_bus_policy``; its id is the bus's name."""

    type_name = "aws_cloudwatch_event_bus_policy"
    service = "events"
    gone = ("ResourceNotFoundException",)
    replaces = ("event_bus_name",)
    defaults = {"event_bus_name": DEFAULT_BUS}
    equivalent = {"policy": same_policy}
    checks = {"event_bus_name": is_bus_name, "policy": is_policy}

    def create(self, call: Call, planned: Values) -> Values:
        """Put the whole policy."""
        self._put(call, planned)
        return {"id": planned["event_bus_name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the policy; a bus without one does not have this resource."""
        policy = _policy(call, state["id"])
        return {"event_bus_name": state["id"], "policy": policy} if policy else None

    def update(self, call: Call, change: Change) -> None:
        """Put the changed policy."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Take every permission away from the bus."""
        call.client().remove_permission(EventBusName=state["id"], RemoveAllPermissions=True)

    def _put(self, call: Call, planned: Values) -> None:
        call.client().put_permission(
            EventBusName=planned["event_bus_name"], Policy=planned["policy"]
        )


class Permission(Resource):
    """``aws_cloudwatch_event_permission``; its id is the statement's, after a custom bus."""

    type_name = "aws_cloudwatch_event_permission"
    service = "events"
    gone = ("ResourceNotFoundException",)
    replaces = ("event_bus_name", "statement_id")
    defaults = {"action": "events:PutEvents", "event_bus_name": DEFAULT_BUS}
    checks = {
        "action": every(length(1, 64), matches(r"events:[A-Za-z]+", "expected events:ACTION")),
        "condition.key": one_of("aws:PrincipalOrgID"),
        "condition.type": one_of("StringEquals"),
        "event_bus_name": is_bus_name,
        "principal": matches(r"\d{12}|[*]", "must be * or an account id of twelve digits"),
        "statement_id": every(
            length(1, 64), matches(r"[A-Za-z0-9_-]+", "expected letters, digits, hyphens, _")
        ),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Put the permission."""
        self._put(call, planned)
        return {"id": on_bus(planned["event_bus_name"], planned["statement_id"])}

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the permission's statement in the policy of its bus."""
        bus, statement_id = bus_and_name(state["id"], "STATEMENT_ID")
        policy = json.loads(_policy(call, bus) or "{}")
        for statement in policy.get("Statement", []):
            if statement.get("Sid") == statement_id:
                return {**_permission(statement), "event_bus_name": bus}
        return None

    def update(self, call: Call, change: Change) -> None:
        """Put the changed permission over the old one."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Take the permission away."""
        bus, statement_id = bus_and_name(state["id"], "STATEMENT_ID")
        call.client().remove_permission(EventBusName=bus, StatementId=statement_id)

    def _put(self, call: Call, planned: Values) -> None:
        request = {
            "Action": planned["action"],
            "EventBusName": planned["event_bus_name"],
            "Principal": planned["principal"],
            "StatementId": planned["statement_id"],
        }
        for block in planned["condition"] or []:
            request["Condition"] = {
                "Key": block["key"],
                "Type": block["type"],
                "Value": block["value"],
            }
        call.client().put_permission(**request)


def _permission(statement: dict[str, Any]) -> Values:
    principal = statement["Principal"]
    if isinstance(principal, dict):
        principal = principal.get("AWS", "*")
    account = re.fullmatch(r"arn:[^:]+:iam::(\d{12}):.+", principal)
    return {
        "action": statement["Action"],
        "condition": [
            {"key": key, "type": operator, "value": value}
            for operator, keys in (statement.get("Condition") or {}).items()
            for key, value in keys.items()
        ],
        "principal": account[1] if account else principal,
        "statement_id": statement["Sid"],
    }


def _policy(call: Call, bus: str) -> str | None:
    policy: str | None = call.client().describe_event_bus(Name=bus).get("Policy")
    return policy
