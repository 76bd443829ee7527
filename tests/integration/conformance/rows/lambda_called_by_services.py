"""Services that call a function by themselves."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import awaited
from tests.integration.conformance.row import Area
from tests.integration.conformance.rows.lambda_asynchronous import RECORDER, recorded
from tests.user_pool import PASSWORD

AREA = Area("Lambda: called by other services")


def permit(lab: Laboratory, arn: str, service: str, source_arn: str) -> None:
    """Let a service's resource call the function."""
    lab.functions.add_permission(
        FunctionName=arn,
        StatementId=lab.name(),
        Action="lambda:InvokeFunction",
        Principal=f"{service}.amazonaws.com",
        SourceArn=source_arn,
    )


@AREA.row("SNS reaches a subscribed function", aws="hello", source=docs.SNS_SOURCE, waits=True)
def from_topic(lab: Laboratory) -> str:
    sns, arn = lab.client("sns"), lab.function(RECORDER)
    topic = sns.create_topic(Name=lab.name())["TopicArn"]
    permit(lab, arn, "sns", topic)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="hello")
    events = recorded(lab, arn)
    return str(events[0]["Records"][0]["Sns"]["Message"]) if events else "nothing"


@AREA.row(
    "SNS does not reach a function that did not permit it",
    aws="nothing",
    source=docs.SNS_SOURCE,
    waits=True,
)
def from_topic_unpermitted(lab: Laboratory) -> str:
    sns, arn = lab.client("sns"), lab.function(RECORDER)
    topic = sns.create_topic(Name=lab.name())["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="hello")
    return "a message" if recorded(lab, arn, seconds=3) else "nothing"


@AREA.row(
    "An EventBridge rule reaches the function", aws="paid", source=docs.EVENTBRIDGE, waits=True
)
def from_rule(lab: Laboratory) -> str:
    events, arn, name = lab.client("events"), lab.function(RECORDER), lab.name()
    rule = events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
    permit(lab, arn, "events", rule)
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}])
    events.put_events(Entries=[{"Source": name, "DetailType": "paid", "Detail": "{}"}])
    found = recorded(lab, arn)
    return str(found[0]["detail-type"]) if found else "nothing"


@AREA.row(
    "EventBridge Scheduler reaches the function", aws="now", source=docs.SCHEDULER, waits=True
)
def from_schedule(lab: Laboratory) -> str:
    arn = lab.function(RECORDER)
    lab.client("scheduler").create_schedule(
        Name=lab.name(),
        ScheduleExpression=f"at({datetime.now(UTC) + timedelta(seconds=1):%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": lab.role, "Input": '"now"'},
    )
    found = recorded(lab, arn, seconds=30)
    return str(found[0]) if found else "nothing"


@AREA.row("An S3 notification reaches the function", aws="a.txt", source=docs.S3_SOURCE, waits=True)
def from_bucket(lab: Laboratory) -> str:
    s3, arn, bucket = lab.client("s3"), lab.function(RECORDER), lab.name()
    s3.create_bucket(Bucket=bucket)
    permit(lab, arn, "s3", f"arn:aws:s3:::{bucket}")
    notify = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [notify]}
    )
    s3.put_object(Bucket=bucket, Key="a.txt", Body=b"x")

    def keys() -> list[str]:
        records = (r for event in recorded(lab, arn, 0) for r in event.get("Records", ()))
        return [record["s3"]["object"]["key"] for record in records]

    return ", ".join(awaited(keys)) or "nothing"


@AREA.row(
    "A Step Functions task gets the function's result",
    aws='SUCCEEDED {"done": true}',
    source=docs.STEP_FUNCTIONS,
    waits=True,
)
def from_state_machine(lab: Laboratory) -> str:
    states, arn = lab.client("stepfunctions"), lab.function(RECORDER)
    task = {"Type": "Task", "Resource": arn, "End": True}
    machine = states.create_state_machine(
        name=lab.name(),
        definition=json.dumps({"StartAt": "T", "States": {"T": task}}),
        roleArn=lab.role,
    )["stateMachineArn"]
    run = states.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    ended = awaited(
        lambda: states.describe_execution(executionArn=run),
        lambda told: told["status"] != "RUNNING",
    )
    output = ended.get("output")
    return f"{ended['status']} {json.dumps(json.loads(output)) if output else 'nothing'}"


