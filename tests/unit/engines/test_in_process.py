"""What an application sees of a request without a socket, and what comes back of its answer."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from localtender.engines.in_process import InProcessTransport
from localtender.engines.port import Message, Receive, Scope, Send


class Application:
    """Sends what it is told to, and keeps what it was asked."""

    def __init__(self, *answer: dict[str, Any]) -> None:
        self._answer = answer
        self.scope: Scope = {}
        self.received: list[Message] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.received.append(await receive())
        for message in self._answer:
            await send(message)
        if self._answer and not self._answer[-1].get("more_body"):
            self.received.append(await receive())


START = {"type": "http.response.start", "status": 201, "headers": [(b"x-made", b"yes")]}


def ask(application: Application, method: str = "POST", **request: Any) -> httpx.Response:
    async def exchange() -> httpx.Response:
        transport = InProcessTransport(application, client=("127.0.0.1", 7))
        url = "http://127.0.0.1:4566/a%20b/c?q=1&q=%2F"
        answer = await transport.handle_async_request(httpx.Request(method, url, **request))
        await answer.aread()
        return answer

    return asyncio.run(exchange())


def test_an_application_sees_the_request_as_a_server_would_show_it() -> None:
    application = Application(START, {"type": "http.response.body", "body": b""})
    ask(application, headers={"X-Amz-Target": "T"}, content=b"{}")
    scope = application.scope
    assert (scope["method"], scope["path"], scope["raw_path"]) == ("POST", "/a b/c", b"/a%20b/c")
    assert scope["query_string"] == b"q=1&q=%2F"
    assert scope["client"] == ("127.0.0.1", 7)
    assert scope["server"] == ("127.0.0.1", 4566)
    headers = dict(scope["headers"])
    assert headers[b"x-amz-target"] == b"T"
    assert headers[b"content-length"] == b"2"
    assert application.received == [
        {"type": "http.request", "body": b"{}", "more_body": False},
        {"type": "http.disconnect"},
    ]


def test_an_answer_in_pieces_comes_back_whole() -> None:
    answer = ask(
        Application(
            START,
            {"type": "http.response.body", "body": b"one ", "more_body": True},
            {"type": "http.response.body", "body": b"two"},
        )
    )
    assert (answer.status_code, answer.headers["x-made"], answer.content) == (
        201,
        "yes",
        b"one two",
    )


def test_the_answer_to_a_head_has_no_body() -> None:
    body = {"type": "http.response.body", "body": b"left out"}
    assert ask(Application(START, body), "HEAD").content == b""


@pytest.mark.parametrize(
    "answer", [(), (START, {"type": "http.response.body", "body": b"half", "more_body": True})]
)
def test_half_an_answer_is_none(answer: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="whole answer"):
        ask(Application(*answer))
