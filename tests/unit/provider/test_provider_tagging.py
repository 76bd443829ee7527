from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.stub import Stubber

from localtender.provider.errors import SchemaError
from localtender.provider.tagging import change_tags

RESOURCE = ("tag_resource", "untag_resource")
AT = "arn:aws:example:us-east-1:000000000000:thing/one"


def client(service: str) -> Any:
    return botocore.session.Session().create_client(
        service, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


@pytest.mark.parametrize(
    ("service", "operations", "untagging", "tagging"),
    [
        ("lambda", RESOURCE, {"Resource": AT, "TagKeys": ["b"]}, {"Resource": AT, "Tags": "map"}),
        (
            "logs",
            RESOURCE,
            {"resourceArn": AT, "tagKeys": ["b"]},
            {"resourceArn": AT, "tags": "map"},
        ),
        (
            "dynamodb",
            RESOURCE,
            {"ResourceArn": AT, "TagKeys": ["b"]},
            {"ResourceArn": AT, "Tags": [{"Key": "a", "Value": "1"}]},
        ),
        (
            "kms",
            RESOURCE,
            {"KeyId": AT, "TagKeys": ["b"]},
            {"KeyId": AT, "Tags": [{"TagKey": "a", "TagValue": "1"}]},
        ),
        (
            "stepfunctions",
            RESOURCE,
            {"resourceArn": AT, "tagKeys": ["b"]},
            {"resourceArn": AT, "tags": [{"key": "a", "value": "1"}]},
        ),
        (
            "iam",
            ("tag_role", "untag_role"),
            {"RoleName": AT, "TagKeys": ["b"]},
            {"RoleName": AT, "Tags": [{"Key": "a", "Value": "1"}]},
        ),
        (
            "sqs",
            ("tag_queue", "untag_queue"),
            {"QueueUrl": AT, "TagKeys": ["b"]},
            {"QueueUrl": AT, "Tags": "map"},
        ),
    ],
)
def test_tags_are_changed_in_the_words_of_the_service(
    service: str, operations: tuple[str, str], untagging: dict[str, Any], tagging: dict[str, Any]
) -> None:
    made = client(service)
    tags = {name: {"a": "1"} if value == "map" else value for name, value in tagging.items()}
    with Stubber(made) as stubber:
        stubber.add_response(operations[1], {}, untagging)
        stubber.add_response(operations[0], {}, tags)
        change_tags(made, operations, AT, {"a": "1"}, ["b"])
        stubber.assert_no_pending_responses()


def test_nothing_is_asked_for_when_no_tag_changes() -> None:
    made = client("lambda")
    with Stubber(made):
        change_tags(made, RESOURCE, AT, {}, [])


def test_an_operation_that_needs_more_than_the_object_is_not_guessed_at() -> None:
    operations = ("add_tags_to_resource", "remove_tags_from_resource")
    with pytest.raises(SchemaError, match="ResourceType"):
        change_tags(client("ssm"), operations, "p", {"a": "1"}, [])