@AREA.row(
    "A CloudWatch Logs subscription reaches the function",
    aws="awslogs",
    source=docs.LOGS_SUBSCRIPTIONS,
    waits=True,
)
def from_subscription(lab: Laboratory) -> str:
    logs, arn, group = lab.client("logs"), lab.function(RECORDER), lab.name()
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    permit(lab, arn, "logs", f"arn:aws:logs:{lab.region}:{lab.account_id}:log-group:{group}:*")
    logs.put_subscription_filter(
        logGroupName=group, filterName="all", filterPattern="", destinationArn=arn
    )
    event = {"timestamp": int(time.time() * 1000), "message": "hello"}
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[event])
    found = recorded(lab, arn)
    return ", ".join(found[0]) if found else "nothing"


@AREA.row(
    "An HTTP API answers what the function returns",
    aws="201 made",
    source=docs.HTTP_API_LAMBDA,
)
def behind_http_api(lab: Laboratory) -> str:
    apis = lab.client("apigatewayv2")
    arn = lab.function("def handler(e, c): return {'statusCode': 201, 'body': 'made'}")
    api = apis.create_api(Name=lab.name(), ProtocolType="HTTP")["ApiId"]
    lab.undo(lambda: apis.delete_api(ApiId=api))
    integration = apis.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=arn,
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    apis.create_route(ApiId=api, RouteKey="GET /a", Target=f"integrations/{integration}")
    apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    permit(lab, arn, "apigateway", f"arn:aws:execute-api:{lab.region}:{lab.account_id}:{api}/*/*")
    url = f"{lab.stack.endpoint_url}/_aws/execute-api/{api}/$default/a"
    answer = requests.get(url, timeout=40)
    return f"{answer.status_code} {answer.text}"


@AREA.row(
    "A Cognito pre token generation trigger adds a claim",
    aws="blue",
    source=docs.COGNITO_TRIGGERS,
)
def before_tokens(lab: Laboratory) -> str:
    code = """
        def handler(event, context):
            event["response"]["claimsOverrideDetails"] = {
                "claimsToAddOrOverride": {"tenant": "blue"}
            }
            return event
    """
    arn, cognito = lab.function(code), lab.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName=lab.name(), LambdaConfig={"PreTokenGeneration": arn})[
        "UserPool"
    ]
    permit(lab, arn, "cognito-idp", pool["Arn"])
    client = cognito.create_user_pool_client(
        UserPoolId=pool["Id"], ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool["Id"], Username="ada", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(
        UserPoolId=pool["Id"], Username="ada", Password=PASSWORD, Permanent=True
    )
    token = cognito.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]["IdToken"]
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(claims.get("tenant", "no such claim"))


ROTATOR = """
import boto3

def handler(event, context):
    print("EVENT " + '"' + event["Step"] + '"')
    secrets = boto3.client("secretsmanager")
    name, token = event["SecretId"], event["ClientRequestToken"]
    if event["Step"] == "createSecret":
        secrets.put_secret_value(
            SecretId=name,
            ClientRequestToken=token,
            SecretString="new",
            VersionStages=["AWSPENDING"],
        )
    if event["Step"] == "finishSecret":
        versions = secrets.describe_secret(SecretId=name)["VersionIdsToStages"]
        current = next(v for v, stages in versions.items() if "AWSCURRENT" in stages)
        secrets.update_secret_version_stage(
            SecretId=name,
            VersionStage="AWSCURRENT",
            MoveToVersionId=token,
            RemoveFromVersionId=current,
        )
"""


@AREA.row(
    "RotateSecret calls the function for its four steps, and the secret is new",
    aws="createSecret, setSecret, testSecret, finishSecret: new",
    source=docs.ROTATION,
    waits=True,
)
def rotation(lab: Laboratory) -> str:
    secrets = lab.client("secretsmanager")
    arn = lab.function(ROTATOR, Timeout=30, MemorySize=256)
    lab.functions.add_permission(
        FunctionName=arn,
        StatementId="rotation",
        Action="lambda:InvokeFunction",
        Principal="secretsmanager.amazonaws.com",
    )
    secret = secrets.create_secret(Name=lab.name(), SecretString="old")["ARN"]
    secrets.rotate_secret(
        SecretId=secret,
        RotationLambdaARN=arn,
        RotationRules={"AutomaticallyAfterDays": 30},
    )

    def value() -> str:
        return str(secrets.get_secret_value(SecretId=secret)["SecretString"])

    rotated = awaited(value, lambda told: told == "new")
    steps: list[Any] = list(dict.fromkeys(recorded(lab, arn, 4)))
    return f"{', '.join(steps) or 'no step'}: {rotated}"
