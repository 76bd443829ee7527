"""A small function behind a REST API, made the same way on any emulator."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import dataclass
from typing import Any

from localtender.harness.bench.emulators import Emulator
from localtender.harness.errors import BenchError
from localtender.harness.function_runtime import function_python

ROLE_NAME = "bench-function"
_ACTIVE_SECONDS = 30.0
_LOGGING = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
_TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "lambda.amazonaws.com"}}]}'
)
# Both answer what the path names, so that an answer shows which request it belongs to.
SILENT = """
def handler(event, context):
    return {"statusCode": 200, "body": event["pathParameters"]["number"]}
"""
PRINTING = """
def handler(event, context):
    print("number", event["pathParameters"]["number"])
    return {"statusCode": 200, "body": event["pathParameters"]["number"]}
"""


@dataclass(frozen=True)
class SampleApi:
    """A deployed API whose only resource is `/numbers/{number}`."""

    api_id: str
    stage: str

    def path(self, number: int) -> str:
        """Where an emulator serves a number."""
        return f"/restapis/{self.api_id}/{self.stage}/_user_request_/numbers/{number}"


def deploy(emulator: Emulator, name: str, code: str) -> SampleApi:
    """Make a function of this code and an API in front of it, and deploy that."""
    function_arn = make_function(emulator, name, code)
    gateway = emulator.client("apigateway")
    api: str = gateway.create_rest_api(name=name)["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    numbers = gateway.create_resource(restApiId=api, parentId=root, pathPart="numbers")["id"]
    number = gateway.create_resource(restApiId=api, parentId=numbers, pathPart="{number}")["id"]
    method = {"restApiId": api, "resourceId": number, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(
        **method,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=integration_uri(emulator.region, function_arn),
    )
    stage = "bench"
    gateway.create_deployment(restApiId=api, stageName=stage)
    return SampleApi(api, stage)


def make_function(emulator: Emulator, name: str, code: str) -> str:
    """Make a function that API Gateway may call, and return its ARN when it is active."""
    functions = emulator.client("lambda")
    made = functions.create_function(
        FunctionName=name,
        Runtime=f"python{function_python()}",
        Handler="app.handler",
        Role=_role_arn(emulator),
        Code={"ZipFile": function_archive(code)},
        Timeout=30,
    )
    functions.add_permission(
        FunctionName=name,
        StatementId="api-gateway",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    limit = time.monotonic() + _ACTIVE_SECONDS
    while functions.get_function_configuration(FunctionName=name)["State"] != "Active":
        if time.monotonic() > limit:
            raise BenchError(f"The function {name} of the {emulator.name} did not become active.")
        time.sleep(0.05)
    arn: str = made["FunctionArn"]
    return arn


def function_archive(code: str) -> bytes:
    """The deployment package of a function whose handler is `app.handler`."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("app.py", code)
    return archive.getvalue()


def integration_uri(region: str, function_arn: str) -> str:
    """The URI by which an integration names a function."""
    return (
        f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function_arn}/invocations"
    )


def _role_arn(emulator: Emulator) -> str:
    iam: Any = emulator.client("iam")
    try:
        made = iam.create_role(RoleName=ROLE_NAME, AssumeRolePolicyDocument=_TRUST)
        # Without it the function would write no logs, which costs less than it does on AWS.
        iam.attach_role_policy(RoleName=ROLE_NAME, PolicyArn=_LOGGING)
    except iam.exceptions.EntityAlreadyExistsException:
        made = iam.get_role(RoleName=ROLE_NAME)
    arn: str = made["Role"]["Arn"]
    return arn
