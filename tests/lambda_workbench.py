"""A Lambda service to try in a test: a pretended engine around it, botocore's forms in front."""

from __future__ import annotations

import asyncio
import base64
import fcntl
import io
import json
import uuid
import zipfile
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from botocore.awsrequest import AWSRequest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from requests.structures import CaseInsensitiveDict

from localtender.edge.functions.interpreters import find_interpreter
from localtender.edge.functions.observer import FunctionObserver
from localtender.edge.functions.service import FunctionsService, FunctionsSettings
from localtender.edge.protocol.messages import Caller, HttpRequest
from localtender.edge.protocol.models import ServiceModels
from localtender.engines.client import EngineCallError
from localtender.harness.function_runtime import (
    install_function_runtime,
    runtimes_directory,
)

ACCOUNT, REGION = "123456789012", "us-east-1"
CALLER = Caller(ACCOUNT, REGION)
MODELS = ServiceModels()
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/worker"
RUNTIME = "python3.12"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
_CACHE = Path(__file__).resolve().parent.parent / ".localtender" / "cache"


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def zip_of(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def an_invokable_runtime() -> dict[str, Path]:
    """The function runtime that `make up` installs too; the first test that needs it does."""
    if find_interpreter(RUNTIME) is None:
        pytest.skip(f"needs an interpreter for {RUNTIME}")
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / "runtimes.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_function_runtime(_CACHE, RUNTIME.removeprefix("python"))
    return {RUNTIME: runtimes_directory(_CACHE) / RUNTIME}


@dataclass
class PretendedEngine:
    """Answers what Lambda asks of the rest of AWS, and remembers every call."""

    roles: set[str] = field(default_factory=lambda: {"worker"})
    trust: Mapping[str, Any] = field(default_factory=lambda: dict(TRUST))
    messages: deque[dict[str, Any]] = field(default_factory=deque)
    visibility_timeout: int = 30
    subnets: dict[str, str] = field(default_factory=dict)
    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str,
        region: str,
    ) -> dict[str, Any]:
        name = f"{service}.{operation}"
        if name != "sqs.ReceiveMessage":
            self.calls.append((name, {**parameters, "account": account_id, "region": region}))
        match name:
            case "iam.GetRole":
                if parameters["RoleName"] not in self.roles:
                    raise EngineCallError(service, operation, "NoSuchEntity", "no role", 404)
                return {"Role": {"AssumeRolePolicyDocument": self.trust}}
            case "ec2.DescribeSubnets":
                return {"Subnets": [{"VpcId": self._vpc(one)} for one in parameters["SubnetIds"]]}
            case "sts.AssumeRole":
                return {
                    "Credentials": {
                        "AccessKeyId": "ASIAROLE",
                        "SecretAccessKey": "secret",
                        "SessionToken": "token",
                        "Expiration": datetime.now(UTC) + timedelta(hours=1),
                    }
                }
            case "sqs.GetQueueUrl":
                return {"QueueUrl": f"http://queues/{parameters['QueueName']}"}
            case "sqs.GetQueueAttributes":
                return {"Attributes": {"VisibilityTimeout": str(self.visibility_timeout)}}
            case "sqs.ReceiveMessage":
                return await self._receive(parameters["MaxNumberOfMessages"])
            case "s3.GetObject":
                return {"Body": self.objects[parameters["Bucket"], parameters["Key"]]}
            case _:
                return {}

    def _vpc(self, subnet: str) -> str:
        if subnet not in self.subnets:
            message = f"The subnet ID '{subnet}' does not exist"
            raise EngineCallError(
                "ec2", "DescribeSubnets", "InvalidSubnetID.NotFound", message, 400
            )
        return self.subnets[subnet]

    async def _receive(self, limit: int) -> dict[str, Any]:
        while not self.messages:
            await asyncio.sleep(0.005)
        return {
            "Messages": [self.messages.popleft() for _ in range(min(limit, len(self.messages)))]
        }

    def made(self, name: str) -> list[dict[str, Any]]:
        return [parameters for called, parameters in self.calls if called == name]

    def enqueue(self, *bodies: str) -> None:
        for body in bodies:
            identifier = f"id-{body}"
            self.messages.append(
                {
                    "MessageId": identifier,
                    "ReceiptHandle": f"receipt-{body}",
                    "Body": body,
                    "MD5OfBody": "0" * 32,
                    "Attributes": {"ApproximateReceiveCount": "1"},
                    "MessageAttributes": {
                        "kind": {"DataType": "String", "StringValue": "test"},
                        "raw": {"DataType": "Binary", "BinaryValue": b"\x00\x01"},
                    },
                }
            )


