from __future__ import annotations

import asyncio
from typing import Any

from localtender.edge.protocol.credential_scope import credential_scope
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.protocol.service_calls import ServiceCalls
from localtender.edge.routes import route_request
from localtender.edge.stages import Arrival, Onward, in_order
from localtender.engines.port import Message, Send

_CALLS = ServiceCalls(ServiceModels())


def an_arrival(
    path: str = "/", *, target: str = "", signed_for: str | None = None, body: bytes = b""
) -> Arrival:
    headers = [(b"host", b"127.0.0.1:4566")]
    if target:
        headers.append((b"x-amz-target", target.encode()))
    authorization = None
    if signed_for:
        authorization = f"Credential=test/20260102/us-east-1/{signed_for}/aws4_request".encode()
        headers.append((b"authorization", authorization))
    identity = credential_scope(authorization, b"", "us-east-1")
    scope: dict[str, Any] = {
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "headers": headers,
    }

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    route = route_request(path, "127.0.0.1:4566", identity.service)
    return Arrival(scope, gone, body, identity, route, "r-1", _CALLS)


class Noting:
    def __init__(self, name: str, log: list[str], *, answers: bool = False) -> None:
        self.name, self.log, self.answers = name, log, answers

    async def serve(self, arrival: Arrival, send: Send, onward: Onward) -> None:
        self.log.append(f"{self.name} in")
        if not self.answers:
            await onward(arrival, send)
        self.log.append(f"{self.name} out")


def passed_through(*, first_answers: bool) -> list[str]:
    log: list[str] = []

    async def service(arrival: Arrival, send: Send) -> None:
        log.append("service")

    async def send(message: Message) -> None:
        log.append("sent")

    onward = in_order([Noting("a", log, answers=first_answers), Noting("b", log)], service)

    async def pass_through() -> None:
        await onward(an_arrival(), send)

    asyncio.run(pass_through())
    return log


def test_a_request_passes_the_stages_in_order_and_then_the_service() -> None:
    assert passed_through(first_answers=False) == ["a in", "b in", "service", "b out", "a out"]


def test_a_stage_that_answers_itself_passes_nothing_on() -> None:
    assert passed_through(first_answers=True) == ["a in", "a out"]


def test_an_arrival_knows_the_operation_it_calls_and_its_input() -> None:
    arrival = an_arrival(
        target="DynamoDB_20120810.GetItem", signed_for="dynamodb", body=b'{"TableName": "T"}'
    )
    assert arrival.call is not None
    assert (arrival.call.name, arrival.call.parameters) == ("GetItem", {"TableName": "T"})


def test_an_unsigned_call_of_a_service_of_our_own_is_known_by_its_path() -> None:
    arrival = an_arrival("/2015-03-31/functions/f/invocations")
    assert arrival.call is not None
    assert arrival.call.name == "Invoke"


def test_a_request_to_something_deployed_is_no_call() -> None:
    assert an_arrival("/_aws/execute-api/abc/prod/pets", signed_for="execute-api").call is None
    assert an_arrival("/_aws/lambda-url/abc/").call is None


def test_the_messages_of_a_request_can_be_had_again_and_again() -> None:
    arrival = an_arrival(body=b"whole")

    async def read_twice() -> list[bytes]:
        return [(await arrival.replay()())["body"] for _ in range(2)]

    assert asyncio.run(read_twice()) == [b"whole", b"whole"]
