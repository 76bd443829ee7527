"""Requests that botocore serialises are parsed back, and answers that we serialise are read by it.

The wire form is the "AWS restJson1 protocol" of the Smithy specification; botocore is the client.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.protocol.service import Operation, Parameters, RestJsonService

MODELS = ServiceModels()
CALLER = Caller("000000000000", "us-east-1")


def request_of(service: str, operation: str, parameters: Mapping[str, Any]) -> HttpRequest:
    model = MODELS.get(service)
    serialized = create_serializer("rest-json").serialize_to_request(
        dict(parameters), model.operation_model(operation)
    )
    prepared = AWSRequest(
        method=serialized["method"],
        url="http://127.0.0.1" + serialized["url_path"],
        params=serialized["query_string"],
        headers=serialized["headers"],
        data=serialized["body"],
    ).prepare()
    path, _, query = prepared.url.removeprefix("http://127.0.0.1").partition("?")
    body: Any = prepared.body or b""
    return HttpRequest(
        method=prepared.method,
        raw_path=path,
        query=tuple(tuple(pair.split("=", 1)) for pair in query.split("&") if pair),  # type: ignore[misc]
        headers=tuple((k, v) for k, v in prepared.headers.items()),
        body=body if isinstance(body, bytes) else body.encode(),
        source_ip="127.0.0.1",
        http_version="1.1",
        scheme="http",
        request_id="11111111-2222-3333-4444-555555555555",
    )


def read(service: str, operation: str, response: HttpResponse) -> dict[str, Any]:
    output: Any = MODELS.get(service).operation_model(operation).output_shape
    parsed: dict[str, Any] = create_parser("rest-json").parse(
        {
            "status_code": response.status,
            "headers": {name.lower(): value for name, value in response.headers},
            "body": response.body,
        },
        output,
    )
    return parsed


class Recorder:
    def __init__(self, output: Parameters | Exception) -> None:
        self.output = output
        self.seen: Parameters = {}

    async def __call__(self, _caller: Caller, parameters: Parameters) -> Parameters:
        self.seen = parameters
        if isinstance(self.output, Exception):
            raise self.output
        return self.output


def handle(
    service: str, operation: str, parameters: Mapping[str, Any], recorder: Operation
) -> HttpResponse:
    served = RestJsonService(service, {operation: recorder}, MODELS)
    return asyncio.run(served.handle(request_of(service, operation, parameters), CALLER))


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        (
            "apigateway",
            "PutIntegration",
            {
                "restApiId": "abc",
                "resourceId": "xyz",
                "httpMethod": "POST",
                "type": "AWS_PROXY",
                "requestParameters": {"integration.request.header.X": "'y'"},
                "timeoutInMillis": 50,
                "cacheKeyParameters": ["a", "b"],
            },
        ),
        (
            "apigateway",
            "TagResource",
            {"resourceArn": "arn:aws:x::/apis/a", "tags": {"k": "v"}},
        ),
        (
            "lambda",
            "CreateFunction",
            {
                "FunctionName": "pay",
                "Role": "arn:aws:iam::000000000000:role/r",
                "Code": {"ZipFile": b"\x00zip"},
                "Environment": {"Variables": {"A": "1"}},
                "Publish": True,
            },
        ),
        (
            "lambda",
            "Invoke",
            {
                "FunctionName": "pay",
                "InvocationType": "Event",
                "Payload": b'{"a": 1}',
                "Qualifier": "live",
            },
        ),
    ],
)
def test_an_operation_sees_the_parameters_that_a_boto3_caller_wrote(
    service: str, operation: str, parameters: dict[str, Any]
) -> None:
    recorder = Recorder({})
    handle(service, operation, parameters, recorder)
    assert recorder.seen == parameters


def test_a_caller_reads_body_header_status_and_payload_members() -> None:
    recorder = Recorder(
        {"StatusCode": 202, "FunctionError": "Unhandled", "Payload": b'{"errorMessage": "x"}'}
    )
    response = handle("lambda", "Invoke", {"FunctionName": "pay"}, recorder)
    assert response.status == 202
    headers = {name.lower(): value for name, value in response.headers}
    assert headers["x-amz-function-error"] == "Unhandled"
    assert response.body == b'{"errorMessage": "x"}'


def test_members_that_are_none_are_left_out_of_the_answer() -> None:
    response = handle(
        "apigateway",
        "GetRestApi",
        {"restApiId": "abc"},
        Recorder({"id": "abc", "name": "payments", "description": None}),
    )
    assert json.loads(response.body) == {"id": "abc", "name": "payments"}


def test_an_error_is_read_by_clients_with_its_code_message_and_fields() -> None:
    error = ServiceError(
        "TooManyRequestsException",
        "Rate Exceeded.",
        429,
        fields={
            "retryAfterSeconds": "3",
            "Reason": "CallerRateLimitExceeded",
        },
    )
    response = handle("lambda", "Invoke", {"FunctionName": "pay"}, Recorder(error))
    parsed = read("lambda", "Invoke", response)
    assert parsed["Error"]["Code"] == "TooManyRequestsException"
    assert parsed["Error"]["Message"] == "Rate Exceeded."
    assert ("Retry-After", "3") in response.headers
    assert json.loads(response.body)["Type"] == "User"


def test_an_operation_that_is_not_offered_is_named() -> None:
    served = RestJsonService("apigateway", {}, MODELS)
    request = request_of(
        "apigateway", "GetExport", {"restApiId": "a", "stageName": "s", "exportType": "oas30"}
    )
    response = asyncio.run(served.handle(request, CALLER))
    assert response.status == 501
    assert "GetExport" in json.loads(response.body)["message"]


def test_a_failure_inside_an_operation_does_not_show_its_text() -> None:
    response = handle(
        "apigateway", "GetRestApi", {"restApiId": "a"}, Recorder(RuntimeError("secret detail"))
    )
    assert response.status == 500
    assert b"secret" not in response.body


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"name": {}}'])
def test_a_body_that_is_not_the_operations_input_is_a_serialization_exception(body: bytes) -> None:
    base = request_of("apigateway", "CreateRestApi", {"name": "x"})
    request = HttpRequest(**{**base.__dict__, "body": body})
    served = RestJsonService("apigateway", {"CreateRestApi": Recorder({})}, MODELS)
    response = asyncio.run(served.handle(request, CALLER))
    assert response.status == 400
    assert dict(response.headers)["x-amzn-ErrorType"] == "SerializationException"


def test_a_fixed_query_string_tells_operations_on_one_path_apart() -> None:
    served = RestJsonService("apigateway", {}, MODELS)
    imported = request_of("apigateway", "ImportRestApi", {"body": b"{}"})
    created = request_of("apigateway", "CreateRestApi", {"name": "x"})
    assert served.operation_name(imported) == "ImportRestApi"
    assert served.operation_name(created) == "CreateRestApi"
