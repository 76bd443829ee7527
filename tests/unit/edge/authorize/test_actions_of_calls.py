"""What operations need, after the services' pages in the Service Authorization Reference."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.dynamodb import leading_keys
from localtender.edge.authorize.actions.permission import Permission
from localtender.edge.authorize.actions.table import permissions_of
from localtender.edge.protocol.messages import HttpRequest
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.protocol.service_calls import ServiceCalls

ACCOUNT, REGION = "111122223333", "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
KEY = {"id": {"S": "1"}}
_CALLS = ServiceCalls(ServiceModels())


class _CaughtError(Exception):
    def __init__(self, request: AWSPreparedRequest) -> None:
        super().__init__()
        self.request = request


def facts_of(service: str, operation: str, **parameters: Any) -> CallFacts:
    """A call as boto3 sends it."""
    session: Any = boto3.session.Session("test", "test", region_name=REGION)
    client = session.client(
        service, endpoint_url="http://127.0.0.1:1", config=Config(retries={"total_max_attempts": 1})
    )

    def catch(request: AWSPreparedRequest, **_: Any) -> None:
        raise _CaughtError(request)

    client.meta.events.register("before-send.*.*", catch)
    with pytest.raises(_CaughtError) as caught:
        getattr(client, operation)(**parameters)
    sent: Any = caught.value.request
    _, _, rest = sent.url.partition("127.0.0.1:1")
    path, _, query = rest.partition("?")
    body = sent.body or b""
    if hasattr(body, "read"):
        body = body.read()
    request = HttpRequest(
        method=sent.method,
        raw_path=path or "/",
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        headers=tuple(
            (name, value.decode() if isinstance(value, bytes) else str(value))
            for name, value in sent.headers.items()
        ),
        body=body.encode() if isinstance(body, str) else bytes(body),
        source_ip="127.0.0.1",
        http_version="1.1",
        scheme="http",
        request_id="r-1",
        raw_query=query,
    )
    call = _CALLS.read(request, client.meta.service_model.signing_name)
    assert call is not None
    return CallFacts(call, ACCOUNT, REGION)


def needed(service: str, operation: str, **parameters: Any) -> list[tuple[str, str]]:
    found = permissions_of(facts_of(service, operation, **parameters))
    return [(permission.action, permission.resource) for permission in found]


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


TABLE, INDEX = arn("dynamodb", "table/T"), arn("dynamodb", "table/T/index/Ind")
QUEUE = f"http://127.0.0.1:4566/{ACCOUNT}/q"
LOG_GROUP = arn("logs", "log-group:/aws/lambda/f:log-stream:")
EVENT = {"timestamp": 1, "message": "m"}
TRANSACTION = [
    {"Put": {"TableName": "T", "Item": KEY}},
    {"ConditionCheck": {"TableName": "U", "Key": KEY, "ConditionExpression": "a = b"}},
]
FUNCTION = {"FunctionName": "f", "Role": ROLE, "Code": {"ZipFile": b""}}


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("dynamodb", "get_item", {"TableName": "T", "Key": KEY}, [("dynamodb:GetItem", TABLE)]),
        ("dynamodb", "get_item", {"TableName": TABLE, "Key": KEY}, [("dynamodb:GetItem", TABLE)]),
        (
            "dynamodb",
            "query",
            {"TableName": "T", "IndexName": "Ind"},
            [("dynamodb:Query", INDEX)],
        ),
        (
            "dynamodb",
            "batch_get_item",
            {"RequestItems": {"T": {"Keys": [KEY]}, "U": {"Keys": [KEY]}}},
            [("dynamodb:BatchGetItem", TABLE), ("dynamodb:BatchGetItem", TABLE[:-1] + "U")],
        ),
        (
            "dynamodb",
            "transact_write_items",
            {"TransactItems": TRANSACTION},
            [("dynamodb:PutItem", TABLE), ("dynamodb:ConditionCheckItem", TABLE[:-1] + "U")],
        ),
        (
            "dynamodb",
            "execute_statement",
            {"Statement": 'SELECT id FROM "T"."Ind" WHERE id = 1'},
            [("dynamodb:PartiQLSelect", INDEX)],
        ),
        (
            "dynamodb",
            "execute_statement",
            {"Statement": "INSERT INTO T VALUE {'id': '1'}"},
            [("dynamodb:PartiQLInsert", TABLE)],
        ),
        ("dynamodb", "list_tables", {}, [("dynamodb:ListTables", "*")]),
        (
            "sqs",
            "send_message_batch",
            {"QueueUrl": QUEUE, "Entries": []},
            [("sqs:SendMessage", arn("sqs", "q"))],
        ),
        ("sqs", "create_queue", {"QueueName": "q"}, [("sqs:CreateQueue", arn("sqs", "q"))]),
        (
            "sns",
            "publish",
            {"TopicArn": arn("sns", "t"), "Message": "m"},
            [("SNS:Publish", arn("sns", "t"))],
        ),
        (
            "sns",
            "unsubscribe",
            {"SubscriptionArn": arn("sns", "t:1-2")},
            [("SNS:Unsubscribe", arn("sns", "t"))],
        ),
        ("sns", "publish", {"PhoneNumber": "+1", "Message": "m"}, [("SNS:Publish", "*")]),
        (
            "secretsmanager",
            "get_secret_value",
            {"SecretId": "s"},
            [("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:s"))],
        ),
        (
            "lambda",
            "invoke",
            {"FunctionName": "f", "Qualifier": "live"},
            [("lambda:InvokeFunction", arn("lambda", "function:f:live"))],
        ),
        (
            "lambda",
            "invoke",
            {"FunctionName": f"{ACCOUNT}:f"},
            [("lambda:InvokeFunction", arn("lambda", "function:f"))],
        ),
        (
            "lambda",
            "create_function",
            FUNCTION,
            [("lambda:CreateFunction", arn("lambda", "function:f")), ("iam:PassRole", ROLE)],
        ),
        (
            "lambda",
            "update_function_code",
            {"FunctionName": "f", "S3Bucket": "bucket", "S3Key": "k"},
            [
                ("lambda:UpdateFunctionCode", arn("lambda", "function:f")),
                ("s3:GetObject", "arn:aws:s3:::bucket/k"),
            ],
        ),
        (
            "events",
            "put_events",
            {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}", "EventBusName": "b"}]},
            [("events:PutEvents", arn("events", "event-bus/b"))],
        ),
        (
            "events",
            "put_targets",
            {
                "Rule": "r",
                "EventBusName": "b",
                "Targets": [{"Id": "1", "Arn": ROLE, "RoleArn": ROLE}],
            },
            [("events:PutTargets", arn("events", "rule/b/r")), ("iam:PassRole", ROLE)],
        ),
        (
            "events",
            "put_rule",
            {"Name": "r"},
            [("events:PutRule", arn("events", "rule/r"))],
        ),
        (
            "scheduler",
            "create_schedule",
            {
                "Name": "s",
                "ScheduleExpression": "rate(1 day)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {"Arn": arn("sqs", "q"), "RoleArn": ROLE},
            },
            [
                ("scheduler:CreateSchedule", arn("scheduler", "schedule/default/s")),
                ("iam:PassRole", ROLE),
            ],
        ),
        (
            "pipes",
            "create_pipe",
            {"Name": "p", "Source": "s", "Target": "t", "RoleArn": ROLE},
            [("pipes:CreatePipe", arn("pipes", "pipe/p")), ("iam:PassRole", ROLE)],
        ),
        (
            "stepfunctions",
            "create_state_machine",
            {"name": "m", "definition": "{}", "roleArn": ROLE},
            [
                ("states:CreateStateMachine", arn("states", "stateMachine:m")),
                ("iam:PassRole", ROLE),
            ],
        ),
        (
            "stepfunctions",
            "start_execution",
            {"stateMachineArn": arn("states", "stateMachine:m")},
            [("states:StartExecution", arn("states", "stateMachine:m"))],
        ),
        (
            "kinesis",
            "put_record",
            {"StreamName": "s", "Data": b"", "PartitionKey": "k"},
            [("kinesis:PutRecord", arn("kinesis", "stream/s"))],
        ),
        (
            "kms",
            "decrypt",
            {"CiphertextBlob": b"c", "KeyId": "alias/a"},
            [("kms:Decrypt", arn("kms", "alias/a"))],
        ),
        (
            "ssm",
            "get_parameters",
            {"Names": ["/a/b", "c:2"]},
            [
                ("ssm:GetParameters", arn("ssm", "parameter/a/b")),
                ("ssm:GetParameters", arn("ssm", "parameter/c")),
            ],
        ),
        (
            "ssm",
            "get_parameters_by_path",
            {"Path": "/a/"},
            [("ssm:GetParametersByPath", arn("ssm", "parameter/a"))],
        ),
        (
            "lambda",
            "get_layer_version",
            {"LayerName": "l", "VersionNumber": 2},
            [("lambda:GetLayerVersion", arn("lambda", "layer:l:2"))],
        ),
        (
            "apigateway",
            "get_stage",
            {"restApiId": "a", "stageName": "v1"},
            [("apigateway:GET", f"arn:aws:apigateway:{REGION}::/restapis/a/stages/v1")],
        ),
        (
            "logs",
            "create_log_group",
            {"logGroupName": "/aws/lambda/f"},
            [("logs:CreateLogGroup", LOG_GROUP)],
        ),
        (
            "logs",
            "put_log_events",
            {"logGroupName": "/aws/lambda/f", "logStreamName": "s", "logEvents": [EVENT]},
            [("logs:PutLogEvents", f"{LOG_GROUP}s")],
        ),
        (
            "cloudwatch",
            "delete_alarms",
            {"AlarmNames": ["a"]},
            [("cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:a"))],
        ),
        (
            "s3",
            "head_object",
            {"Bucket": "b", "Key": "k/l"},
            [("s3:GetObject", "arn:aws:s3:::b/k/l")],
        ),
        ("s3", "list_objects_v2", {"Bucket": "b"}, [("s3:ListBucket", "arn:aws:s3:::b")]),
        (
            "s3",
            "get_object",
            {"Bucket": "b", "Key": "k", "VersionId": "v"},
            [("s3:GetObjectVersion", "arn:aws:s3:::b/k")],
        ),
        (
            "s3",
            "copy_object",
            {"Bucket": "b", "Key": "k", "CopySource": "c/d e"},
            [("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:GetObject", "arn:aws:s3:::c/d e")],
        ),
        (
            "s3",
            "delete_objects",
            {"Bucket": "b", "Delete": {"Objects": [{"Key": "1"}, {"Key": "2", "VersionId": "v"}]}},
            [
                ("s3:DeleteObject", "arn:aws:s3:::b/1"),
                ("s3:DeleteObjectVersion", "arn:aws:s3:::b/2"),
            ],
        ),
        ("s3", "get_bucket_cors", {"Bucket": "b"}, [("s3:GetBucketCORS", "arn:aws:s3:::b")]),
        (
            "s3",
            "delete_bucket_encryption",
            {"Bucket": "b"},
            [("s3:PutEncryptionConfiguration", "arn:aws:s3:::b")],
        ),
        ("iam", "get_role", {"RoleName": "r"}, [("iam:GetRole", ROLE)]),
        (
            "sts",
            "assume_role",
            {"RoleArn": ROLE, "RoleSessionName": "me", "Tags": [{"Key": "a", "Value": "b"}]},
            [("sts:AssumeRole", ROLE), ("sts:TagSession", ROLE)],
        ),
        ("sts", "get_caller_identity", {}, []),
        (
            "cognito-idp",
            "describe_user_pool",
            {"UserPoolId": "p"},
            [("cognito-idp:DescribeUserPool", arn("cognito-idp", "userpool/p"))],
        ),
        # Services without a table are evaluated by rule.
        ("glue", "get_databases", {}, [("glue:GetDatabases", "*")]),
        ("sesv2", "list_email_identities", {}, [("ses:ListEmailIdentities", "*")]),
    ],
)
def test_a_call_needs_these_permissions(
    service: str, operation: str, parameters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert needed(service, operation, **parameters) == expected


def test_passing_a_role_says_to_which_service() -> None:
    found = permissions_of(facts_of("lambda", "create_function", **FUNCTION))

    assert found[1] == Permission(
        "iam:PassRole", ROLE, {"iam:passedtoservice": ("lambda.amazonaws.com",)}
    )


def test_attributes_are_those_that_a_call_names() -> None:
    (found,) = permissions_of(
        facts_of(
            "dynamodb",
            "update_item",
            TableName="T",
            Key=KEY,
            UpdateExpression="SET #a = :a, b = if_not_exists(c.d, :a)",
            ExpressionAttributeNames={"#a": "amount"},
            ExpressionAttributeValues={":a": {"N": "1"}},
            ReturnValues="ALL_NEW",
        )
    )

    assert found.keys["dynamodb:attributes"] == ("amount", "b", "c", "id")
    assert found.keys["dynamodb:returnvalues"] == ("ALL_NEW",)


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("get_item", {"TableName": "T", "Key": {"id": {"S": "a"}, "sort": {"N": "1"}}}, ("a",)),
        ("put_item", {"TableName": "T", "Item": {"id": {"N": "7"}}}, ("7",)),
        (
            "query",
            {
                "TableName": "T",
                "KeyConditionExpression": "id = :v AND begins_with(sort, :s)",
                "ExpressionAttributeValues": {":v": {"S": "a"}, ":s": {"S": "b"}},
            },
            ("a",),
        ),
        (
            "batch_write_item",
            {
                "RequestItems": {
                    "T": [{"PutRequest": {"Item": KEY}}, {"DeleteRequest": {"Key": KEY}}],
                    "U": [{"PutRequest": {"Item": {"id": {"S": "other"}}}}],
                }
            },
            ("1", "1"),
        ),
        ("transact_write_items", {"TransactItems": TRANSACTION}, ("1",)),
        ("scan", {"TableName": "T"}, ()),
    ],
)
def test_leading_keys_are_the_partition_keys_of_a_table(
    operation: str, parameters: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert leading_keys(facts_of("dynamodb", operation, **parameters), TABLE, "id") == expected
