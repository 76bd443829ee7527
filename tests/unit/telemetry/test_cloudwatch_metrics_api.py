from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from localtender.edge.protocol.errors import ServiceError
from tests.cloudwatch_workbench import NOON, CloudWatchWorkbench

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def cloudwatch() -> CloudWatchWorkbench:
    return CloudWatchWorkbench()


def _range(before: float = 300, after: float = 60) -> dict[str, datetime]:
    return {
        "StartTime": datetime.fromtimestamp(NOON - before, tz=UTC),
        "EndTime": datetime.fromtimestamp(NOON + after, tz=UTC),
    }


def _query(identifier: str, name: str, stat: str = "Sum", period: int = 60) -> dict[str, Any]:
    metric = {"Namespace": "N", "MetricName": name}
    return {"Id": identifier, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}


async def test_values_with_counts(cloudwatch: CloudWatchWorkbench) -> None:
    """Recorded from AWS as test_put_metric_data_values_list of LocalStack's snapshots."""
    datum = {"MetricName": "m", "Values": [1.0, 10.0], "Counts": [2.0, 4.0], "Unit": "Count"}
    await cloudwatch.call("PutMetricData", Namespace="N", MetricData=[datum])
    found = await cloudwatch.call(
        "GetMetricStatistics",
        Namespace="N",
        MetricName="m",
        Period=60,
        Statistics=["Maximum", "Sum", "SampleCount"],
        **_range(),
    )
    assert found["Datapoints"] == [
        {"Timestamp": NOON, "Unit": "Count", "Maximum": 10.0, "Sum": 42.0, "SampleCount": 6.0}
    ]


async def test_units_are_datapoints_of_their_own(cloudwatch: CloudWatchWorkbench) -> None:
    for unit in ("Seconds", "Count"):
        datum = {"MetricName": "m", "Value": 5.0, "Unit": unit}
        await cloudwatch.call("PutMetricData", Namespace="N", MetricData=[datum])
    found = await cloudwatch.call(
        "GetMetricStatistics",
        Namespace="N",
        MetricName="m",
        Period=60,
        Statistics=["Average"],
        **_range(),
    )
    assert [each["Unit"] for each in found["Datapoints"]] == ["Count", "Seconds"]


async def test_a_query_over_several_units_says_so(cloudwatch: CloudWatchWorkbench) -> None:
    for unit, value in (("Seconds", 1.0), ("Milliseconds", 7.0)):
        datum = {"MetricName": "m", "Value": value, "Unit": unit}
        await cloudwatch.call("PutMetricData", Namespace="N", MetricData=[datum])
    found = await cloudwatch.call("GetMetricData", MetricDataQueries=[_query("a", "m")], **_range())
    (result,) = found["MetricDataResults"]
    assert result["Values"] == [7.0]
    assert result["Messages"] == [
        {"Code": "MultipleUnits", "Value": "Multiple units returned: '[Milliseconds, Seconds]'"}
    ]


async def test_the_newest_value_comes_first_unless_asked_otherwise(
    cloudwatch: CloudWatchWorkbench,
) -> None:
    cloudwatch.publish("m", 1.0, ago=60)
    cloudwatch.publish("m", 2.0)
    queries = [_query("a", "m")]
    found = await cloudwatch.call("GetMetricData", MetricDataQueries=queries, **_range())
    assert found["MetricDataResults"][0]["Values"] == [2.0, 1.0]
    found = await cloudwatch.call(
        "GetMetricData", MetricDataQueries=queries, ScanBy="TimestampAscending", **_range()
    )
    assert found["MetricDataResults"][0]["Values"] == [1.0, 2.0]


@pytest.mark.parametrize(
    ("queries", "labels"),
    [
        (
            [_query("a", "m", "Sum", 60), _query("b", "m", "Minimum", 120)],
            ["m Sum 60", "m Minimum 120"],
        ),
        ([_query("a", "m", "Sum"), _query("b", "m", "Minimum")], ["m Sum", "m Minimum"]),
        ([_query("a", "m", "Sum", 60), _query("b", "m", "Sum", 120)], ["m 60", "m 120"]),
        ([_query("a", "m"), _query("b", "n")], ["m", "n"]),
        ([{**_query("a", "m"), "Label": "mine"}], ["mine"]),
    ],
)
async def test_a_label_says_what_differs(
    cloudwatch: CloudWatchWorkbench, queries: list[dict[str, Any]], labels: list[str]
) -> None:
    """Recorded from AWS as test_label_generation of LocalStack's snapshots."""
    found = await cloudwatch.call("GetMetricData", MetricDataQueries=queries, **_range())
    assert [result["Label"] for result in found["MetricDataResults"]] == labels


