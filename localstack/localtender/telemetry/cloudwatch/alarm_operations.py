"""The operations on alarms.

Follows https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters
from localtender.telemetry.alarms.alarm import (
    ACTIONS,
    INSUFFICIENT_DATA,
    Alarm,
    AlarmState,
    AlarmType,
)
from localtender.telemetry.alarms.composite_rule import parse_rule
from localtender.telemetry.alarms.registry import AlarmRegistry, HistoryItem
from localtender.telemetry.alarms.transitions import AlarmTransitions
from localtender.telemetry.cloudwatch.alarm_input import check_composite_alarm, check_metric_alarm
from localtender.telemetry.cloudwatch.constraints import (
    invalid_combination,
    not_found,
    validation,
)
from localtender.telemetry.cloudwatch.paging import page
from localtender.telemetry.metrics.datum import Scope, metric_of
from localtender.telemetry.metrics.queries import MetricQueries

_DESCRIBE_PAGE = 50
_HISTORY_PAGE = 100
_METRIC: AlarmType = "MetricAlarm"
_COMPOSITE: AlarmType = "CompositeAlarm"


class AlarmOperations:
    """The operations on alarms, over the registry."""

    def __init__(
        self,
        registry: AlarmRegistry,
        transitions: AlarmTransitions,
        queries: MetricQueries,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` gives seconds since 1970."""
        self._registry = registry
        self._transitions = transitions
        self._queries = queries
        self._clock = clock

    def operations(self) -> Mapping[str, Operation]:
        """By name."""
        return {
            "PutMetricAlarm": self.put_metric_alarm,
            "PutCompositeAlarm": self.put_composite_alarm,
            "DescribeAlarms": self.describe_alarms,
            "DescribeAlarmsForMetric": self.describe_alarms_for_metric,
            "DescribeAlarmHistory": self.describe_alarm_history,
            "DeleteAlarms": self.delete_alarms,
            "SetAlarmState": self.set_alarm_state,
            "EnableAlarmActions": self.enable_alarm_actions,
            "DisableAlarmActions": self.disable_alarm_actions,
            "TagResource": self.tag_resource,
            "UntagResource": self.untag_resource,
            "ListTagsForResource": self.list_tags_for_resource,
        }

    async def put_metric_alarm(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Create a metric alarm, or give one another configuration."""
        check_metric_alarm(parameters, self._queries)
        self._put(_scope(caller), _METRIC, parameters)
        return {}

    async def put_composite_alarm(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Create a composite alarm, or give one another rule."""
        check_composite_alarm(parameters)
        scope = _scope(caller)
        for name in parse_rule(parameters["AlarmRule"]).mentioned:
            if self._registry.find(scope, name) is None:
                raise validation(
                    f"Could not save the composite alarm as alarms [{name}] in the alarm rule "
                    "do not exist"
                )
        alarm = self._put(scope, _COMPOSITE, parameters)
        self._transitions.evaluate_composite(alarm, self._clock())
        return {}

    async def describe_alarms(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Show alarms; only metric alarms unless other types are asked for."""
        scope = _scope(caller)
        names, prefix = parameters.get("AlarmNames"), parameters.get("AlarmNamePrefix")
        if names and prefix:
            raise invalid_combination("AlarmNames and AlarmNamePrefix are mutually exclusive")
        types = parameters.get("AlarmTypes") or [_METRIC]
        chosen = [
            alarm
            for alarm in self._related(scope, parameters)
            if alarm.alarm_type in types
            and (not names or alarm.name in names)
            and alarm.name.startswith(prefix or "")
            and parameters.get("StateValue") in (None, alarm.state.value)
            and _has_action(alarm, parameters.get("ActionPrefix"))
        ]
        size = parameters.get("MaxRecords") or (100 if names else _DESCRIBE_PAGE)
        shown, token = page(chosen, size, parameters.get("NextToken"))
        return {
            "MetricAlarms": [a.description() for a in shown if a.alarm_type == _METRIC],
            "CompositeAlarms": [a.description() for a in shown if a.alarm_type == _COMPOSITE],
            "NextToken": token,
        }

    async def describe_alarms_for_metric(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Show the alarms on one metric."""
        wanted = metric_of(
            parameters["Namespace"], parameters["MetricName"], parameters.get("Dimensions")
        )
        found = []
        for alarm in self._registry.of(_scope(caller)):
            configuration = alarm.configuration
            if alarm.alarm_type != _METRIC or not configuration.get("MetricName"):
                continue
            metric = metric_of(
                configuration["Namespace"],
                configuration["MetricName"],
                configuration.get("Dimensions"),
            )
            same = all(
                parameters.get(member) in (None, configuration.get(member))
                for member in ("Statistic", "ExtendedStatistic", "Period", "Unit")
            )
            if metric == wanted and same:
                found.append(alarm.description())
        return {"MetricAlarms": found}

    async def describe_alarm_history(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Show what happened to alarms, newest first unless asked otherwise."""
        types = parameters.get("AlarmTypes") or [_METRIC]
        start, end = parameters.get("StartDate"), parameters.get("EndDate")
        items = [
            item
            for item in self._registry.history(_scope(caller))
            if parameters.get("AlarmName") in (None, item.alarm_name)
            and parameters.get("HistoryItemType") in (None, item.item_type)
            and item.alarm_type in types
            and (start is None or item.at >= start.timestamp())
            and (end is None or item.at <= end.timestamp())
        ]
        if parameters.get("ScanBy") != "TimestampAscending":
            items.reverse()
        size = parameters.get("MaxRecords") or _HISTORY_PAGE
        shown, token = page(items, size, parameters.get("NextToken"))
        return {"AlarmHistoryItems": [_history_item(item) for item in shown], "NextToken": token}

    async def delete_alarms(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Delete alarms; names that do not exist are passed over."""
        scope = _scope(caller)
        alarms = [self._registry.find(scope, name) for name in parameters["AlarmNames"]]
        leaving = [alarm for alarm in alarms if alarm is not None]
        for alarm in leaving:
            dependents = [each for each in self._parents(alarm) if each not in leaving]
            if dependents:
                raise validation(
                    f"Cannot delete {alarm.name} as there are composite alarm(s) depending on it."
                )
        for alarm in leaving:
            self._registry.remove(alarm)
            self._note_configuration(alarm, f'Alarm "{alarm.name}" deleted', "Delete")
        return {}

    async def set_alarm_state(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Put an alarm into a state until it is evaluated again."""
        alarm = self._existing(_scope(caller), parameters["AlarmName"])
        data = parameters.get("StateReasonData")
        if data:
            try:
                json.loads(data)
            except ValueError as error:
                raise validation("StateReasonData must be JSON.") from error
        self._transitions.enter(
            alarm, parameters["StateValue"], parameters["StateReason"], data, self._clock()
        )
        return {}

    async def enable_alarm_actions(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Let alarms act again."""
        return self._switch_actions(caller, parameters, enabled=True)

    async def disable_alarm_actions(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Keep alarms from acting."""
        return self._switch_actions(caller, parameters, enabled=False)

    async def tag_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Tag an alarm."""
        alarm = self._existing(_scope(caller), parameters["ResourceARN"])
        alarm.tags.update({tag["Key"]: tag["Value"] for tag in parameters["Tags"]})
        return {}

    async def untag_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove an alarm's tags."""
        alarm = self._existing(_scope(caller), parameters["ResourceARN"])
        for key in parameters["TagKeys"]:
            alarm.tags.pop(key, None)
        return {}

    async def list_tags_for_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Show an alarm's tags."""
        alarm = self._existing(_scope(caller), parameters["ResourceARN"])
        return {"Tags": [{"Key": key, "Value": value} for key, value in alarm.tags.items()]}

    def _put(self, scope: Scope, alarm_type: AlarmType, parameters: Parameters) -> Alarm:
        name, now = parameters["AlarmName"], self._clock()
        known = self._registry.find(scope, name)
        if known is not None and known.alarm_type != alarm_type:
            raise validation(f"An alarm of another type has the name {name}.")
        if known is None:
            reason = "Unchecked: Initial alarm creation"
            state = AlarmState(INSUFFICIENT_DATA, reason, now, now)
            tags = {tag["Key"]: tag["Value"] for tag in parameters.get("Tags") or []}
        else:
            # Tags are taken on creation only.
            state, tags = known.state, known.tags
        configuration = {key: value for key, value in parameters.items() if key != "Tags"}
        if configuration.get("Threshold") is not None:
            # JSON does not tell 2.0 from 2; messages do.
            configuration["Threshold"] = float(configuration["Threshold"])
        alarm = Alarm(scope, alarm_type, configuration, state, now, tags)
        self._registry.put(alarm)
        verb, kind = ("created", "Create") if known is None else ("updated", "Update")
        self._note_configuration(alarm, f'Alarm "{name}" {verb}', kind)
        return alarm

    def _note_configuration(self, alarm: Alarm, summary: str, kind: str) -> None:
        described = {key[0].lower() + key[1:]: value for key, value in alarm.description().items()}
        data = {"version": "1.0", "type": kind, f"{kind.lower()}dAlarm": described}
        self._registry.note(alarm, "ConfigurationUpdate", summary, data, self._clock())

    def _switch_actions(
        self, caller: Caller, parameters: Parameters, *, enabled: bool
    ) -> Parameters:
        for name in parameters["AlarmNames"]:
            alarm = self._registry.find(_scope(caller), name)
            if alarm is not None:
                alarm.configuration = {**alarm.configuration, "ActionsEnabled": enabled}
                alarm.configured_at = self._clock()
        return {}

    def _existing(self, scope: Scope, name_or_arn: str) -> Alarm:
        alarm = self._registry.find(scope, name_or_arn)
        if alarm is None:
            raise not_found(f"Unknown alarm {name_or_arn}")
        return alarm

    def _related(self, scope: Scope, parameters: Parameters) -> list[Alarm]:
        parent, child = parameters.get("ChildrenOfAlarmName"), parameters.get("ParentsOfAlarmName")
        if parent:
            alarm = self._existing(scope, parent)
            if alarm.alarm_type != _COMPOSITE:
                return []
            rule: Any = parse_rule(alarm.configuration["AlarmRule"])
            found = [self._registry.find(scope, name) for name in rule.mentioned]
            return [each for each in found if each is not None]
        if child:
            return self._parents(self._existing(scope, child))
        return self._registry.of(scope)

    def _parents(self, alarm: Alarm) -> list[Alarm]:
        return [
            parent
            for parent in self._registry.of(alarm.scope)
            if parent.alarm_type == _COMPOSITE
            and any(
                self._registry.find(alarm.scope, name) is alarm
                for name in parse_rule(parent.configuration["AlarmRule"]).mentioned
            )
        ]


def _has_action(alarm: Alarm, prefix: str | None) -> bool:
    if prefix is None:
        return True
    return any(
        action.startswith(prefix)
        for member in ACTIONS.values()
        for action in alarm.configuration.get(member) or []
    )


def _history_item(item: HistoryItem) -> Parameters:
    return {
        "AlarmName": item.alarm_name,
        "AlarmType": item.alarm_type,
        "Timestamp": item.at,
        "HistoryItemType": item.item_type,
        "HistorySummary": item.summary,
        "HistoryData": item.data,
    }


def _scope(caller: Caller) -> Scope:
    return Scope(caller.account_id, caller.region)
