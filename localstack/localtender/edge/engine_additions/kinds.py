"""The members that are kept, service by service, for what ministack 1.5.33 lets fall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from localtender.edge.engine_additions.kept_members import KeptMembers
from localtender.edge.engine_additions.pipe_parameters import PIPES


def _filter_key(values: Mapping[str, Any]) -> str:
    return f"{values['logGroupName']}\n{values['filterName']}"


def _state_machine(values: Mapping[str, Any]) -> str:
    return str(values["stateMachineArn"])


STATE_MACHINES: Final = KeptMembers(
    "stepfunctions",
    ("tracingConfiguration",),
    key=_state_machine,
    create=("CreateStateMachine",),
    update=("UpdateStateMachine",),
    delete="DeleteStateMachine",
    show={"DescribeStateMachine": ""},
)
ACTIVITIES: Final = KeptMembers(
    "stepfunctions",
    ("encryptionConfiguration",),
    key=lambda values: str(values["activityArn"]),
    create=("CreateActivity",),
    delete="DeleteActivity",
    show={"DescribeActivity": ""},
)
METRIC_FILTERS: Final = KeptMembers(
    "logs",
    ("applyOnTransformedLogs",),
    key=_filter_key,
    create=("PutMetricFilter",),
    delete="DeleteMetricFilter",
    show={"DescribeMetricFilters": "metricFilters"},
)
KEPT: Final = (PIPES, STATE_MACHINES, ACTIVITIES, METRIC_FILTERS)
