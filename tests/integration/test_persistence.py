"""State that survives the emulator's end, orderly or by kill -9."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from tests.running_edge import ACCOUNT, REGION, RunningEdge, running_edge, until


def an_api(edge: RunningEdge, function_arn: str) -> str:
    gateway = edge.client("apigateway")
    api: str = gateway.create_rest_api(name="payments")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    method = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(
        **method,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function_arn}"
        "/invocations",
    )
    gateway.create_deployment(restApiId=api, stageName="v1")
    return api


@pytest.mark.parametrize("ending", ["orderly", "killed"])
def test_functions_and_apis_survive(tmp_path: Path, ending: str) -> None:
    with running_edge(tmp_path, "--persist") as edge:
        recorder = edge.recorder("kept", variables={"ANSWER": '{"statusCode": 201, "body": "x"}'})
        functions = edge.client("lambda")
        functions.publish_version(FunctionName="kept")
        functions.add_permission(
            FunctionName="kept",
            StatementId="api",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:*",
        )
        url = functions.create_function_url_config(FunctionName="kept", AuthType="NONE")
        api = an_api(edge, recorder.arn)
        before = requests.get(f"{edge.endpoint_url}/_localtender/health", timeout=5).json()
        if ending == "killed":
            edge.kill()
    with running_edge(tmp_path, "--persist") as edge:
        after = requests.get(f"{edge.endpoint_url}/_localtender/health", timeout=5).json()
        assert after["instance_id"] == before["instance_id"]
        functions = edge.client("lambda")
        versions = functions.list_versions_by_function(FunctionName="kept")["Versions"]
        assert [version["Version"] for version in versions] == ["$LATEST", "1"]
        kept = functions.get_function_url_config(FunctionName="kept")["FunctionUrl"]
        assert kept.partition(".")[0] == url["FunctionUrl"].partition(".")[0]
        answer = requests.get(f"{edge.endpoint_url}/_aws/execute-api/{api}/v1/", timeout=20)
        assert (answer.status_code, answer.text) == (201, "x")


def test_without_it_a_new_run_begins_empty(tmp_path: Path) -> None:
    with running_edge(tmp_path, "--persist") as edge:
        edge.recorder("kept")
    with running_edge(tmp_path) as edge:
        assert edge.client("lambda").list_functions()["Functions"] == []
    with running_edge(tmp_path, "--persist") as edge:
        assert edge.client("lambda").list_functions()["Functions"] == []


@pytest.mark.parametrize("ending", ["orderly", "killed"])
def test_alarms_dashboards_and_metrics_survive(tmp_path: Path, ending: str) -> None:
    body = '{"widgets": []}'
    with running_edge(tmp_path, "--persist") as edge:
        watch = edge.client("cloudwatch")
        watch.put_metric_alarm(
            AlarmName="late",
            Namespace="App",
            MetricName="Late",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            Tags=[{"Key": "team", "Value": "payments"}],
        )
        watch.set_alarm_state(AlarmName="late", StateValue="ALARM", StateReason="told to")
        watch.put_dashboard(DashboardName="payments", DashboardBody=body)
        watch.put_metric_data(
            Namespace="App", MetricData=[{"MetricName": "Paid", "Value": 12.5, "Unit": "Count"}]
        )
        history = watch.describe_alarm_history(AlarmName="late")["AlarmHistoryItems"]
        alarm = watch.describe_alarms()["MetricAlarms"][0]
        if ending == "killed":
            edge.kill()
    with running_edge(tmp_path, "--persist") as edge:
        watch = edge.client("cloudwatch")
        assert watch.get_dashboard(DashboardName="payments")["DashboardBody"] == body
        after = watch.describe_alarms()["MetricAlarms"][0]
        assert (after["AlarmArn"], after["Threshold"]) == (alarm["AlarmArn"], 1.0)
        assert (
            after["AlarmConfigurationUpdatedTimestamp"]
            == alarm["AlarmConfigurationUpdatedTimestamp"]
        )
        kept = watch.describe_alarm_history(AlarmName="late")["AlarmHistoryItems"]
        assert [item for item in kept if item in history] == history
        tags = watch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
        assert tags == [{"Key": "team", "Value": "payments"}]
        now = datetime.now(UTC)
        found = watch.get_metric_statistics(
            Namespace="App",
            MetricName="Paid",
            StartTime=now - timedelta(minutes=10),
            EndTime=now + timedelta(minutes=1),
            Period=3600,
            Statistics=["Sum"],
        )["Datapoints"]
        assert sum(point["Sum"] for point in found) == 12.5


def test_a_stream_is_read_on_from_where_it_was(tmp_path: Path) -> None:
    with running_edge(tmp_path, "--persist") as edge:
        recorder = edge.recorder("reader")
        kinesis = edge.client("kinesis")
        kinesis.create_stream(StreamName="outcomes", ShardCount=1)
        arn = kinesis.describe_stream(StreamName="outcomes")["StreamDescription"]["StreamARN"]
        until(
            lambda: (
                kinesis.describe_stream(StreamName="outcomes")["StreamDescription"]["StreamStatus"]
                == "ACTIVE"
            )
        )
        kinesis.put_record(StreamName="outcomes", PartitionKey="p", Data=b"first")
        edge.client("lambda").create_event_source_mapping(
            FunctionName="reader", EventSourceArn=arn, StartingPosition="TRIM_HORIZON"
        )
        recorder.wait()
        checkpoint = tmp_path / "state" / "stream-checkpoints" / "state.pickle"
        until(checkpoint.exists)
    with running_edge(tmp_path, "--persist") as edge:
        edge.client("kinesis").put_record(StreamName="outcomes", PartitionKey="p", Data=b"second")
        recorder.wait(2)
    data = [
        base64.b64decode(record["kinesis"]["data"])
        for event in recorder.events()
        for record in event["Records"]
    ]
    assert data == [b"first", b"second"]


def test_a_stream_that_lost_its_records_is_read_from_the_oldest_it_has(tmp_path: Path) -> None:
    table = {
        "TableName": "Ledger",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    }
    with running_edge(tmp_path, "--persist") as edge:
        recorder = edge.recorder("reader")
        dynamodb = edge.client("dynamodb")
        arn = dynamodb.create_table(**table)["TableDescription"]["LatestStreamArn"]
        edge.client("lambda").create_event_source_mapping(
            FunctionName="reader", EventSourceArn=arn, StartingPosition="TRIM_HORIZON"
        )
        dynamodb.put_item(TableName="Ledger", Item={"id": {"S": "first"}})
        recorder.wait()
        until((tmp_path / "state" / "stream-checkpoints" / "state.pickle").exists)
    with running_edge(tmp_path, "--persist") as edge:
        edge.client("dynamodb").put_item(TableName="Ledger", Item={"id": {"S": "second"}})
        recorder.wait(2)
    keys = [
        record["dynamodb"]["Keys"]["id"]["S"]
        for event in recorder.events()
        for record in event["Records"]
    ]
    assert keys == ["first", "second"]
