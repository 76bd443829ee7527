"""Invocations that start inside the embedded engine reach our functions, one test a service."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.running_edge import ACCOUNT, REGION, Recorder, RunningEdge, running_edge, until

STATE_ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    directory: Path = tmp_path_factory.mktemp("edge")
    with running_edge(directory) as running:
        yield running


def allow(edge: RunningEdge, recorder: Recorder, principal: str, source_arn: str) -> None:
    edge.client("lambda").add_permission(
        FunctionName=recorder.arn,
        StatementId=principal.partition(".")[0],
        Action="lambda:InvokeFunction",
        Principal=principal,
        SourceArn=source_arn,
    )


def test_a_topic_reaches_a_subscribed_function(edge: RunningEdge) -> None:
    recorder = edge.recorder("by-sns")
    sns = edge.client("sns")
    topic = sns.create_topic(Name="outcomes")["TopicArn"]
    allow(edge, recorder, "sns.amazonaws.com", topic)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=recorder.arn)
    sns.publish(TopicArn=topic, Message="hello")
    record = recorder.wait()[0]["Records"][0]
    assert record["Sns"]["Message"] == "hello"
    assert recorder.calls()[0]["arn"] == recorder.arn


def test_a_topic_without_permission_reaches_nobody(edge: RunningEdge) -> None:
    forbidden, allowed = edge.recorder("sns-forbidden"), edge.recorder("sns-allowed")
    sns = edge.client("sns")
    topic = sns.create_topic(Name="private")["TopicArn"]
    for recorder in (forbidden, allowed):
        sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=recorder.arn)
    allow(edge, forbidden, "sns.amazonaws.com", topic.replace("private", "other"))
    allow(edge, allowed, "sns.amazonaws.com", topic)
    sns.publish(TopicArn=topic, Message="hello")
    allowed.wait()
    assert forbidden.events() == []


def test_a_topic_reaches_an_alias(edge: RunningEdge) -> None:
    recorder = edge.recorder("by-alias")
    functions = edge.client("lambda")
    functions.publish_version(FunctionName="by-alias")
    functions.create_alias(FunctionName="by-alias", Name="live", FunctionVersion="1")
    alias = Recorder(f"{recorder.arn}:live", recorder.path)
    sns = edge.client("sns")
    topic = sns.create_topic(Name="aliased")["TopicArn"]
    allow(edge, alias, "sns.amazonaws.com", topic)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=alias.arn)
    sns.publish(TopicArn=topic, Message="hello")
    alias.wait()
    assert alias.calls()[0]["arn"] == alias.arn


def test_an_event_rule_reaches_its_target(edge: RunningEdge) -> None:
    recorder = edge.recorder("by-rule")
    events = edge.client("events")
    rule = events.put_rule(Name="paid", EventPattern='{"source": ["app"]}')["RuleArn"]
    allow(edge, recorder, "events.amazonaws.com", rule)
    events.put_targets(Rule="paid", Targets=[{"Id": "1", "Arn": recorder.arn}])
    entry = {"Source": "app", "DetailType": "paid", "Detail": '{"amount": 1}'}
    events.put_events(Entries=[entry])
    assert recorder.wait()[0]["detail"] == {"amount": 1}


def test_a_bucket_notification_reaches_the_function(edge: RunningEdge) -> None:
    recorder = edge.recorder("by-s3")
    s3 = edge.client("s3")
    s3.create_bucket(Bucket="receipts")
    allow(edge, recorder, "s3.amazonaws.com", "arn:aws:s3:::receipts")
    s3.put_bucket_notification_configuration(
        Bucket="receipts",
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": recorder.arn, "Events": ["s3:ObjectCreated:*"]}
            ]
        },
    )
    s3.put_object(Bucket="receipts", Key="a.txt", Body=b"x")
    keys = [
        record["s3"]["object"]["key"]
        for event in recorder.wait()
        for record in event.get("Records", ())
    ]
    assert keys == ["a.txt"]


def run_machine(edge: RunningEdge, name: str, definition: dict[str, Any]) -> dict[str, Any]:
    states = edge.client("stepfunctions")
    machine = states.create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=STATE_ROLE
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine, input='{"n": 1}')["executionArn"]
    ended: dict[str, Any] = until(
        lambda: (
            (
                (found := states.describe_execution(executionArn=execution))["status"] != "RUNNING"
                and found
            )
            or None
        )
    )
    return ended


def test_a_state_machine_gets_the_functions_answer(edge: RunningEdge) -> None:
    recorder = edge.recorder("by-states", variables={"ANSWER": '{"done": true}'})
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": recorder.arn, "Payload.$": "$"},
        "OutputPath": "$.Payload",
        "End": True,
    }
    ended = run_machine(edge, "pay", {"StartAt": "T", "States": {"T": task}})
    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"done": True})
    assert recorder.events() == [{"n": 1}]


def test_a_state_machine_sees_the_functions_failure(edge: RunningEdge) -> None:
    recorder = edge.recorder("states-fail", variables={"ANSWER": "raise"})
    task = {"Type": "Task", "Resource": recorder.arn, "End": True}
    ended = run_machine(edge, "fail", {"StartAt": "T", "States": {"T": task}})
    assert ended["status"] == "FAILED"
    assert "told to" in ended["cause"]


def test_a_schedule_reaches_its_target(edge: RunningEdge) -> None:
    recorder = edge.recorder("by-scheduler")
    edge.client("scheduler").create_schedule(
        Name="soon",
        ScheduleExpression=f"at({datetime.now(UTC) + timedelta(seconds=1):%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": recorder.arn, "RoleArn": STATE_ROLE, "Input": '{"from": "scheduler"}'},
    )
    assert until(lambda: recorder.events() or None, seconds=30)[0] == {"from": "scheduler"}


def test_a_log_subscription_reaches_the_function(edge: RunningEdge) -> None:
    recorder = edge.recorder("by-logs")
    logs = edge.client("logs")
    logs.create_log_group(logGroupName="/app")
    logs.create_log_stream(logGroupName="/app", logStreamName="s")
    allow(
        edge,
        recorder,
        "logs.amazonaws.com",
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/app:*",
    )
    logs.put_subscription_filter(
        logGroupName="/app", filterName="all", filterPattern="", destinationArn=recorder.arn
    )
    logs.put_log_events(
        logGroupName="/app",
        logStreamName="s",
        logEvents=[{"timestamp": int(time.time() * 1000), "message": "hello"}],
    )
    assert "data" in recorder.wait()[0]["awslogs"]


def test_an_http_api_gets_the_functions_answer(edge: RunningEdge) -> None:
    answer = {"statusCode": 201, "body": "made", "headers": {"x-by": "function"}}
    recorder = edge.recorder("by-http-api", variables={"ANSWER": json.dumps(answer)})
    gateway = edge.client("apigatewayv2")
    api = gateway.create_api(Name="http", ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=recorder.arn,
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="GET /orders", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    allow(
        edge,
        recorder,
        "apigateway.amazonaws.com",
        f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/*/*",
    )
    response = requests.get(
        f"{edge.endpoint_url}/_aws/execute-api/{api}/$default/orders", timeout=20
    )
    assert (response.status_code, response.text) == (201, "made")
    assert recorder.events()[0]["rawPath"] == "/orders"


def test_a_user_pool_asks_before_it_makes_a_token(edge: RunningEdge) -> None:
    code = (
        "import json, os\n"
        "def handler(event, context):\n"
        "    with open(os.environ['EVENTS'], 'a') as file:\n"
        "        file.write(json.dumps({'event': event, 'arn': ''}) + '\\n')\n"
        "    event['response']['claimsOverrideDetails'] = "
        "{'claimsToAddOrOverride': {'tenant': 'blue'}}\n"
        "    return event\n"
    )
    recorder = edge.recorder("by-cognito", code=code)
    cognito = edge.client("cognito-idp")
    pool = cognito.create_user_pool(
        PoolName="p", LambdaConfig={"PreTokenGeneration": recorder.arn}
    )["UserPool"]["Id"]
    allow(
        edge,
        recorder,
        "cognito-idp.amazonaws.com",
        f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool}",
    )
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username="u", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(
        UserPoolId=pool, Username="u", Password="Passw0rd!x", Permanent=True
    )
    tokens = cognito.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "u", "PASSWORD": "Passw0rd!x"},
    )["AuthenticationResult"]
    payload = tokens["IdToken"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["tenant"] == "blue"
    assert recorder.events()[0]["triggerSource"].startswith("TokenGeneration")


def test_a_deleted_function_is_no_longer_called(edge: RunningEdge) -> None:
    recorder = edge.recorder("gone")
    edge.client("lambda").delete_function(FunctionName="gone")
    task = {"Type": "Task", "Resource": recorder.arn, "End": True}
    ended = run_machine(edge, "gone", {"StartAt": "T", "States": {"T": task}})
    assert ended["error"] == "Lambda.ResourceNotFoundException"
