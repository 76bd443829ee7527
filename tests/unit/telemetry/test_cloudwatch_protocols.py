"""CloudWatch is spoken to in three protocols; botocore's own clients are the measure."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from tests.cloudwatch_workbench import CALLER, NOON, CloudWatchWorkbench, alarm, request

pytestmark = pytest.mark.anyio
MODEL = ServiceModel(Loader().load_service_model("cloudwatch", "service-2"), "cloudwatch")
PROTOCOLS = ("json", "smithy-rpc-v2-cbor", "query")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def _call(
    cloudwatch: CloudWatchWorkbench, protocol: str, operation: str, **parameters: Any
) -> dict[str, Any]:
    model = MODEL.operation_model(operation)
    serializer: Any = create_serializer(protocol, include_validation=False)
    sent = serializer.serialize_to_request(parameters, model)
    body = sent["body"]
    if isinstance(body, dict):
        body = urlencode(body).encode()
    headers = tuple((str(name), str(value)) for name, value in dict(sent["headers"]).items())
    answer = await cloudwatch.service.handle(request(body, *headers, path=sent["url_path"]), CALLER)
    assert answer is not None
    parser: Any = create_parser(protocol)
    parsed: dict[str, Any] = parser.parse(
        {
            "status_code": answer.status,
            "headers": {name.lower(): value for name, value in answer.headers},
            "body": answer.body,
        },
        model.output_shape,
    )
    return parsed


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_metrics_go_in_and_out(protocol: str) -> None:
    cloudwatch = CloudWatchWorkbench()
    moment = datetime.fromtimestamp(NOON, tz=UTC)
    await _call(
        cloudwatch,
        protocol,
        "PutMetricData",
        Namespace="N",
        MetricData=[
            {
                "MetricName": "m",
                "Dimensions": [{"Name": "a", "Value": "b & c"}],
                "Timestamp": moment,
                "Values": [1.5, 2.5],
            }
        ],
    )
    found = await _call(
        cloudwatch,
        protocol,
        "GetMetricStatistics",
        Namespace="N",
        MetricName="m",
        Dimensions=[{"Name": "a", "Value": "b & c"}],
        StartTime=moment,
        EndTime=datetime.fromtimestamp(NOON + 60, tz=UTC),
        Period=60,
        Statistics=["Sum"],
        ExtendedStatistics=["p50"],
    )
    (datapoint,) = found["Datapoints"]
    assert datapoint["Timestamp"] == moment
    assert (datapoint["Sum"], datapoint["ExtendedStatistics"]) == (4.0, {"p50": 2.0})
    listed = await _call(cloudwatch, protocol, "ListMetrics")
    assert listed["Metrics"][0]["Dimensions"] == [{"Name": "a", "Value": "b & c"}]


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_an_alarm_is_described(protocol: str) -> None:
    cloudwatch = CloudWatchWorkbench()
    await _call(cloudwatch, protocol, "PutMetricAlarm", **alarm(ActionsEnabled=False))
    (found,) = (await _call(cloudwatch, protocol, "DescribeAlarms"))["MetricAlarms"]
    assert found["ActionsEnabled"] is False
    assert found["StateUpdatedTimestamp"] == datetime.fromtimestamp(NOON, tz=UTC)
    assert {"AlarmDescription", "TreatMissingData", "StateReasonData"}.isdisjoint(found)


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_an_error_has_its_code(protocol: str) -> None:
    parameters = {"AlarmName": "none", "StateValue": "OK", "StateReason": "x"}
    answer = await _call(CloudWatchWorkbench(), protocol, "SetAlarmState", **parameters)
    assert answer["Error"]["Code"] == "ResourceNotFound"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_value_outside_of_the_model_is_refused_in_aws_words(protocol: str) -> None:
    parameters = {"AlarmName": "a", "StateValue": "INVALID", "StateReason": "x"}
    answer = await _call(CloudWatchWorkbench(), protocol, "SetAlarmState", **parameters)
    assert answer["Error"]["Code"] == "ValidationError"
    assert answer["Error"]["Message"].startswith(
        "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint"
    )


async def test_an_operation_that_is_not_offered_is_named() -> None:
    answer = await _call(CloudWatchWorkbench(), "json", "DescribeInsightRules")
    assert "DescribeInsightRules of cloudwatch is not implemented" in answer["Error"]["Message"]


async def test_a_compressed_body_is_read() -> None:
    cloudwatch = CloudWatchWorkbench()
    body = b'{"Namespace": "N", "MetricData": [{"MetricName": "m", "Value": 1}]}'
    headers = (
        ("X-Amz-Target", "GraniteServiceVersion20100801.PutMetricData"),
        ("Content-Encoding", "gzip"),
    )
    answer = await cloudwatch.service.handle(request(gzip.compress(body), *headers), CALLER)
    assert answer is not None
    assert answer.status == 200
    assert len((await cloudwatch.call("ListMetrics"))["Metrics"]) == 1


async def test_a_request_of_no_operation_is_left_to_others() -> None:
    assert await CloudWatchWorkbench().service.handle(request(b"x=1"), CALLER) is None


@pytest.mark.parametrize("body", [b"{", b'{"AlarmNames": 3}', b"[]"])
async def test_a_body_that_can_not_be_read_is_an_error_of_the_caller(body: bytes) -> None:
    headers = ("X-Amz-Target", "GraniteServiceVersion20100801.DescribeAlarms")
    answer = await CloudWatchWorkbench().service.handle(request(body, headers), CALLER)
    assert answer is not None
    assert answer.status == 400
