"""Calls are read from the very requests that boto3 sends, for every protocol."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.config import Config

from localtender.edge.protocol.credential_scope import credential_scope
from localtender.edge.protocol.error_answers import error_answer
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import HttpRequest
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.protocol.service_calls import ServiceCall, ServiceCalls

CALLS = ServiceCalls(ServiceModels())
SERVICES = [
    "apigateway",
    "apigatewayv2",
    "cloudwatch",
    "cognito-identity",
    "cognito-idp",
    "dynamodb",
    "dynamodbstreams",
    "ec2",
    "events",
    "iam",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "pipes",
    "s3",
    "scheduler",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
    "sts",
]
# One request may be two operations in the model: the later name replaces the deprecated one.
SAME_REQUEST = {
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
}


class SentError(Exception):
    def __init__(self, request: Any) -> None:
        super().__init__()
        self.request = request


class Raw:
    """The body of an answer as botocore takes it from the wire."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


def a_client(service: str) -> Any:
    session: Any = boto3.session.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    )
    return session.client(
        service,
        endpoint_url="http://127.0.0.1:4566",
        config=Config(parameter_validation=False, s3={"addressing_style": "path"}),
    )


@cache
def client(service: str) -> Any:
    """A client that stops where it would send; one a service, for its model is long to read."""
    made = a_client(service)

    def stop(request: Any, **_: Any) -> AWSResponse:
        raise SentError(request)

    made.meta.events.register("before-send", stop)
    return made


def sent(service: str, operation: str, parameters: dict[str, Any]) -> tuple[HttpRequest, Any]:
    with pytest.raises(SentError) as stopped:
        getattr(client(service), xform_name(operation))(**parameters)
    request = stopped.value.request
    url = urlsplit(request.url)
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    headers = tuple(
        (name, value.decode() if isinstance(value, bytes) else str(value))
        for name, value in request.headers.items()
    )
    read = HttpRequest(
        method=request.method,
        raw_path=url.path,
        query=tuple(parse_qsl(url.query, keep_blank_values=True)),
        headers=(("Host", url.netloc), *headers),
        body=body if isinstance(body, bytes) else body.encode(),
        source_ip="127.0.0.1",
        http_version="1.1",
        scheme="http",
        request_id="r-1",
        raw_query=url.query,
    )
    authorization = read.header("Authorization")
    scope = credential_scope(
        authorization.encode() if authorization else None, url.query.encode(), "us-east-1"
    )
    return read, scope.service


def call(service: str, operation: str, **parameters: Any) -> ServiceCall:
    request, signing_name = sent(service, operation, parameters)
    found = CALLS.read(request, signing_name)
    assert found is not None
    return found


def minimal(shape: Any, depth: int = 0) -> Any:
    """A value of a shape with its required members only."""
    match shape.type_name:
        case "structure":
            if getattr(shape, "is_tagged_union", False) and depth < 4:
                name, member = next(iter(shape.members.items()))
                return {name: minimal(member, depth + 1)}
            return {
                name: minimal(shape.members[name], depth + 1) for name in shape.required_members
            }
        case "list":
            return [minimal(shape.member, depth + 1)]
        case "map":
            return {"key": minimal(shape.value, depth + 1)}
        case "boolean":
            return True
        case "integer" | "long" | "float" | "double":
            return 1
        case "timestamp":
            return datetime(2026, 1, 2, tzinfo=UTC)
        case "blob":
            return b"blob"
        case _:
            return (getattr(shape, "enum", None) or ["value-one"])[0]


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_of_a_service_is_read_back_from_the_request_that_boto3_sends(
    service: str,
) -> None:
    model = client(service).meta.service_model
    wrong = []
    for name in model.operation_names:
        operation = model.operation_model(name)
        if name in ("ListDirectoryBuckets", "WriteGetObjectResponse"):
            continue  # signed for S3 Express and for Object Lambda, services of their own
        parameters = {} if operation.input_shape is None else minimal(operation.input_shape)
        request, signing_name = sent(service, name, parameters)
        found = CALLS.read(request, signing_name)
        if found is None or found.name != SAME_REQUEST.get(name, name):
            wrong.append((name, None if found is None else found.name))
    assert wrong == []


