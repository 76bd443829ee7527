"""What Lambda and API Gateway may do by the roles that they are given.

As "Defining Lambda function permissions with an execution role" and "API Gateway permissions model
for invoking an API" of their developer guides say.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from tests.rest_api_workshop import RestApiWorkshop
from tests.running_edge import ACCOUNT, REGION, Recorder, RunningEdge, running_edge, until

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": ["lambda.amazonaws.com", "apigateway.amazonaws.com"]},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    with running_edge(tmp_path_factory.mktemp("iam")) as running:
        yield running


def allow(edge: RunningEdge, role: str, *actions: str) -> None:
    """Give a role these actions instead of what it had."""
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}],
    }
    edge.client("iam").put_role_policy(
        RoleName=role, PolicyName="own", PolicyDocument=json.dumps(document)
    )


def a_function(edge: RunningEdge, *actions: str, **changes: Any) -> tuple[str, Recorder]:
    """A function and its role, of the same name."""
    name = f"f-{uuid.uuid4().hex[:8]}"
    made = edge.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    if actions:
        allow(edge, name, *actions)
    return name, edge.recorder(name, Role=made["Role"]["Arn"], **changes)


def a_queue(edge: RunningEdge) -> tuple[str, str]:
    name = f"q-{uuid.uuid4().hex[:8]}"
    url = edge.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    return url, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def test_a_mapping_needs_a_role_that_may_receive(edge: RunningEdge) -> None:
    url, arn = a_queue(edge)
    name, recorder = a_function(edge)
    mapping = {"FunctionName": name, "EventSourceArn": arn}

    with pytest.raises(ClientError) as refused:
        edge.client("lambda").create_event_source_mapping(**mapping)

    assert refused.value.response["Error"] == {
        "Code": "InvalidParameterValueException",
        "Message": "The provided execution role does not have permissions to call ReceiveMessage "
        "on SQS",
    }
    allow(edge, name, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
    edge.client("lambda").create_event_source_mapping(**mapping)
    edge.client("sqs").send_message(QueueUrl=url, MessageBody="hello")
    assert recorder.wait()[0]["Records"][0]["body"] == "hello"


def test_a_function_whose_role_may_not_write_logs_has_none(edge: RunningEdge) -> None:
    name, _ = a_function(edge, "sqs:ListQueues")
    functions, logs = edge.client("lambda"), edge.client("logs")
    functions.invoke(FunctionName=name, Payload=b'"first"')

    allow(edge, name, "logs:*")
    functions.invoke(FunctionName=name, Payload=b'"second"')

    def starts() -> list[str]:
        try:
            found = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in found["events"] if "START" in event["message"]]

    assert len(until(starts)) == 1


def test_an_outcome_goes_only_where_the_role_may_send(edge: RunningEdge) -> None:
    url, arn = a_queue(edge)
    name, recorder = a_function(edge, "logs:*")
    functions = edge.client("lambda")
    functions.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": arn}}
    )

    functions.invoke(FunctionName=name, InvocationType="Event", Payload=b'"unsent"')
    recorder.wait()
    until(lambda: _denied(edge, name))
    allow(edge, name, "logs:*", "sqs:SendMessage")
    functions.invoke(FunctionName=name, InvocationType="Event", Payload=b'"sent"')

    received = edge.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]
    assert [json.loads(message["Body"])["requestPayload"] for message in received] == ["sent"]


def test_an_integration_calls_a_service_as_far_as_its_role_may(edge: RunningEdge) -> None:
    _, arn = a_queue(edge)
    name = f"api-{uuid.uuid4().hex[:8]}"
    role = edge.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]
    integration = {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "uri": f"arn:aws:apigateway:{REGION}:sqs:path/{ACCOUNT}/{arn.split(':')[5]}",
        "credentials": role["Arn"],
        "requestParameters": {
            "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"
        },
        "requestTemplates": {"application/json": "Action=SendMessage&MessageBody=hello"},
    }
    with RestApiWorkshop(edge) as workshop:
        api = workshop.rest_api({})
        api.method("POST /", integration)
        place = {"restApiId": api.id, "resourceId": api.resource("/"), "httpMethod": "POST"}
        for status in ("200", "403"):
            workshop.gateway.put_method_response(**place, statusCode=status)
            workshop.gateway.put_integration_response(
                **place,
                statusCode=status,
                **({"selectionPattern": status} if status == "403" else {}),
            )
        api.deploy()

        refused = api.post("/", json={})
        allow(edge, name, "sqs:SendMessage")
        accepted = api.post("/", json={})

    assert refused.status_code == 403
    assert f"assumed-role/{name}/BackplaneAssumeRoleSession is not authorized" in refused.text
    assert accepted.status_code == 200


def _denied(edge: RunningEdge, role: str) -> list[Any]:
    return list(reported(edge, role)["denied"])


def reported(edge: RunningEdge, role: str) -> Any:
    report = requests.get(f"{edge.endpoint_url}/_localtender/iam", timeout=10).json()
    (found,) = (item for item in report["principals"] if item["arn"].endswith(f"role/{role}"))
    return found


def test_the_report_has_what_was_used_granted_and_refused(edge: RunningEdge) -> None:
    code = """
