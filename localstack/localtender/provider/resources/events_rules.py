"""Amazon EventBridge: rules.

Arguments, defaults and replace rules follow the documentation of ``aws_cloudwatch_event_rule``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from localtender.provider.blocks import request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import is_arn, length, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.documents import is_json, same_json
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.resources.events_names import (
    DEFAULT_BUS,
    bus_and_name,
    is_bus_name_or_arn,
    is_rule_name,
    on_bus,
)
from localtender.provider.tags import tag_list, tag_map
from localtender.provider.values import UNKNOWN, Values

_ENABLED: Final = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
_LONGEST_PATTERN: Final = 4096
_FIELDS: Final = {
    "description": "Description",
    "event_pattern": "EventPattern",
    "role_arn": "RoleArn",
    "schedule_expression": "ScheduleExpression",
    "state": "State",
}


def is_event_pattern(text: str) -> str | None:
    """Check: the text must be JSON, of at most 4,096 characters when written compactly."""
    problem = is_json(text)
    if problem is None and len(compact(text)) > _LONGEST_PATTERN:
        return f"cannot be longer than {_LONGEST_PATTERN} characters"
    return problem


def compact(text: str) -> str:
    """Return a JSON document without white space, as the real provider sends event patterns."""
    return json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)


class Rule(Resource):
    """``aws_cloudwatch_event_rule``; its id is the rule's name, after that of a custom bus."""

    type_name = "aws_cloudwatch_event_rule"
    service = "events"
    gone = ("ResourceNotFoundException",)
    replaces = ("event_bus_name", "name", "name_prefix")
    defaults = {"event_bus_name": DEFAULT_BUS, "force_destroy": False}
    conflicts = (("name", "name_prefix"), ("is_enabled", "state"))
    equivalent = {"event_pattern": same_json}
    checks = {
        "description": length(0, 512),
        "event_bus_name": is_bus_name_or_arn,
        "event_pattern": is_event_pattern,
        "name": is_rule_name,
        "name_prefix": is_rule_name,
        "role_arn": is_arn,
        "schedule_expression": length(0, 256),
        "state": one_of("DISABLED", *_ENABLED),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that something makes the rule fire."""
        if all(config[name] in (None, "") for name in ("event_pattern", "schedule_expression")):
            yield InvalidArgumentError(
                "event_pattern", "one of event_pattern, schedule_expression must be set"
            )

    def customize(self, call: Call, plan: Plan) -> None:
        """Plan ``state`` and the older ``is_enabled`` as two names of one thing.

        When neither is configured, a rule keeps the state that it has.
        """
        state, enabled = plan.config["state"], plan.config["is_enabled"]
        if UNKNOWN in (state, enabled):
            plan.planned |= {"state": UNKNOWN, "is_enabled": UNKNOWN}
        elif state is not None:
            plan.planned["is_enabled"] = state in _ENABLED
        elif enabled is not None:
            before = plan.prior and plan.prior["state"]
            kept = before is not None and (before in _ENABLED) == enabled
            plan.planned["state"] = before if kept else "ENABLED" if enabled else "DISABLED"
        elif plan.prior is not None:
            plan.planned |= {name: plan.prior[name] for name in ("state", "is_enabled")}
        else:
            plan.planned |= {"state": "ENABLED", "is_enabled": True}
        known = None if plan.prior is None else plan.prior["is_enabled"]
        if plan.planned["is_enabled"] is False and not known:
            # An import leaves null where the other way leads to false.
            plan.planned["is_enabled"] = known if plan.prior else False

    def create(self, call: Call, planned: Values) -> Values:
        """Put the rule."""
        name = configured_name(planned)
        tags = planned["tags_all"]
        call.client().put_rule(
            Name=name, **_request(planned), **({"Tags": tag_list(tags)} if tags else {})
        )
        return {"id": on_bus(planned["event_bus_name"], name)}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the rule and its tags."""
        bus, name = bus_and_name(state["id"], "RULE_NAME")
        rule = call.client().describe_rule(Name=name, EventBusName=bus)
        tags = call.client().list_tags_for_resource(ResourceARN=rule["Arn"])
        return {
            **state_of(rule, _FIELDS),
            "arn": rule["Arn"],
            "event_bus_name": bus,
            "is_enabled": rule["State"] in _ENABLED,
            "name": rule["Name"],
            "name_prefix": prefix_of(rule["Name"]),
            "tags": tag_map(tags.get("Tags")),
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the changed rule over the old one."""
        if change.has(*_FIELDS, "is_enabled"):
            _, name = bus_and_name(change.prior["id"], "RULE_NAME")
            call.client().put_rule(Name=name, **_request(change.planned))

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the rule."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the rule, once its targets are gone."""
        client = call.client()
        bus, name = bus_and_name(state["id"], "RULE_NAME")

        def is_deleted() -> bool:
            try:
                client.delete_rule(Name=name, EventBusName=bus, Force=bool(state["force_destroy"]))
            except client.exceptions.ClientError as failure:
                if "since it has targets" in str(failure):
                    return False
                raise
            return True

        call.wait(is_deleted, awaited=f"the targets of rule {name} to go", operation="delete")


def change_tags(call: Call, arn: str, changed: dict[str, str], removed: list[str]) -> None:
    """Tag and untag an object of EventBridge."""
    if removed:
        call.client().untag_resource(ResourceARN=arn, TagKeys=removed)
    if changed:
        call.client().tag_resource(ResourceARN=arn, Tags=tag_list(changed))


def _request(planned: Values) -> Values:
    request = request_of(planned, {**_FIELDS, "event_bus_name": "EventBusName"})
    # Left out, a description or a role would stay.
    request.setdefault("Description", "")
    if "EventPattern" in request:
        request["EventPattern"] = compact(request["EventPattern"])
    return request
