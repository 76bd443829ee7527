"""EventBridge, its Scheduler and Pipes, and Step Functions.

After their pages in the Service Authorization Reference.
"""

from __future__ import annotations

from collections.abc import Iterable

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.permission import Permission
from localtender.edge.authorize.actions.rules import (
    Resource,
    ServiceActions,
    both,
    given,
    listed,
    lowered,
    named,
    on,
    passes,
    passing,
)

_DEFAULT = "default"


def _rule(parameter: str) -> Resource:
    """A rule, whose ARN names its bus unless that is the default one."""

    def resource(facts: CallFacts) -> Iterable[str]:
        name = facts.text(parameter)
        if name is None:
            return ()
        bus = (facts.text("EventBusName") or _DEFAULT).rpartition("/")[2]
        place = name if bus == _DEFAULT else f"{bus}/{name}"
        return (facts.arn("events", f"rule/{place}"),)

    return resource


def _bus(facts: CallFacts) -> Iterable[str]:
    name = facts.text("EventBusName") or facts.text("Name") or _DEFAULT
    return (_bus_arn(facts, name),)


def _bus_arn(facts: CallFacts, name: str) -> str:
    return name if name.startswith("arn:") else facts.arn("events", f"event-bus/{name}")


def _entries(facts: CallFacts, prefix: str) -> Iterable[Permission]:
    for entry in facts.items("Entries"):
        keys = {"events:source": entry.get("Source"), "events:detail-type": entry.get("DetailType")}
        yield Permission(
            f"{prefix}:PutEvents",
            _bus_arn(facts, entry.get("EventBusName") or _DEFAULT),
            lowered({key: (value,) for key, value in keys.items() if value}),
        )


def _target_roles(facts: CallFacts, _prefix: str) -> Iterable[Permission]:
    for target in facts.items("Targets"):
        if target.get("RoleArn"):
            yield passing(target["RoleArn"], "events.amazonaws.com")


def _target_arns(facts: CallFacts) -> dict[str, Iterable[str]]:
    return {"events:TargetArn": [item["Arn"] for item in facts.items("Targets") if "Arn" in item]}


EVENTS = ServiceActions(
    "events",
    {
        "PutRule": both(on(_rule("Name")), passes("RoleArn", to="events.amazonaws.com")),
        "PutTargets": both(on(_rule("Rule"), keys=_target_arns), _target_roles),
        **listed(("RemoveTargets", "ListTargetsByRule"), on(_rule("Rule"))),
        **listed(("DeleteRule", "DescribeRule", "EnableRule", "DisableRule"), on(_rule("Name"))),
        "PutEvents": _entries,
        **listed(
            ("CreateEventBus", "DeleteEventBus", "DescribeEventBus", "UpdateEventBus"), on(_bus)
        ),
        **listed(("PutPermission", "RemovePermission"), on(_bus)),
        **listed(("ListRules", "ListEventBuses", "ListArchives", "TestEventPattern"), on()),
        **listed(
            ("CreateArchive", "DeleteArchive", "DescribeArchive", "UpdateArchive"),
            on(named("events", "archive/{ArchiveName}")),
        ),
        **listed(("TagResource", "UntagResource", "ListTagsForResource"), on(given("ResourceARN"))),
    },
)


def _schedule(facts: CallFacts) -> Iterable[str]:
    name, group = facts.text("Name"), facts.text("GroupName") or _DEFAULT
    return () if name is None else (facts.arn("scheduler", f"schedule/{group}/{name}"),)


_schedule_group = on(named("scheduler", "schedule-group/{Name}"))
_scheduled_role = passes("Target.RoleArn", to="scheduler.amazonaws.com")

SCHEDULER = ServiceActions(
    "scheduler",
    {
        **listed(("CreateSchedule", "UpdateSchedule"), both(on(_schedule), _scheduled_role)),
        **listed(("GetSchedule", "DeleteSchedule"), on(_schedule)),
        **listed(
            ("CreateScheduleGroup", "GetScheduleGroup", "DeleteScheduleGroup"), _schedule_group
        ),
        **listed(("ListSchedules", "ListScheduleGroups"), on()),
    },
    otherwise=on(given("ResourceArn")),
)

_pipe = named("pipes", "pipe/{Name}")
_pipe_role = passes("RoleArn", to="pipes.amazonaws.com")

PIPES = ServiceActions(
    "pipes",
    {
        **listed(("CreatePipe", "UpdatePipe"), both(on(_pipe), _pipe_role)),
        "ListPipes": on(),
    },
    otherwise=on(_pipe, given("resourceArn")),
)

_machine = named("states", "stateMachine:{name}")
_machine_role = passes("roleArn", to="states.amazonaws.com")


def _execution(facts: CallFacts) -> Iterable[str]:
    return given("executionArn")(facts)


STATES = ServiceActions(
    "states",
    {
        "CreateStateMachine": both(on(_machine), _machine_role),
        "UpdateStateMachine": both(on(given("stateMachineArn")), _machine_role),
        "CreateActivity": on(named("states", "activity:{name}")),
        **listed(("SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"), on()),
        **listed(("ListStateMachines", "ListActivities"), on()),
        "ValidateStateMachineDefinition": on(),
        "TestState": both(on(), _machine_role),
        # A state machine's own events are not called by clients.
        "GetActivityTask": on(given("activityArn")),
    },
    otherwise=on(_execution, given("stateMachineArn", "activityArn", "resourceArn")),
)
