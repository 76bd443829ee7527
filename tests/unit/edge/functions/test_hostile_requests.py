"""Requests that no client would send: each is answered with an error of AWS's kind, never a 500."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localtender.edge.protocol.messages import HttpRequest
from tests.lambda_workbench import (
    ACCOUNT,
    CALLER,
    MODELS,
    ROLE,
    RUNTIME,
    LambdaWorkbench,
    function_arn,
    lambda_workbench,
)

MODEL = MODELS.get("lambda")
NAMES = [
    "worker",
    "worker:1",
    "worker:live",
    "nobody",
    function_arn("worker"),
    function_arn("worker:$LATEST"),
    f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:shared:1",
    f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue",
    f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t/stream/s",
    "arn:aws:lambda:::",
    "arn:",
    ROLE,
    RUNTIME,
    "$LATEST",
    "1",
    "-1",
    "",
    "x" * 300,
]
TEXT = st.one_of(st.sampled_from(NAMES), st.text(max_size=20))
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False), TEXT
)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)


def likely(shape: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a shape's JSON form, good ones and bad ones, and now and then any JSON at all."""
    match shape.type_name:
        case "structure" if depth < 3:
            optional = {name: likely(member, depth + 1) for name, member in shape.members.items()}
            fitting: st.SearchStrategy[Any] = st.fixed_dictionaries({}, optional=optional)
        case "list" if depth < 3:
            fitting = st.lists(likely(shape.member, depth + 1), max_size=3)
        case "map" if depth < 3:
            fitting = st.dictionaries(TEXT, likely(shape.value, depth + 1), max_size=3)
        case "integer" | "long":
            fitting = st.integers(-3, 11_000)
        case "boolean":
            fitting = st.booleans()
        case "string":
            fitting = st.one_of(st.sampled_from(getattr(shape, "enum", None) or NAMES), TEXT)
        case _:
            fitting = JSON
    return st.one_of(fitting, fitting, fitting, JSON)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, HttpRequest]:
    """A request of any operation of the API, with the operation's name."""
    name = draw(st.sampled_from(MODEL.operation_names))
    operation: Any = MODEL.operation_model(name)
    path, _, fixed = operation.http["requestUri"].partition("?")
    members = operation.input_shape.members if operation.input_shape is not None else {}
    query, body = dict.fromkeys(filter(None, [fixed]), ""), {}
    for member, shape in members.items():
        wire = shape.serialization.get("name", member)
        match shape.serialization.get("location"):
            case "uri":
                text = quote(draw(st.one_of(TEXT, st.integers(-2, 3).map(str))) or "x", safe="")
                path = path.replace(f"{{{wire}}}", text)
            case "querystring":
                if draw(st.booleans()):
                    query[wire] = draw(st.one_of(TEXT, st.integers(-2, 60).map(str)))
            case None:
                if draw(st.booleans()):
                    body[wire] = draw(likely(shape))
    raw = draw(
        st.one_of(
            st.just(json.dumps(body).encode()),
            st.just(json.dumps(body).encode()),
            st.just(json.dumps(body).encode()),
            JSON.map(lambda value: json.dumps(value).encode()),
            st.binary(max_size=20),
        )
    )
    request = HttpRequest(
        method=operation.http["method"],
        raw_path=path,
        query=tuple(query.items()),
        headers=(("Content-Type", "application/json"),),
        body=raw,
        source_ip="127.0.0.1",
        http_version="1.1",
        scheme="http",
        request_id=str(uuid.uuid4()),
        raw_query=urlencode(query),
    )
    return name, request


@contextmanager
def peopled_bench(directory: Path) -> Iterator[tuple[asyncio.Runner, LambdaWorkbench]]:
    """A service that has a function with a version and an alias, and a layer."""
    with asyncio.Runner() as runner:
        context = lambda_workbench(directory)
        bench = runner.run(context.__aenter__())
        try:
            runner.run(bench.create(Publish=True))
            alias = {"Name": "live", "FunctionVersion": "1"}
            runner.run(bench.call("CreateAlias", FunctionName="worker", **alias))
            yield runner, bench
        finally:
            runner.run(context.__aexit__(None, None, None))


def test_no_request_makes_the_service_fail(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with peopled_bench(tmp_path) as (runner, bench):

        @settings(
            max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None
        )
        @given(requests())
        def answered(named: tuple[str, HttpRequest]) -> None:
            name, request = named
            caplog.clear()
            response = runner.run(bench.service.control(request, CALLER))
            if response.status == 501:
                assert name.encode() in response.body
                return
            # 502 is an invocation that finds no runtime here.
            assert response.status != 500, (name, request, caplog.text)

        answered()


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("CreateFunction", b'{"Timeout": Infinity}'),
        ("CreateFunction", b"[" * 100_000),
        ("CreateFunction", b"\xff\xfe"),
        ("CreateEventSourceMapping", b'{"StartingPositionTimestamp": 1e300}'),
    ],
)
def test_a_body_that_cannot_be_read_is_a_serialization_error(
    tmp_path: Path, operation: str, body: bytes
) -> None:
    model: Any = MODEL.operation_model(operation)
    request = HttpRequest(
        method=model.http["method"],
        raw_path=model.http["requestUri"],
        query=(),
        headers=(),
        body=body,
        source_ip="127.0.0.1",
        http_version="1.1",
        scheme="http",
        request_id=str(uuid.uuid4()),
    )
    with peopled_bench(tmp_path) as (runner, bench):
        response = runner.run(bench.service.control(request, CALLER))
    assert response.status == 400
    assert dict(response.headers)["x-amzn-ErrorType"] == "SerializationException"
