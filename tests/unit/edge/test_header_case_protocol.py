"""Header names reach the application as sent; the private names of uvicorn are still there."""

from __future__ import annotations

import asyncio
import importlib.metadata
import socket
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from localtender.edge.http_protocol import HeaderCaseProtocol, wire_headers


def test_the_overridden_names_are_where_the_pinned_uvicorn_has_them() -> None:
    assert importlib.metadata.version("uvicorn") == "0.54.0"
    assert callable(HttpToolsProtocol.on_header)
    assert callable(HttpToolsProtocol.on_message_begin)


def served(requests: list[bytes]) -> list[list[tuple[str, str]]]:
    """The headers, after the body, of requests sent one after another on one connection."""
    seen: list[list[tuple[str, str]]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        seen.append(list(wire_headers(scope)))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def run() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            application, http=HeaderCaseProtocol, lifespan="off", log_level="error"
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        for request in requests:
            writer.write(request)
            await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        server.should_exit = True
        await serving

    asyncio.run(run())
    return seen


def test_header_names_keep_their_case_over_several_requests_of_a_connection() -> None:
    seen = served(
        [
            b"GET / HTTP/1.1\r\nHost: h\r\nX-API-Key: k\r\n\r\n",
            b"GET / HTTP/1.1\r\nhost: h\r\naUTHORIZATION: t\r\n\r\n",
        ]
    )
    names = [[name for name, _ in headers] for headers in seen]
    assert names == [["Host", "X-API-Key"], ["host", "aUTHORIZATION"]]


def test_trailers_are_no_headers() -> None:
    chunked = (
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2\r\nab\r\n0\r\nx-api-key: stolen\r\n\r\n"
    )
    expected = [("Host", "h"), ("Transfer-Encoding", "chunked")]
    assert served([chunked, chunked]) == [expected, expected]