async def test_a_query_that_only_feeds_another_is_not_returned(
    cloudwatch: CloudWatchWorkbench,
) -> None:
    cloudwatch.publish("m", 3.0)
    queries = [{**_query("m1", "m"), "ReturnData": False}, {"Id": "e1", "Expression": "m1 * 2"}]
    found = await cloudwatch.call("GetMetricData", MetricDataQueries=queries, **_range())
    (result,) = found["MetricDataResults"]
    assert (result["Id"], result["Label"], result["Values"]) == ("e1", "e1", [6.0])


async def test_a_search_gives_a_result_for_every_metric(cloudwatch: CloudWatchWorkbench) -> None:
    for function in ("pay", "settle"):
        cloudwatch.publish("Errors", 1.0, Function=function)
    queries = [{"Id": "e1", "Expression": "SEARCH('{N,Function} Errors', 'Sum', 60)"}]
    found = await cloudwatch.call("GetMetricData", MetricDataQueries=queries, **_range())
    assert [result["Id"] for result in found["MetricDataResults"]] == ["e1", "e1"]


async def test_metrics_are_listed_by_some_of_their_dimensions(
    cloudwatch: CloudWatchWorkbench,
) -> None:
    cloudwatch.publish("m", 1.0, Function="pay", Stage="v1")
    cloudwatch.publish("m", 1.0, Function="settle")
    found = await cloudwatch.call("ListMetrics", Dimensions=[{"Name": "Function", "Value": "pay"}])
    assert len(found["Metrics"]) == 1
    found = await cloudwatch.call("ListMetrics", Dimensions=[{"Name": "Function"}])
    assert len(found["Metrics"]) == 2


@pytest.mark.parametrize(
    ("datum", "code"),
    [
        ({"Value": float("nan")}, "InvalidParameterValue"),
        ({"Value": 2.0**361}, "InvalidParameterValue"),
        ({"Values": [1.0], "Counts": [1.0, 2.0]}, "InvalidParameterValue"),
        ({"Value": 1.0, "Values": [1.0]}, "InvalidParameterCombination"),
        ({}, "InvalidParameterCombination"),
        ({"Value": 1.0, "StorageResolution": 5}, "InvalidParameterValue"),
        ({"Value": 1.0, "Timestamp": datetime(2001, 1, 1, tzinfo=UTC)}, "InvalidParameterValue"),
    ],
)
async def test_a_datum_that_says_nothing_sound_is_refused(
    cloudwatch: CloudWatchWorkbench, datum: dict[str, Any], code: str
) -> None:
    with pytest.raises(ServiceError) as caught:
        await cloudwatch.call(
            "PutMetricData", Namespace="N", MetricData=[{"MetricName": "m", **datum}]
        )
    assert caught.value.code == code
    assert (await cloudwatch.call("ListMetrics"))["Metrics"] == []


async def test_the_namespaces_of_aws_are_taken(cloudwatch: CloudWatchWorkbench) -> None:
    datum = {"MetricName": "Errors", "Value": 1.0}
    with pytest.raises(ServiceError, match="Namespace is invalid"):
        await cloudwatch.call("PutMetricData", Namespace="AWS/Lambda", MetricData=[datum])


async def test_too_many_datapoints_are_refused(cloudwatch: CloudWatchWorkbench) -> None:
    with pytest.raises(ServiceError, match=r"exceeds the limit of 1,440"):
        await cloudwatch.call(
            "GetMetricStatistics",
            Namespace="N",
            MetricName="m",
            Period=60,
            Statistics=["Sum"],
            **_range(before=86_400 * 2),
        )


async def test_a_dashboard_is_kept(cloudwatch: CloudWatchWorkbench) -> None:
    await cloudwatch.call("PutDashboard", DashboardName="d", DashboardBody='{"widgets": []}')
    found = await cloudwatch.call("GetDashboard", DashboardName="d")
    assert found["DashboardBody"] == '{"widgets": []}'
    listed = await cloudwatch.call("ListDashboards", DashboardNamePrefix="d")
    assert [entry["Size"] for entry in listed["DashboardEntries"]] == [15]
    with pytest.raises(ServiceError, match="does not exist"):
        await cloudwatch.call("DeleteDashboards", DashboardNames=["d", "e"])
    await cloudwatch.call("DeleteDashboards", DashboardNames=["d"])
    assert (await cloudwatch.call("ListDashboards"))["DashboardEntries"] == []
