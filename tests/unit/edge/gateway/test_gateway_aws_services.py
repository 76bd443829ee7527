"""AWS integrations with services other than Lambda."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import ACCOUNT, REGION, Api, Gateway, refusal

ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/service/gateway"
FORM = "application/x-www-form-urlencoded"
Integrate = Callable[..., Api]


@pytest.fixture
def integrate(gateway: Gateway) -> Integrate:
    """Makes POST /{name} with an AWS integration, deployed; responses by status and pattern."""
    gateway.engine.roles.add("gateway")

    def make(api_uri: str, *, default_template: str | None = None, **parameters: Any) -> Api:
        api = gateway.rest_api()
        resource_id = api.resource("/{name}")
        where = {"restApiId": api.id, "resourceId": resource_id, "httpMethod": "POST"}
        gateway.client.put_method(**where, authorizationType="NONE")
        parameters.setdefault("credentials", ROLE_ARN)
        parameters.setdefault("integrationHttpMethod", "POST")
        uri = f"arn:aws:apigateway:us-west-2:{api_uri}"
        gateway.client.put_integration(**where, type="AWS", uri=uri, **parameters)
        for status, pattern in (("200", ""), ("400", "4\\d{2}")):
            gateway.client.put_method_response(**where, statusCode=status)
            templates = {} if default_template is None else {"application/json": default_template}
            gateway.client.put_integration_response(
                **where,
                statusCode=status,
                selectionPattern=pattern,
                responseTemplates=templates if status == "200" else {},
            )
        api.deploy()
        return api

    return make


def test_a_json_services_action_is_named_by_its_target(
    gateway: Gateway, integrate: Integrate
) -> None:
    api = integrate(
        "dynamodb:action/GetItem",
        requestTemplates={"application/json": '{"TableName": "$input.params(\'name\')"}'},
    )
    api.call("/payments", "POST", body={})

    (sent,) = gateway.engine.sent
    assert (sent.service, sent.method, sent.path) == ("dynamodb", "POST", "/")
    assert sent.headers["X-Amz-Target"] == "DynamoDB_20120810.GetItem"
    assert sent.headers["Content-Type"] == "application/x-amz-json-1.0"
    assert sent.body == b'{"TableName": "payments"}'


def test_the_service_is_called_in_the_uris_region_and_the_roles_account(
    gateway: Gateway, integrate: Integrate
) -> None:
    api = integrate("secretsmanager:action/GetSecretValue")
    api.call("/a", "POST", body={"SecretId": "s"})

    (sent,) = gateway.engine.sent
    assert (sent.region, sent.account_id) == ("us-west-2", ACCOUNT)


@pytest.mark.parametrize(
    ("service", "action", "target"),
    [
        ("states", "StartExecution", "AWSStepFunctions.StartExecution"),
        ("events", "PutEvents", "AWSEvents.PutEvents"),
        ("kinesis", "PutRecord", "Kinesis_20131202.PutRecord"),
        ("ssm", "GetParameter", "AmazonSSM.GetParameter"),
    ],
)
def test_any_json_service_can_be_called(
    gateway: Gateway, integrate: Integrate, service: str, action: str, target: str
) -> None:
    integrate(f"{service}:action/{action}").call("/a", "POST", body={})

    assert gateway.engine.sent[0].headers["X-Amz-Target"] == target


def test_a_parameter_is_asked_for_by_a_query_and_answered_like_one(
    gateway: Gateway, integrate: Integrate
) -> None:
    # As recorded in LocalStack's test_apigateway_ssm.snapshot.json.
    known = {"Name": "p", "Type": "String", "Value": "123", "Version": 1, "DataType": "text"}
    gateway.engine.answer = httpx.Response(200, json={"Parameter": known})
    api = integrate(
        "ssm:action/GetParameter",
        requestParameters={"integration.request.querystring.Name": "method.request.body.name"},
    )

    answer = api.call("/a", "POST", body={"name": "p"}).document["GetParameterResponse"]

    assert json.loads(gateway.engine.sent[0].body) == {"Name": "p"}
    missing = dict.fromkeys(("ARN", "LastModifiedDate", "Selector", "SourceResult"))
    assert answer["GetParameterResult"] == {"Parameter": {**known, **missing}}
    assert set(answer["ResponseMetadata"]) == {"RequestId"}


def test_an_actions_parameters_may_stand_in_the_uri(gateway: Gateway, integrate: Integrate) -> None:
    integrate("sns:action/Publish&TopicArn=t&Message=a%20b").call("/a", "POST")

    (sent,) = gateway.engine.sent
    form = dict(parse_qsl(sent.body.decode()))
    assert (form["Action"], form["TopicArn"], form["Message"]) == ("Publish", "t", "a b")


def test_a_query_services_action_is_a_form_of_the_mapped_parameters(
    gateway: Gateway, integrate: Integrate
) -> None:
    api = integrate(
        "sns:action/Publish",
        requestParameters={
            "integration.request.querystring.TopicArn": "'arn:aws:sns:us-west-2:1:t'",
            "integration.request.querystring.Message": "method.request.body.text",
        },
    )
    api.call("/a", "POST", body={"text": "paid & done"})

    (sent,) = gateway.engine.sent
    assert sent.headers["Content-Type"] == FORM
    assert dict(parse_qsl(sent.body.decode())) == {
        "Action": "Publish",
        "Version": "2010-03-31",
        "TopicArn": "arn:aws:sns:us-west-2:1:t",
        "Message": "paid & done",
    }


def test_a_queue_is_called_by_its_path_with_a_form_from_a_template(
    gateway: Gateway, integrate: Integrate
) -> None:
    api = integrate(
        f"sqs:path/{ACCOUNT}/{{queue}}",
        requestParameters={
            "integration.request.header.Content-Type": f"'{FORM}'",
            "integration.request.path.queue": "method.request.path.name",
        },
        requestTemplates={
            "application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"
        },
    )
    api.call("/payments", "POST", body='{"amount": 1}')

    (sent,) = gateway.engine.sent
    assert (sent.service, sent.path) == ("sqs", f"/{ACCOUNT}/payments")
    assert dict(parse_qsl(sent.body.decode())) == {
        "Action": "SendMessage",
        "MessageBody": '{"amount": 1}',
    }


def xml(text: str, status: int = 200) -> httpx.Response:
    return httpx.Response(status, text=text, headers={"Content-Type": "text/xml"})


SENT_MESSAGE = """<?xml version="1.0"?>
<SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
<SendMessageResult><MessageId>m-1</MessageId></SendMessageResult>
<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
</SendMessageResponse>"""


def test_a_query_services_answer_is_json(gateway: Gateway, integrate: Integrate) -> None:
    gateway.engine.answer = xml(SENT_MESSAGE)
    answer = integrate("sqs:action/SendMessage").call("/a", "POST", body={})

    assert answer.document == {
        "SendMessageResponse": {
            "SendMessageResult": {"MessageId": "m-1"},
            "ResponseMetadata": {"RequestId": "r-1"},
        }
    }
    assert answer.headers["content-type"] == "application/json"


def test_a_response_template_reads_it(gateway: Gateway, integrate: Integrate) -> None:
    gateway.engine.answer = xml(SENT_MESSAGE)
    path = "$.SendMessageResponse.SendMessageResult.MessageId"
    api = integrate("sqs:action/SendMessage", default_template=f"{{\"id\": $input.json('{path}')}}")

    assert api.call("/a", "POST", body={}).document == {"id": "m-1"}


def test_the_answer_stays_xml_where_the_mapping_accepts_that(
    gateway: Gateway, integrate: Integrate
) -> None:
    gateway.engine.answer = xml(SENT_MESSAGE)
    api = integrate(
        "sqs:action/SendMessage",
        requestParameters={"integration.request.header.Accept": "'application/xml'"},
    )

    assert api.call("/a", "POST", body={}).body.startswith(b"<?xml")


def test_received_messages_are_a_list(gateway: Gateway, integrate: Integrate) -> None:
    message = "<Message><Body>hi</Body></Message>"
    gateway.engine.answer = xml(
        f"<ReceiveMessageResponse><ReceiveMessageResult>{message}</ReceiveMessageResult>"
        "</ReceiveMessageResponse>"
    )
    answer = integrate("sqs:action/ReceiveMessage").call("/a", "POST", body={})

    result = answer.document["ReceiveMessageResponse"]["ReceiveMessageResult"]
    assert result == {"messages": [{"Body": "hi"}]}


def test_the_services_status_chooses_the_response(gateway: Gateway, integrate: Integrate) -> None:
    gateway.engine.answer = httpx.Response(
        400,
        json={"__type": "ResourceNotFoundException"},
        headers={"Content-Type": "application/x-amz-json-1.0"},
    )
    answer = integrate("dynamodb:action/GetItem").call("/a", "POST", body={})

    assert (answer.status, answer.document) == (400, {"__type": "ResourceNotFoundException"})
    assert answer.headers["content-type"] == "application/json"


def test_an_object_is_fetched_by_path(gateway: Gateway, integrate: Integrate) -> None:
    gateway.engine.answer = httpx.Response(200, content=b"hi", headers={"Content-Type": "text/a"})
    api = integrate(
        "s3:path/bucket/{key}",
        integrationHttpMethod="GET",
        requestParameters={"integration.request.path.key": "method.request.path.name"},
    )
    answer = api.call("/a%20b", "POST")

    (sent,) = gateway.engine.sent
    assert (sent.service, sent.method, sent.path) == ("s3", "GET", "/bucket/a%20b")
    assert answer.body == b"hi"


def test_a_role_is_asked_for_when_the_integration_is_made(integrate: Integrate) -> None:
    with pytest.raises(ClientError) as caught:
        integrate("sqs:action/SendMessage", credentials="")

    assert refusal(caught) == (
        "BadRequestException",
        "Role ARN must be specified for AWS integrations",
    )


def test_a_role_that_is_missing_fails_the_request(gateway: Gateway, integrate: Integrate) -> None:
    gateway.engine.roles.clear()
    answer = integrate("sqs:action/SendMessage").call("/a", "POST", body={})

    assert (answer.status, answer.document) == (500, {"message": "Internal server error"})
    assert gateway.engine.sent == []


def test_a_role_that_does_not_trust_the_gateway_fails_the_request(
    gateway: Gateway, integrate: Integrate
) -> None:
    gateway.engine.trusted_service = "lambda.amazonaws.com"
    answer = integrate("sqs:action/SendMessage").call("/a", "POST", body={})

    assert answer.status == 500
    assert gateway.engine.sent == []


def test_a_role_is_looked_up_once_for_many_requests(gateway: Gateway, integrate: Integrate) -> None:
    api = integrate("sqs:action/SendMessage")
    for _ in range(3):
        api.call("/a", "POST", body={})

    assert gateway.engine.asked.count(("iam.GetRole", ACCOUNT)) == 1


@pytest.mark.parametrize("api_uri", ["nosuchservice:action/Do", "s3:action/GetObject"])
def test_a_service_without_such_an_action_is_a_configuration_error(
    integrate: Integrate, api_uri: str
) -> None:
    answer = integrate(api_uri).call("/a", "POST", body={})

    assert (answer.status, answer.document) == (500, {"message": "Internal server error"})


def test_stage_variables_stand_in_the_uri(gateway: Gateway, integrate: Integrate) -> None:
    api = integrate("sqs:path/${stageVariables.queue}")
    api.deploy("v2", variables={"queue": "1/payments"})
    api.call("/a", "POST", stage="v2", body={})

    assert gateway.engine.sent[0].path == "/1/payments"
    assert gateway.engine.sent[0].region != REGION
