"""What a payment leaves in CloudWatch, and the alarm that people wake up for."""

from __future__ import annotations

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.running_stack import PaymentsApi, RunningStack

PAYMENT_METRIC = """
import json, time

def handler(event, context):
    print(json.dumps({
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [{
                "Namespace": "Payments",
                "Dimensions": [["Provider"]],
                "Metrics": [{"Name": "Amount", "Unit": "None"}],
            }],
        },
        "Provider": event["provider"],
        "Amount": event["amount"],
    }))
    return "paid"
"""


def eventually(found: Callable[[], Any], seconds: float = 15.0) -> Any:
    """What is found, once it is; a failure when it never is."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        value = found()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError("It did not come about in time.")


def total(stack: RunningStack, namespace: str, name: str, **dimensions: str) -> float:
    """The sum of a metric over the last minutes."""
    now = datetime.now(UTC)
    answer = stack.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=["Sum"],
    )
    return float(sum(datapoint["Sum"] for datapoint in answer["Datapoints"]))


@pytest.fixture
def paying_function(stack: RunningStack) -> Iterator[str]:
    """A function that publishes a metric for every payment, in its log."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("app.py", PAYMENT_METRIC)
    name = f"pays-{uuid.uuid4().hex[:8]}"
    role = "arn:aws:iam::000000000000:role/" + name
    iam, functions = stack.client("iam"), stack.client("lambda")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    logging = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    iam.attach_role_policy(RoleName=name, PolicyArn=logging)
    functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName=name)
    yield name
    functions.delete_function(FunctionName=name)
    iam.detach_role_policy(RoleName=name, PolicyArn=logging)
    iam.delete_role(RoleName=name)


def test_a_metric_in_a_functions_log_is_a_metric(stack: RunningStack, paying_function: str) -> None:
    provider = f"provider-{uuid.uuid4().hex[:8]}"
    for amount in (12.5, 7.5):
        stack.client("lambda").invoke(
            FunctionName=paying_function,
            Payload=json.dumps({"provider": provider, "amount": amount}),
        )
    eventually(lambda: total(stack, "Payments", "Amount", Provider=provider) == 20.0)


def test_a_payment_counts_for_the_api_and_its_function(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str]
) -> None:
    rest_api_id = stack.api_url.split("/_aws/execute-api/")[1].split("/")[0]
    name = stack.client("apigateway").get_rest_api(restApiId=rest_api_id)["name"]
    requests_before = total(stack, "AWS/ApiGateway", "Count", ApiName=name)
    invocations_before = total(stack, "AWS/Lambda", "Invocations")

    answer = api.post("/v1/api/payments", {**customer, "amount": 3.21, "currency": "USD"})

    assert answer.status_code == 200, answer.text
    assert total(stack, "AWS/ApiGateway", "Count", ApiName=name) > requests_before
    assert total(stack, "AWS/Lambda", "Invocations") > invocations_before


def test_a_dead_letter_raises_the_alarm_that_terraform_made(stack: RunningStack) -> None:
    cloudwatch, sqs = stack.client("cloudwatch"), stack.client("sqs")
    alarm = next(
        each
        for each in cloudwatch.describe_alarms()["MetricAlarms"]
        if each["AlarmName"].endswith("payment-settlement-dead")
    )
    queue_name = alarm["Dimensions"][0]["Value"]
    queue_url = sqs.get_queue_url(QueueName=queue_name)["QueueUrl"]

    def state() -> str:
        found = cloudwatch.describe_alarms(AlarmNames=[alarm["AlarmName"]])["MetricAlarms"]
        return str(found[0]["StateValue"])

    eventually(lambda: state() == "OK")
    sqs.send_message(QueueUrl=queue_url, MessageBody="lost")
    try:
        eventually(lambda: state() == "ALARM")
    finally:
        sqs.purge_queue(QueueUrl=queue_url)
    history = cloudwatch.describe_alarm_history(
        AlarmName=alarm["AlarmName"], HistoryItemType="StateUpdate"
    )["AlarmHistoryItems"]
    assert history[0]["HistorySummary"] == "Alarm updated from OK to ALARM"


def test_an_alarm_tells_its_topic_once(stack: RunningStack) -> None:
    cloudwatch, sns, sqs = (stack.client(name) for name in ("cloudwatch", "sns", "sqs"))
    name = f"told-{uuid.uuid4().hex[:8]}"
    topic = sns.create_topic(Name=name)["TopicArn"]
    queue_url = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue_arn = f"arn:aws:sqs:us-east-1:000000000000:{name}"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="Payments",
        MetricName=name,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )
    for _ in range(2):
        cloudwatch.put_metric_data(
            Namespace="Payments", MetricData=[{"MetricName": name, "Value": 5}]
        )
    received = eventually(
        lambda: sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=2).get("Messages")
    )
    message = json.loads(json.loads(received[0]["Body"])["Message"])
    assert (message["AlarmName"], message["NewStateValue"]) == (name, "ALARM")
    again = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=3).get("Messages", [])
    assert len(received) + len(again) == 1
    cloudwatch.delete_alarms(AlarmNames=[name])
