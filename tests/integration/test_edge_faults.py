"""Faults of AWS at a running edge, as boto3 and a function meet them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from tests.faulty_edge import ONCE, FaultyEdge
from tests.running_edge import REGION, running_edge, until


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyEdge]:
    with running_edge(tmp_path_factory.mktemp("faults")) as edge:
        table = edge.client("dynamodb")
        table.create_table(
            TableName="Orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        edge.client("sqs").create_queue(QueueName="jobs")
        edge.client("s3").create_bucket(Bucket="files")
        yield FaultyEdge(edge)


@pytest.fixture
def faulty(running: FaultyEdge) -> Iterator[FaultyEdge]:
    yield running
    running.clear()


def put(faulty: FaultyEdge, key: str, config: Config = ONCE) -> Any:
    return faulty.client("dynamodb", config).put_item(TableName="Orders", Item={"id": {"S": key}})


def is_there(faulty: FaultyEdge, key: str) -> bool:
    found = faulty.client("dynamodb").get_item(TableName="Orders", Key={"id": {"S": key}})
    return "Item" in found


def call(faulty: FaultyEdge, service: str) -> Any:
    client = faulty.client(service)
    match service:
        case "dynamodb":
            return put(faulty, "x")
        case "sqs":
            return client.list_queues()
        case "s3":
            return client.list_objects_v2(Bucket="files")
        case "sns":
            return client.list_topics()
        case "lambda":
            return client.list_functions()
        case "ec2":
            return client.describe_instances()
        case _:
            return client.list_metrics()


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("dynamodb", "ProvisionedThroughputExceededException", 400),
        ("sqs", "RequestThrottled", 400),
        ("s3", "SlowDown", 503),
        ("sns", "Throttling", 400),
        ("lambda", "TooManyRequestsException", 429),
        ("ec2", "RequestLimitExceeded", 503),
        ("cloudwatch", "ThrottlingException", 400),
    ],
)
def test_a_client_is_throttled_in_the_words_and_the_protocol_of_the_service(
    faulty: FaultyEdge, service: str, code: str, status: int
) -> None:
    faulty.add("throttle", service=service)

    with pytest.raises(ClientError) as refused:
        call(faulty, service)

    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_boto3_retries_a_throttle_as_it_does_on_aws(faulty: FaultyEdge) -> None:
    rule = faulty.add("throttle", service="dynamodb", operation="PutItem", times=2)

    put(faulty, "retried", Config(retries={"mode": "standard", "total_max_attempts": 4}))

    assert is_there(faulty, "retried")
    assert faulty.fired(rule) == 2


def test_the_journal_names_the_fault_that_struck(faulty: FaultyEdge) -> None:
    rule = faulty.add("error", service="dynamodb", operation="PutItem", nth=1)
    with pytest.raises(ClientError):
        put(faulty, "named")
    put(faulty, "named")

    struck, spared = [
        entry["fault"] for entry in faulty.journal() if entry["operation"] == "PutItem"
    ][-2:]
    assert (struck, spared) == (f"error ({rule})", None)


@pytest.mark.parametrize(("when", "done"), [("before", False), ("after", True)])
def test_a_connection_breaks_before_or_after_the_work(
    faulty: FaultyEdge, when: str, done: bool
) -> None:
    faulty.add("reset", service="dynamodb", operation="PutItem", resource="Orders", when=when)

    with pytest.raises(ConnectionClosedError):
        put(faulty, f"reset-{when}")

    assert is_there(faulty, f"reset-{when}") is done


@pytest.mark.parametrize(("when", "done"), [("before", False), ("after", True)])
def test_an_error_is_answered_before_or_after_the_work(
    faulty: FaultyEdge, when: str, done: bool
) -> None:
    code = "InternalServerError"
    faulty.add("error", service="dynamodb", operation="PutItem", code=code, when=when)

    with pytest.raises(ClientError) as failed:
        put(faulty, f"error-{when}")

    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert is_there(faulty, f"error-{when}") is done


def test_an_answer_is_cut_short(faulty: FaultyEdge) -> None:
    files = faulty.client("s3")
    files.put_object(Bucket="files", Key="long", Body=b"x" * 10_000)
    faulty.add("truncated", service="s3", operation="GetObject", resource="files", share=0.3)

    with pytest.raises(ResponseStreamingError):
        files.get_object(Bucket="files", Key="long")["Body"].read()


def test_a_call_hangs_until_the_client_gives_up(faulty: FaultyEdge) -> None:
    faulty.add("hang", service="dynamodb", operation="PutItem")
    impatient = Config(retries={"total_max_attempts": 1}, read_timeout=0.5)

    with pytest.raises(ReadTimeoutError):
        put(faulty, "hung", impatient)

    faulty.clear()
    assert not is_there(faulty, "hung")


def test_a_call_takes_as_long_as_the_rule_says(faulty: FaultyEdge) -> None:
    faulty.add("latency", milliseconds=400, service="dynamodb", resource="Orders")

    began = time.monotonic()
    put(faulty, "slow")

    assert time.monotonic() - began >= 0.4
    assert is_there(faulty, "slow")


def test_other_resources_regions_and_services_are_spared(faulty: FaultyEdge) -> None:
    rules = [
        faulty.add("reset", resource="Customers"),
        faulty.add("reset", region="eu-west-1"),
        faulty.add("reset", service="sqs"),
        faulty.add("reset", account="111122223333"),
        faulty.add("reset", function="somebody"),
    ]

    put(faulty, "spared")

    assert [faulty.fired(rule) for rule in rules] == [0] * len(rules)


def test_the_emulators_own_calls_are_spared(faulty: FaultyEdge) -> None:
    faulty.add("error")

    answer = requests.get(f"{faulty.edge.endpoint_url}/_localtender/health", timeout=10)
    with pytest.raises(ClientError):
        call(faulty, "sns")

    assert answer.json()["healthy"] is True


_CALLER = """
import boto3
from botocore.config import Config

