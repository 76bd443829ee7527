"""Functions and REST APIs of a test's own on the running stack, made as any client makes them."""

from __future__ import annotations

import contextlib
import io
import json
import textwrap
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, TypeVar

import boto3
import requests
from botocore.config import Config

from tests.worker_policy import WORKER_POLICY

Found = TypeVar("Found")

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def eventually(
    look: Callable[[], Found], until: Callable[[Found], object] = bool, *, seconds: float = 20.0
) -> Found:
    """The first answer of `look` that satisfies, asked again and again; fails when none comes."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if until(found):
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"still {found!r} after {seconds} s")
        time.sleep(0.05)


class ServesAws(Protocol):
    """Whatever a workshop can be set up on."""

    @property
    def endpoint_url(self) -> str:
        """The address of all its services."""
        ...


@dataclass(frozen=True)
class DeployedRestApi:
    """A REST API with a deployed stage, and how to change and call it."""

    workshop: RestApiWorkshop
    id: str
    session: requests.Session
    resources: dict[str, str]
    stage: str = "live"

    @property
    def url(self) -> str:
        """Its address in the path form, without a slash at the end."""
        return f"{self.workshop.stack.endpoint_url}/_aws/execute-api/{self.id}/{self.stage}"

    def call(self, method: str, path: str, **keywords: Any) -> requests.Response:
        """Send a request to a path below the stage."""
        return self.session.request(method, self.url + path, timeout=60, **keywords)

    def get(self, path: str, **keywords: Any) -> requests.Response:
        """GET a path below the stage."""
        return self.call("GET", path, **keywords)

    def post(self, path: str, **keywords: Any) -> requests.Response:
        """POST to a path below the stage."""
        return self.call("POST", path, **keywords)

    def resource(self, path: str) -> str:
        """The id of a resource, made with its parents when it is not there."""
        if path not in self.resources:
            parent, _, part = path.rpartition("/")
            made = self.workshop.gateway.create_resource(
                restApiId=self.id, parentId=self.resource(parent or "/"), pathPart=part
            )
            self.resources[path] = made["id"]
        return self.resources[path]

    def method(self, route: str, integration: Mapping[str, Any], **method: Any) -> None:
        """Add a method, `route` being like `GET /pets/{id}`; not live before `deploy`."""
        verb, _, path = route.partition(" ")
        place = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": verb}
        self.workshop.gateway.put_method(**{"authorizationType": "NONE", **place, **method})
        self.workshop.gateway.put_integration(**place, **integration)

    def deploy(self) -> str:
        """Deploy what is set up now to the stage, and return the deployment's id."""
        made = self.workshop.gateway.create_deployment(restApiId=self.id, stageName=self.stage)
        return str(made["id"])

    def change_stage(self, **values: str) -> None:
        """Replace values of the stage; `__` in a name stands for a slash of its path."""
        self.workshop.gateway.update_stage(
            restApiId=self.id,
            stageName=self.stage,
            patchOperations=[
                {"op": "replace", "path": "/" + name.replace("__", "/"), "value": value}
                for name, value in values.items()
            ],
        )


@dataclass
class RestApiWorkshop:
    """Makes functions and APIs in an account and a region, and removes them at the end."""

    stack: ServesAws
    account_id: str = "000000000000"
    region: str = "us-east-1"
    _undo: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _role: str = ""

    def client(self, service: str) -> Any:
        """A boto3 client of the workshop's account and region; nothing is tried twice."""
        session: Any = boto3.session.Session(
            aws_access_key_id=self.account_id,
            aws_secret_access_key="test",
            region_name=self.region,
        )
        config: Any = Config(retries={"total_max_attempts": 1}, read_timeout=90)
        return session.client(service, endpoint_url=self.stack.endpoint_url, config=config)

    def __post_init__(self) -> None:
        self.gateway = self.client("apigateway")
        self.functions = self.client("lambda")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._undo.close()

    @property
    def role(self) -> str:
        """The ARN of a role that Lambda may assume."""
        if not self._role:
            name = f"edge-{uuid.uuid4().hex[:12]}"
            made = self.client("iam").create_role(
                RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST)
            )
            self.client("iam").put_role_policy(
                RoleName=name, PolicyName="work", PolicyDocument=WORKER_POLICY
            )
            self._role = made["Role"]["Arn"]
        return self._role

    def function(self, code: str, **configuration: Any) -> str:
        """Create a function whose module `app` is this code and has a `handler`; its ARN."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as files:
            files.writestr("app.py", textwrap.dedent(code))
        name = configuration.pop("FunctionName", f"edge-{uuid.uuid4().hex[:12]}")
        made = self.functions.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Handler="app.handler",
            Role=configuration.pop("Role", None) or self.role,
            Code={"ZipFile": archive.getvalue()},
            **configuration,
        )
        self._undo.callback(self.functions.delete_function, FunctionName=name)
        return str(made["FunctionArn"])

    def permit_gateway(self, function_arn: str) -> None:
        """Let every REST API of the account call the function, authorizers too."""
        self.functions.add_permission(
            FunctionName=function_arn,
            StatementId="gateway",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{self.region}:{self.account_id}:*/*",
        )

    def proxy(self, function_arn: str, **integration: Any) -> dict[str, Any]:
        """An AWS_PROXY integration with a function, which gets the permission for it."""
        with contextlib.suppress(self.functions.exceptions.ResourceConflictException):
            self.permit_gateway(function_arn)
        return {
            "type": "AWS_PROXY",
            "integrationHttpMethod": "POST",
            "uri": f"arn:aws:apigateway:{self.region}:lambda:path/2015-03-31/functions/"
            f"{function_arn}/invocations",
            **integration,
        }

    def proxy_of(self, code: str, *, timeout: int = 30, **configuration: Any) -> dict[str, Any]:
        """An AWS_PROXY integration with a function of this code."""
        return self.proxy(self.function(code, Timeout=timeout, **configuration))

    def rest_api(self, routes: Mapping[str, Mapping[str, Any]], **api: Any) -> DeployedRestApi:
        """Create and deploy an API whose methods need nothing but their integrations."""
        made = self.gateway.create_rest_api(name=f"edge-{uuid.uuid4().hex[:12]}", **api)
        self._undo.callback(self.gateway.delete_rest_api, restApiId=made["id"])
        session = self._undo.enter_context(requests.Session())
        deployed = DeployedRestApi(self, made["id"], session, {"/": made["rootResourceId"]})
        for route, integration in routes.items():
            deployed.method(route, integration)
        if routes:
            deployed.deploy()
        return deployed

    def log_messages(self, function_arn: str) -> list[str]:
        """Everything in a function's log group so far, oldest first."""
        group = f"/aws/lambda/{function_arn.split(':')[6]}"
        logs = self.client("logs")
        try:
            found = logs.filter_log_events(logGroupName=group)
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in found["events"]]


def workshop_on(stack: ServesAws) -> Iterator[RestApiWorkshop]:
    """A workshop for one test or module; to be used by a fixture."""
    with RestApiWorkshop(stack) as workshop:
        yield workshop
