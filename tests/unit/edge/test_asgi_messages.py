from __future__ import annotations

import asyncio
from typing import Any

import pytest

from localtender.edge.asgi_messages import ClientGoneError, read_body, send_response
from localtender.edge.protocol.messages import HttpResponse


def sent(response: HttpResponse, *, head: bool = False) -> tuple[dict[bytes, bytes], bytes]:
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    asyncio.run(send_response(response, send, head=head))
    return dict(messages[0]["headers"]), messages[1]["body"]


def body_of(messages: list[dict[str, Any]], limit: int) -> bytes:
    waiting = iter(messages)

    async def receive() -> Any:
        return next(waiting)

    return asyncio.run(read_body(receive, limit))


def test_an_answer_says_how_long_it_is_whatever_its_maker_said() -> None:
    headers, body = sent(HttpResponse(200, (("Content-Length", "99"), ("X-A", "b")), b"four"))
    assert (headers, body) == ({b"x-a": b"b", b"content-length": b"4"}, b"four")


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_has_none(status: int) -> None:
    headers, body = sent(HttpResponse(status, (), b"surplus"))
    assert (headers, body) == ({}, b"")


def test_the_answer_to_head_has_the_length_and_not_the_body() -> None:
    headers, body = sent(HttpResponse(200, (), b"four"), head=True)
    assert (headers, body) == ({b"content-length": b"4"}, b"")


def test_what_a_header_cannot_hold_is_replaced() -> None:
    headers, _ = sent(HttpResponse(204, (("X-A", "\u20ac\r\nX-B: c\td"),), b""))
    assert headers == {b"x-a": b"?  X-B: c\td"}


def test_a_body_is_read_to_one_byte_past_its_limit() -> None:
    chunk = {"type": "http.request", "body": b"abc", "more_body": True}
    last = {"type": "http.request", "body": b"d"}
    assert body_of([chunk, last], 4) == b"abcd"
    assert body_of([chunk, chunk], 4) == b"abcab"


def test_a_client_that_leaves_in_the_middle_is_noticed() -> None:
    chunk = {"type": "http.request", "body": b"abc", "more_body": True}
    with pytest.raises(ClientGoneError):
        body_of([chunk, {"type": "http.disconnect"}], 100)