def handler(event, context):
    config = Config(retries={"total_max_attempts": 1})
    try:
        boto3.client("sqs", config=config).list_queues()
    except Exception as error:
        return str(error)
    return "spared"
"""


def test_only_the_calls_of_one_function_are_struck(faulty: FaultyEdge) -> None:
    for name in ("struck", "other"):
        faulty.edge.recorder(name, code=_CALLER, Timeout=60)
    functions = faulty.client("lambda", Config(read_timeout=90))

    def said(name: str) -> str:
        functions.get_waiter("function_active_v2").wait(FunctionName=name)
        answer = functions.invoke(FunctionName=name)
        return str(json.loads(answer["Payload"].read()))

    faulty.add("throttle", service="sqs", function="struck")

    assert "RequestThrottled" in said("struck")
    assert said("other") == "spared"
    assert until(lambda: call(faulty, "sqs"))


def test_localstacks_chaos_api_makes_an_outage(faulty: FaultyEdge) -> None:
    chaos = f"{faulty.edge.endpoint_url}/_localstack/chaos/faults"
    outage = [{"service": "dynamodb", "region": REGION}]
    assert requests.post(chaos, json=outage, timeout=10).json() == outage

    with pytest.raises(ClientError) as failed:
        put(faulty, "x")
    assert requests.post(chaos, json=[], timeout=10).json() == []
    put(faulty, "x")

    assert failed.value.response["Error"]["Code"] == "ServiceUnavailable"
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_a_transaction_is_cancelled_with_its_reasons(faulty: FaultyEdge) -> None:
    faulty.add("transaction-conflict", resource="Orders", item=1, times=1)
    items = [
        {"Put": {"TableName": "Orders", "Item": {"id": {"S": f"transaction-{number}"}}}}
        for number in range(2)
    ]
    dynamodb = faulty.client("dynamodb")

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_write_items(TransactItems=items)

    reasons = cancelled.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "TransactionConflict"]
    assert not is_there(faulty, "transaction-0")
    dynamodb.transact_write_items(TransactItems=items)
    assert is_there(faulty, "transaction-0")


def test_a_conditional_write_loses_a_race_that_it_has_won(faulty: FaultyEdge) -> None:
    faulty.add("conditional-check-failed", resource="Orders", when="after", times=1)
    dynamodb = faulty.client("dynamodb")

    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(
            TableName="Orders",
            Item={"id": {"S": "raced"}},
            ConditionExpression="attribute_not_exists(id)",
        )

    assert is_there(faulty, "raced")


def received(faulty: FaultyEdge, url: str, **keywords: Any) -> list[str]:
    answer = faulty.client("sqs").receive_message(QueueUrl=url, **keywords)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_a_queue_delivers_twice_even_what_was_deleted(faulty: FaultyEdge) -> None:
    sqs = faulty.client("sqs")
    url = sqs.create_queue(QueueName="twice")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="a")
    faulty.add("duplicate-delivery", service="sqs", resource="twice", times=1)

    [first] = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    [second] = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=second["ReceiptHandle"])

    assert (first["MessageId"], first["Body"]) == (second["MessageId"], second["Body"])
    assert received(faulty, url) == []


def test_a_queue_delivers_in_another_order(faulty: FaultyEdge) -> None:
    sqs = faulty.client("sqs")
    url = sqs.create_queue(QueueName="shuffled")["QueueUrl"]
    for body in "abc":
        sqs.send_message(QueueUrl=url, MessageBody=body)
    rule = faulty.add("reordering", resource="shuffled", seed=1)

    bodies = received(faulty, url, MaxNumberOfMessages=10)

    assert sorted(bodies) == ["a", "b", "c"]
    assert bodies[0] != "a"
    assert faulty.fired(rule) == 1