import boto3
def handler(event, context):
    getattr(boto3.client(event["service"]), event["do"])(**event.get("with", {}))
"""
    name, _ = a_function(edge, "sns:ListTopics", "logs:*", code=code)
    functions = edge.client("lambda")
    for call in ({"service": "sns", "do": "list_topics"}, {"service": "kms", "do": "list_keys"}):
        functions.invoke(FunctionName=name, Payload=json.dumps(call))

    found = reported(edge, name)

    assert {"action": "SNS:ListTopics", "resource": "*", "count": 1} in found["used"]
    (denied,) = found["denied"]
    assert (denied["action"], denied["count"]) == ("kms:ListKeys", 1)
    assert denied["message"].startswith(f"User: arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{name}")
    (granted,) = found["granted"]
    assert granted["policy"] == "own"
    assert granted["used"] >= 1
    proposed = {
        action: statement["Resource"]
        for statement in found["proposal"]["Statement"]
        for action in statement["Action"]
    }
    assert proposed["sns:ListTopics"] == ["*"]
    assert proposed["logs:PutLogEvents"] == [
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{name}:*"
    ]


def test_what_is_only_recorded_passes_and_is_reported(tmp_path: Path) -> None:
    code = "import boto3\ndef handler(event, context):\n    boto3.client('sqs').list_queues()\n"
    with running_edge(tmp_path, "--iam", "record") as recording:
        name, _ = a_function(recording, "logs:*", code=code)
        answer = recording.client("lambda").invoke(FunctionName=name)

        assert "FunctionError" not in answer
        (denied,) = reported(recording, name)["denied"]
        assert denied["action"] == "sqs:ListQueues"
        requests.delete(f"{recording.endpoint_url}/_localtender/iam", timeout=10)
        assert reported(recording, name)["denied"] == []


def test_a_managed_policy_that_nobody_knows_is_named(tmp_path: Path) -> None:
    arn = "arn:aws:iam::aws:policy/NoSuchPolicyOfAws"
    with running_edge(tmp_path) as enforcing:
        name, recorder = a_function(enforcing)
        enforcing.client("iam").attach_role_policy(RoleName=name, PolicyArn=arn)
        enforcing.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        recorder.wait()

        assert reported(enforcing, name)["unknown_policies"] == [arn]
        assert f"The managed policy {arn} is not known" in (tmp_path / "edge.log").read_text()


def test_awss_own_policy_for_queues_lets_a_function_read_one(edge: RunningEdge) -> None:
    url, arn = a_queue(edge)
    name, recorder = a_function(edge)
    edge.client("iam").attach_role_policy(
        RoleName=name,
        PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    )
    edge.client("lambda").create_event_source_mapping(FunctionName=name, EventSourceArn=arn)
    edge.client("sqs").send_message(QueueUrl=url, MessageBody="read")

    (event,) = recorder.wait()

    assert event["Records"][0]["body"] == "read"
    assert reported(edge, name)["unknown_policies"] == []
    assert _denied(edge, name) == []
