"""A gateway in process: boto3 for its control plane, plain requests for its data plane."""

from __future__ import annotations

import asyncio
import io
import json
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from joserfc.jwk import RSAKey

from localtender.edge.gateway.service import GatewayService
from localtender.edge.invocation import Invocation, InvocationResult
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
from localtender.engines.client import EngineCallError

ACCOUNT = "111122223333"
REGION = "eu-west-1"
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:payments"
POOL_ID = f"{REGION}_pool1"
POOL_ARN = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{POOL_ID}"
ISSUER = f"https://cognito-idp.{REGION}.amazonaws.com/{POOL_ID}"

Result = TypeVar("Result")
Handler = Callable[[Any], Any]


def integration_uri(function_arn: str = FUNCTION_ARN) -> str:
    return (
        f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function_arn}/invocations"
    )


@dataclass
class FakeFunctions:
    """Lambda as the gateway sees it; a handler gets the event and returns what is the payload."""

    handlers: dict[str, Handler] = field(default_factory=dict)
    invocations: list[Invocation] = field(default_factory=list)
    permits_everything: bool = True
    asked: list[Mapping[str, str]] = field(default_factory=list)
    delay_seconds: float = 0
    finished: list[str] = field(default_factory=list)

    running: set[asyncio.Task[InvocationResult]] = field(default_factory=set)

    async def invoke(self, invocation: Invocation) -> InvocationResult:
        task = asyncio.ensure_future(self._run(invocation))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        return await asyncio.shield(task)

    async def _run(self, invocation: Invocation) -> InvocationResult:
        self.invocations.append(invocation)
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        handler = self.handlers.get(invocation.function_arn)
        if handler is None:
            raise ServiceError("ResourceNotFoundException", "Function not found", 404)
        answer = handler(json.loads(invocation.payload))
        self.finished.append(invocation.function_arn)
        failed = isinstance(answer, FunctionFailure)
        payload = answer.payload if failed else json.dumps(answer).encode()
        error = "Unhandled" if failed else None
        return InvocationResult(payload, error, "$LATEST", str(uuid.uuid4()))

    def permits(
        self, function_arn: str, *, principal: str, source_arn: str, source_account: str
    ) -> bool:
        self.asked.append(
            {"function": function_arn, "principal": principal, "source_arn": source_arn}
        )
        return self.permits_everything

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(invocation.payload) for invocation in self.invocations]


@dataclass(frozen=True)
class FunctionFailure:
    """What a handler returns to fail as a function does."""

    message: str

    @property
    def payload(self) -> bytes:
        return json.dumps({"errorMessage": self.message, "errorType": "Exception"}).encode()


@dataclass(frozen=True)
class SentRequest:
    """A request to a service as the engine got it."""

    service: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    account_id: str
    region: str


@dataclass
class FakeEngine:
    """The rest of AWS: a user pool's keys, IAM roles and other calls, and requests to services.

    `calls` maps `service.Operation` to what it answers; `answer` is every service's own.
    """

    keys: list[RSAKey] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)
    fetched: int = 0
    trusted_service: str = "apigateway.amazonaws.com"
    calls: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    sent: list[SentRequest] = field(default_factory=list)
    answer: httpx.Response = field(default_factory=lambda: httpx.Response(200, json={}))

    async def get(self, path: str, *, account_id: str, region: str) -> tuple[int, bytes]:
        self.fetched += 1
        if path != f"/{POOL_ID}/.well-known/jwks.json":
            return 404, b"{}"
        return 200, json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()

    async def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str,
        region: str,
    ) -> dict[str, Any]:
        self.asked.append((f"{service}.{operation}", account_id))
        if f"{service}.{operation}" in self.calls:
            return self.calls[f"{service}.{operation}"](parameters)
        if operation == "GetRole" and parameters["RoleName"] in self.roles:
            statement = {
                "Effect": "Allow",
                "Principal": {"Service": self.trusted_service},
                "Action": "sts:AssumeRole",
            }
            document = {"Version": "2012-10-17", "Statement": [statement]}
            name = parameters["RoleName"]
            return {"Role": {"RoleName": name, "AssumeRolePolicyDocument": document}}
        raise EngineCallError(service, operation, "NoSuchEntity", "no such role", 404)

    async def send(
        self,
        service: str,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        account_id: str,
        region: str,
    ) -> httpx.Response:
        request = SentRequest(
            service, method, path, tuple(query), dict(headers or {}), body, account_id, region
        )
        self.sent.append(request)
        return self.answer


@dataclass
class FakeLogs:
    lines: list[tuple[str, str]] = field(default_factory=list)

    def deliver(
        self,
        account_id: str,
        region: str,
        log_group: str,
        log_stream: str,
        message: str,
        timestamp_ms: int | None = None,
    ) -> None:
        self.lines.append((log_group, message))