def test_json_query_and_rest_inputs_are_read_by_their_member_names() -> None:
    item = {"id": {"S": "1"}}
    assert call("dynamodb", "PutItem", TableName="T", Item=item).parameters == {
        "TableName": "T",
        "Item": item,
    }
    published = call(
        "sns",
        "PublishBatch",
        TopicArn="arn:t",
        PublishBatchRequestEntries=[
            {"Id": "1", "Message": "a"},
            {"Id": "2", "Message": "b"},
        ],
    )
    assert published.parameters == {
        "TopicArn": "arn:t",
        "PublishBatchRequestEntries": [
            {"Id": "1", "Message": "a"},
            {"Id": "2", "Message": "b"},
        ],
    }
    topic = call("sns", "CreateTopic", Name="n", Attributes={"FifoTopic": "true"})
    assert topic.parameters == {"Name": "n", "Attributes": {"FifoTopic": "true"}}
    instances = call("ec2", "DescribeInstances", InstanceIds=["i-1", "i-2"])
    assert instances.parameters == {"InstanceIds": ["i-1", "i-2"]}
    assert call("lambda", "Invoke", FunctionName="f", Payload=b"{}").parameters == {
        "FunctionName": "f",
        "Payload": b"{}",
    }


def test_an_object_of_s3_is_told_by_path_host_query_and_headers() -> None:
    put = call("s3", "PutObject", Bucket="b", Key="folder/", Body=b"x")
    assert (put.name, put.parameters["Bucket"], put.parameters["Key"]) == (
        "PutObject",
        "b",
        "folder/",
    )
    copied = call("s3", "CopyObject", Bucket="b", Key="k", CopySource="a/k")
    assert (copied.name, copied.parameters["CopySource"]) == ("CopyObject", "a/k")
    part = call("s3", "UploadPart", Bucket="b", Key="k", PartNumber=2, UploadId="u", Body=b"x")
    assert (part.name, part.parameters["PartNumber"]) == ("UploadPart", 2)
    request, signing_name = sent("s3", "GetObject", {"Bucket": "b", "Key": "k"})
    by_host = HttpRequest(
        **{
            **vars(request),
            "raw_path": "/k",
            "headers": (("Host", "my.bucket.s3.us-east-1.amazonaws.com"), *request.headers[1:]),
        }
    )
    found = CALLS.read(by_host, signing_name)
    assert found is not None
    assert (found.name, found.parameters["Bucket"]) == ("GetObject", "my.bucket")


def test_an_unsigned_sign_in_is_a_call_too() -> None:
    request, signing_name = sent("cognito-idp", "InitiateAuth", {"AuthFlow": "USER_SRP_AUTH"})
    assert signing_name is None
    found = CALLS.read(request, None)
    assert found is not None
    assert (found.service, found.name) == ("cognito-idp", "InitiateAuth")


@pytest.mark.parametrize(
    ("path", "signing_name"), [("/_localstack/health", None), ("/", "dynamodb"), ("/", "nowhere")]
)
def test_what_names_no_operation_is_no_call(path: str, signing_name: str | None) -> None:
    request = HttpRequest("GET", path, (), (), b"", "127.0.0.1", "1.1", "http", "r-1")
    assert CALLS.read(request, signing_name) is None


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code"),
    [
        ("dynamodb", "GetItem", {"TableName": "T", "Key": {}}, "AccessDeniedException"),
        ("sqs", "SendMessage", {"QueueUrl": "http://q", "MessageBody": "b"}, "AccessDenied"),
        ("sns", "Publish", {"TopicArn": "arn:t", "Message": "m"}, "AuthorizationError"),
        ("s3", "GetObject", {"Bucket": "b", "Key": "k"}, "AccessDenied"),
        ("ec2", "DescribeInstances", {}, "UnauthorizedOperation"),
        ("lambda", "Invoke", {"FunctionName": "f"}, "AccessDeniedException"),
        ("cloudwatch", "ListMetrics", {}, "AccessDenied"),
    ],
)
def test_boto3_reads_an_error_in_the_protocol_of_the_call(
    service: str, operation: str, parameters: dict[str, Any], code: str
) -> None:
    found = call(service, operation, **parameters)
    answer = error_answer(found, ServiceError(code, "Not <you> & me", 403))
    made = a_client(service)
    headers: Any = HeadersDict(dict(answer.headers))

    def reply(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, answer.status, headers, Raw(answer.body))

    made.meta.events.register("before-send", reply)
    with pytest.raises(made.exceptions.ClientError) as failed:
        getattr(made, xform_name(operation))(**parameters)
    error = failed.value.response["Error"]
    assert (error["Code"], error["Message"]) == (code, "Not <you> & me")
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
