"""An alarm: what it has been told to watch, and the state it is in.

The members are those of
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_CompositeAlarm.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from localtender.telemetry.metrics.datum import Scope

AlarmType = Literal["MetricAlarm", "CompositeAlarm"]

OK = "OK"
ALARM = "ALARM"
INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
ACTIONS = {
    OK: "OKActions",
    ALARM: "AlarmActions",
    INSUFFICIENT_DATA: "InsufficientDataActions",
}
"""By state, the member that lists what happens on entering it."""


@dataclass(frozen=True)
class AlarmState:
    """The state of an alarm and why; `reason_data` is JSON; times are seconds since 1970.

    `since` is when the alarm came from another state into this one.
    """

    value: str
    reason: str
    updated_at: float
    since: float
    reason_data: str | None = None


@dataclass
class Alarm:
    """One alarm; `configuration` has the members that PutMetricAlarm or PutCompositeAlarm took."""

    scope: Scope
    alarm_type: AlarmType
    configuration: Mapping[str, Any]
    state: AlarmState
    configured_at: float
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name, which is unique in the account and region, whatever the type."""
        return str(self.configuration["AlarmName"])

    @property
    def arn(self) -> str:
        """The alarm's ARN."""
        return f"arn:aws:cloudwatch:{self.scope.region}:{self.scope.account_id}:alarm:{self.name}"

    @property
    def evaluation_periods(self) -> int:
        """How many data points are looked at: N of "M out of N"."""
        return int(self.configuration["EvaluationPeriods"])

    @property
    def datapoints_to_alarm(self) -> int:
        """How many of them must breach: M of "M out of N"."""
        return int(self.configuration.get("DatapointsToAlarm") or self.evaluation_periods)

    @property
    def queries(self) -> list[dict[str, Any]]:
        """The queries of an alarm on metric math, empty for one on a single metric."""
        return list(self.configuration.get("Metrics") or [])

    @property
    def period(self) -> int:
        """The length of a data point in seconds."""
        if not self.queries:
            return int(self.configuration["Period"])
        periods = [
            query["MetricStat"]["Period"] if query.get("MetricStat") else query.get("Period")
            for query in self.queries
        ]
        return max([int(each) for each in periods if each], default=60)

    def description(self) -> dict[str, Any]:
        """The alarm as DescribeAlarms shows it; what was never set is absent."""
        state = self.state
        found = {
            key: value
            for key, value in self.configuration.items()
            if key != "Tags" and value is not None
        }
        defaults: dict[str, Any] = {name: [] for name in ACTIONS.values()}
        defaults["ActionsEnabled"] = True
        if self.alarm_type == "MetricAlarm" and not self.queries:
            defaults["Dimensions"] = []
        return {
            **defaults,
            **found,
            "AlarmArn": self.arn,
            "AlarmConfigurationUpdatedTimestamp": self.configured_at,
            "StateValue": state.value,
            "StateReason": state.reason,
            "StateReasonData": state.reason_data,
            "StateUpdatedTimestamp": state.updated_at,
            "StateTransitionedTimestamp": state.since,
        }