@dataclass
class CollectedLogs:
    """Takes log events as LogDelivery does."""

    events: list[tuple[str, str, str]] = field(default_factory=list)

    def deliver(
        self,
        account_id: str,
        region: str,
        log_group: str,
        log_stream: str,
        message: str,
        timestamp_ms: int | None = None,
    ) -> None:
        self.events.append((log_group, log_stream, message))

    @property
    def messages(self) -> list[str]:
        return [message for _, _, message in self.events]


@dataclass
class LambdaWorkbench:
    """The service and what stands around it."""

    service: FunctionsService
    engine: PretendedEngine
    logs: CollectedLogs

    async def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call an operation as boto3 would; an error is in the answer's `Error`."""
        return await self.call_as(CALLER, operation, **parameters)

    async def call_as(self, caller: Caller, operation: str, **parameters: Any) -> dict[str, Any]:
        """As `call`, signed by somebody else."""
        model = MODELS.get("lambda")
        operation_model: Any = model.operation_model(operation)
        serialized = create_serializer("rest-json", include_validation=False).serialize_to_request(
            parameters, operation_model
        )
        prepared = AWSRequest(
            method=serialized["method"],
            url="http://127.0.0.1" + serialized["url_path"],
            headers=serialized["headers"],
            data=serialized["body"],
        ).prepare()
        body: Any = prepared.body or b""
        raw_path, _, fixed_query = prepared.url.removeprefix("http://127.0.0.1").partition("?")
        query = urlencode(serialized["query_string"], doseq=True)
        request = HttpRequest(
            method=prepared.method,
            raw_path=raw_path,
            query=tuple(parse_qsl(f"{fixed_query}&{query}")),
            headers=tuple((key, value) for key, value in prepared.headers.items()),
            body=body if isinstance(body, bytes) else body.encode(),
            source_ip="127.0.0.1",
            http_version="1.1",
            scheme="http",
            request_id=str(uuid.uuid4()),
        )
        response = await self.service.control(request, caller)
        parsed: dict[str, Any] = create_parser("rest-json").parse(
            {
                "status_code": response.status,
                "headers": CaseInsensitiveDict(response.headers),
                "body": response.body,
            },
            operation_model.output_shape,
        )
        return parsed

    async def create(self, name: str = "worker", code: str = "", **changes: Any) -> dict[str, Any]:
        """Create a function whose `app.handler` stands in this code."""
        parameters: dict[str, Any] = {
            "FunctionName": name,
            "Runtime": RUNTIME,
            "Handler": "app.handler",
            "Role": ROLE,
            "Code": {"ZipFile": zip_of({"app.py": code or "def handler(e, c): return e"})},
        }
        return await self.call("CreateFunction", **{**parameters, **changes})

    async def invoke(self, name: str = "worker", event: Any = None, **more: Any) -> Invoked:
        """Invoke a function and read its answer."""
        answer = await self.call(
            "Invoke", FunctionName=name, Payload=json.dumps(event).encode(), **more
        )
        if "Error" in answer:
            raise AssertionError(f"Invoke was refused: {answer}")
        text = answer["Payload"]
        return Invoked(
            payload=json.loads(text) if text else None,
            function_error=answer.get("FunctionError"),
            version=answer["ExecutedVersion"],
            log_tail=base64.b64decode(answer.get("LogResult") or "").decode(),
            request_id=answer["ResponseMetadata"]["RequestId"],
        )


@dataclass(frozen=True)
class Invoked:
    """A function's answer."""

    payload: Any
    function_error: str | None
    version: str
    log_tail: str
    request_id: str


@asynccontextmanager
async def lambda_workbench(
    directory: Path, *, observer: FunctionObserver | None = None, **settings: Any
) -> AsyncIterator[LambdaWorkbench]:
    """A running service, stopped at the end."""
    engine, logs = PretendedEngine(), CollectedLogs()
    chosen = replace(
        FunctionsSettings(
            state_directory=directory,
            runtime_directories={},
            interpreters={},
            retry_delays_seconds=(0.0, 0.0),
            queue_wait_seconds=1,
        ),
        **settings,
    )
    service = FunctionsService(
        engine=engine,
        logs=logs,  # type: ignore[arg-type]
        endpoint_url="http://127.0.0.1:4566",
        settings=chosen,
        models=MODELS,
        observer=observer,
    )
    await service.start()
    try:
        yield LambdaWorkbench(service, engine, logs)
    finally:
        await service.stop()
