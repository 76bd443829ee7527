"""The resources that a call names, by every name that a rule may give them."""

from __future__ import annotations

from typing import Any

import pytest

from localtender.edge.faults.resources import resources_of


def resources(service: str, parameters: dict[str, Any]) -> tuple[str, ...]:
    return resources_of(service, parameters, region="eu-west-1", account_id="111122223333")


@pytest.mark.parametrize(
    ("service", "parameters", "names"),
    [
        (
            "dynamodb",
            {"TableName": "Orders", "Item": {"TableName": {"S": "decoy"}}},
            {"Orders", "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"},
        ),
        (
            "dynamodb",
            {"TableName": "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"},
            {"Orders", "table/Orders"},
        ),
        (
            "dynamodb",
            {"TransactItems": [{"Put": {"TableName": "A"}}, {"Update": {"TableName": "B"}}]},
            {"A", "B"},
        ),
        ("dynamodb", {"RequestItems": {"A": [], "B": []}}, {"A", "B"}),
        (
            "sqs",
            {"QueueUrl": "http://127.0.0.1:4566/111122223333/jobs", "MessageBody": "x"},
            {"jobs", "arn:aws:sqs:eu-west-1:111122223333:jobs"},
        ),
        ("sns", {"TopicArn": "arn:aws:sns:eu-west-1:1:news"}, {"arn:aws:sns:eu-west-1:1:news"}),
        ("lambda", {"FunctionName": "pay:live"}, {"pay:live"}),
        (
            "lambda",
            {"FunctionName": "arn:aws:lambda:eu-west-1:111122223333:function:pay:live"},
            {"pay", "pay:live"},
        ),
        (
            "secretsmanager",
            {"SecretId": "arn:aws:secretsmanager:eu-west-1:1:secret:paypal-a1B2c3"},
            {"paypal"},
        ),
        ("s3", {"Bucket": "files", "Key": "a"}, {"files", "arn:aws:s3:::files"}),
        ("apigateway", {"restApiId": "abc123", "resourceId": "r"}, {"abc123"}),
        ("cognito-idp", {"UserPoolId": "eu-west-1_x", "ClientId": "c"}, {"eu-west-1_x"}),
    ],
)
def test_a_resource_is_known_by_its_names(
    service: str, parameters: dict[str, Any], names: set[str]
) -> None:
    assert names <= set(resources(service, parameters))


@pytest.mark.parametrize(
    ("service", "parameters"),
    [
        ("sqs", {"MessageBody": "Orders"}),
        ("dynamodb", {"Item": {"TableName": {"S": "Orders"}}}),
        ("dynamodb", {"ExpressionAttributeNames": {"#n": "Orders"}}),
        ("sqs", {"MessageGroupId": "Orders", "MessageDeduplicationId": "Orders"}),
    ],
)
def test_data_is_no_resource(service: str, parameters: dict[str, Any]) -> None:
    assert "Orders" not in resources(service, parameters)
