"""What a payment leaves in CloudWatch, and the alarm that people wake up for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.metric_statistics import statistic
from tests.running_stack import PaymentsApi, RunningStack


def eventually(found: Callable[[], Any], seconds: float = 15.0) -> Any:
    """What is found, once it is; a failure when it never is."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        value = found()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError("It did not come about in time.")


def test_a_payment_counts_for_the_api_and_its_function(
    api: PaymentsApi, stack: RunningStack, customer: dict[str, str]
) -> None:
    rest_api_id = stack.api_url.split("/_aws/execute-api/")[1].split("/")[0]
    name = stack.client("apigateway").get_rest_api(restApiId=rest_api_id)["name"]
    cloudwatch = stack.client("cloudwatch")
    requests_before = statistic(cloudwatch, "AWS/ApiGateway", "Count", ApiName=name)
    invocations_before = statistic(cloudwatch, "AWS/Lambda", "Invocations")

    answer = api.post("/v1/api/payments", {**customer, "amount": 3.21, "currency": "USD"})

    assert answer.status_code == 200, answer.text
    assert statistic(cloudwatch, "AWS/ApiGateway", "Count", ApiName=name) > requests_before
    assert statistic(cloudwatch, "AWS/Lambda", "Invocations") > invocations_before


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
