"""Amazon CloudWatch: composite alarms.

Arguments, defaults and replace rules follow the documentation of
``aws_cloudwatch_composite_alarm``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Fields, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import is_arn, length
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.cloudwatch_alarms import ACTIONS
from localtender.provider.tags import tag_list, tag_map
from localtender.provider.values import Values

_SUPPRESSOR: Final = {
    "alarm": "ActionsSuppressor",
    "extension_period": "ActionsSuppressorExtensionPeriod",
    "wait_period": "ActionsSuppressorWaitPeriod",
}
_FIELDS: Final[Fields] = {
    **ACTIONS,
    "actions_enabled": "ActionsEnabled",
    "alarm_description": "AlarmDescription",
    "alarm_name": "AlarmName",
    "alarm_rule": "AlarmRule",
}


def _are_actions(values: list[str]) -> str | None:
    if len(values) > 5:
        return f"expected at most 5 actions, got {len(values)}"
    return next((problem for value in values if (problem := is_arn(value))), None)


class CompositeAlarm(Resource):
    """``aws_cloudwatch_composite_alarm``; its id is the alarm's name."""

    type_name = "aws_cloudwatch_composite_alarm"
    service = "cloudwatch"
    gone = ("ResourceNotFound", "ResourceNotFoundException")
    replaces = ("actions_enabled", "alarm_name")
    defaults = {"actions_enabled": True}
    checks = {
        "alarm_description": length(0, 1024),
        "alarm_name": length(0, 255),
        "alarm_rule": length(1, 10240),
        **dict.fromkeys(ACTIONS, _are_actions),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Put the alarm."""
        tags = planned["tags_all"]
        call.client().put_composite_alarm(
            **_request(planned), **({"Tags": tag_list(tags)} if tags else {})
        )
        return {"id": planned["alarm_name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the alarm and its tags."""
        client = call.client()
        answer = client.describe_alarms(AlarmNames=[state["id"]], AlarmTypes=["CompositeAlarm"])
        alarm = next(iter(answer["CompositeAlarms"]), None)
        if alarm is None:
            return None
        tags = client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])
        suppressed = bool(alarm.get("ActionsSuppressor"))
        return {
            **state_of(alarm, _FIELDS),
            "actions_suppressor": [state_of(alarm, _SUPPRESSOR)] if suppressed else [],
            "arn": alarm["AlarmArn"],
            "tags": tag_map(tags.get("Tags")),
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the whole alarm again."""
        call.client().put_composite_alarm(**_request(change.planned))

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the alarm."""
        if removed:
            call.client().untag_resource(ResourceARN=state["arn"], TagKeys=removed)
        if changed:
            call.client().tag_resource(ResourceARN=state["arn"], Tags=tag_list(changed))

    def delete(self, call: Call, state: Values) -> None:
        """Delete the alarm."""
        call.client().delete_alarms(AlarmNames=[state["id"]])


def _request(planned: Values) -> Values:
    request = request_of(planned, _FIELDS)
    for block in planned["actions_suppressor"] or []:
        request |= request_of(block, _SUPPRESSOR)
    return request
