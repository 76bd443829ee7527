"""CloudWatch, after "Actions, resources, and condition keys for Amazon CloudWatch"."""

from __future__ import annotations

from collections.abc import Iterable

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.rules import (
    ServiceActions,
    given,
    listed,
    named,
    on,
    parameter_keys,
)


def _alarms(facts: CallFacts) -> Iterable[str]:
    return tuple(facts.arn("cloudwatch", f"alarm:{name}") for name in facts.items("AlarmNames"))


def _dashboards(facts: CallFacts) -> Iterable[str]:
    names = facts.items("DashboardNames")
    return tuple(facts.global_arn("cloudwatch", f"dashboard/{name}") for name in names)


ACTIONS = ServiceActions(
    "cloudwatch",
    {
        "PutMetricData": on(keys=parameter_keys(cloudwatch__namespace="Namespace")),
        **listed(("GetMetricData", "GetMetricStatistics", "ListMetrics", "ListDashboards"), on()),
        "DescribeAlarms": on(_alarms, lambda facts: [facts.arn("cloudwatch", "alarm:*")]),
        "DeleteDashboards": on(_dashboards),
        **listed(("TagResource", "UntagResource", "ListTagsForResource"), on(given("ResourceARN"))),
        **listed(
            ("PutMetricStream", "DeleteMetricStream", "GetMetricStream"),
            on(named("cloudwatch", "metric-stream/{Name}")),
        ),
    },
    otherwise=on(
        named("cloudwatch", "alarm:{AlarmName}"),
        _alarms,
        named("cloudwatch", "dashboard/{DashboardName}", regional=False),
    ),
)