@dataclass
class Clock:
    """Seconds that pass only when told to."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Gateway:
    """The service with its fakes, and both ways of talking to it."""

    service: GatewayService
    client: Any
    functions: FakeFunctions
    engine: FakeEngine
    logs: FakeLogs
    clock: Clock
    runner: asyncio.Runner

    def run(self, awaitable: Awaitable[Result]) -> Result:
        async def wait() -> Result:
            return await awaitable

        return self.runner.run(wait())

    def call(
        self,
        api_id: str,
        path: str = "/",
        method: str = "GET",
        *,
        stage: str = "dev",
        headers: Mapping[str, str] | tuple[tuple[str, str], ...] = (),
        body: bytes | str | Mapping[str, Any] = b"",
        source_ip: str = "203.0.113.7",
    ) -> Answer:
        raw_path, _, query = path.partition("?")
        pairs = tuple(headers.items()) if isinstance(headers, Mapping) else headers
        if isinstance(body, Mapping):
            body = json.dumps(body)
        request = HttpRequest(
            method=method,
            raw_path=f"/_aws/execute-api/{api_id}/{stage}{raw_path}",
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            headers=pairs,
            body=body.encode() if isinstance(body, str) else body,
            source_ip=source_ip,
            http_version="1.1",
            scheme="http",
            request_id=str(uuid.uuid4()),
            raw_query=query,
        )
        response = self.run(
            self.service.execute(
                request,
                api_id=api_id,
                stage=stage,
                path=raw_path,
            )
        )
        return Answer(response, request)

    def rest_api(self, **parameters: Any) -> Api:
        created = self.client.create_rest_api(name="payments", **parameters)
        return Api(self, created["id"], created["rootResourceId"])


@dataclass(frozen=True)
class Answer:
    """A response, easier to look at."""

    response: HttpResponse
    request: HttpRequest

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def body(self) -> bytes:
        return self.response.body

    @property
    def document(self) -> Any:
        return json.loads(self.response.body)

    @property
    def headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.response.headers}

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.response.headers if key.lower() == name]


@dataclass
class Api:
    """A REST API under construction."""

    gateway: Gateway
    id: str
    root_id: str

    def resource(self, path: str) -> str:
        """The id of the resource at a path, made with what is missing above it."""
        client = self.gateway.client
        known = {
            item["path"]: item["id"]
            for item in client.get_resources(restApiId=self.id, limit=500)["items"]
        }
        parent = self.root_id
        sofar = ""
        for part in (part for part in path.split("/") if part):
            sofar = f"{sofar}/{part}"
            if sofar not in known:
                known[sofar] = client.create_resource(
                    restApiId=self.id, parentId=parent, pathPart=part
                )["id"]
            parent = known[sofar]
        return parent

    def method(
        self,
        path: str = "/",
        verb: str = "GET",
        *,
        function_arn: str = FUNCTION_ARN,
        timeout: int = 29_000,
        **parameters: Any,
    ) -> str:
        """A method with a Lambda proxy behind it; returns its resource's id."""
        resource_id = self.resource(path)
        parameters.setdefault("authorizationType", "NONE")
        self.gateway.client.put_method(
            restApiId=self.id, resourceId=resource_id, httpMethod=verb, **parameters
        )
        self.gateway.client.put_integration(
            restApiId=self.id,
            resourceId=resource_id,
            httpMethod=verb,
            type="AWS_PROXY",
            integrationHttpMethod="POST",
            uri=integration_uri(function_arn),
            timeoutInMillis=timeout,
        )
        return resource_id

    def deploy(self, stage: str = "dev", **parameters: Any) -> str:
        deployment: str = self.gateway.client.create_deployment(
            restApiId=self.id, stageName=stage, **parameters
        )["id"]
        return deployment

    def call(self, path: str = "/", method: str = "GET", **options: Any) -> Answer:
        return self.gateway.call(self.id, path, method, **options)


def refusal(caught: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    """The code and the message of an AWS error."""
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def shape(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what is only about its transport."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def patch(op: str, path: str, value: str | None = None) -> dict[str, str]:
    """One patch operation."""
    operation = {"op": op, "path": path}
    return operation if value is None else {**operation, "value": value}


def sender(gateway: Gateway) -> Callable[..., AWSResponse]:
    def send(request: Any, **_: Any) -> AWSResponse:
        url = urlsplit(request.url)
        body = request.body or b""
        response = gateway.run(
            gateway.service.control(
                HttpRequest(
                    method=request.method,
                    raw_path=url.path,
                    query=tuple(parse_qsl(url.query, keep_blank_values=True)),
                    headers=tuple((name, _text(value)) for name, value in request.headers.items()),
                    body=body.encode() if isinstance(body, str) else body,
                    source_ip="127.0.0.1",
                    http_version="1.1",
                    scheme="http",
                    request_id=str(uuid.uuid4()),
                ),
                Caller(ACCOUNT, REGION, ACCOUNT),
            )
        )
        return _WireResponse(request.url, response)

    return send


class _WireResponse(AWSResponse):
    """A response that was never on a wire."""

    def __init__(self, url: str, response: HttpResponse) -> None:
        headers = HTTPHeaders.from_pairs(response.headers)
        super().__init__(url, response.status, headers, io.BytesIO(response.body))
        self._content = response.body


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
