"""HTTP at its edges: whatever a client sends, the answer is a documented one."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.rest_api_workshop import DeployedRestApi, RestApiWorkshop, workshop_on
from tests.running_stack import RunningStack

CLIENTS = 64


@pytest.fixture(scope="module")
def workshop(stack: RunningStack) -> Iterator[RestApiWorkshop]:
    yield from workshop_on(stack)


@pytest.fixture(scope="module")
def api(workshop: RestApiWorkshop) -> DeployedRestApi:
    """Every path and method answers with its event."""
    echo = workshop.proxy_of(
        """
        import json
        def handler(event, context):
            return {"statusCode": 200, "body": json.dumps(event)}
        """
    )
    return workshop.rest_api({"ANY /": echo, "ANY /{proxy+}": echo})


class Wire:
    """A connection on which the test writes every byte itself."""

    def __init__(self, api: DeployedRestApi) -> None:
        parts = urlsplit(api.url)
        self._base = parts.path
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        self._answers = self._socket.makefile("rb")

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *exception: object) -> None:
        self._answers.close()
        self._socket.close()

    def write(self, data: bytes) -> None:
        self._socket.sendall(data)

    def begin(self, method: str, path: str, *headers: str) -> None:
        """Send a request's head."""
        lines = (f"{method} {self._base}{path} HTTP/1.1", "Host: localhost", *headers, "", "")
        self.write("\r\n".join(lines).encode("latin-1"))

    def answer(self, *, head: bool = False) -> tuple[int, dict[str, str], bytes]:
        """Read one answer."""
        status = int(self._answers.readline().split()[1])
        headers = {}
        while line := self._answers.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        length = 0 if head or status < 200 else int(headers.get("content-length", 0))
        return status, headers, self._answers.read(length)

    def event(self) -> dict[str, Any]:
        """Read one answer and the event in it."""
        status, _, body = self.answer()
        assert status == 200, body
        event: dict[str, Any] = json.loads(body)
        return event


@pytest.fixture
def wire(api: DeployedRestApi) -> Iterator[Wire]:
    with Wire(api) as connection:
        yield connection


def test_a_chunked_body_arrives_whole_and_its_trailers_are_no_headers(wire: Wire) -> None:
    for _ in range(2):
        wire.begin("POST", "/a", "Transfer-Encoding: chunked", "X-Mine: 1", "Trailer: X-Late")
        wire.write(b"3\r\nabc\r\n")
        wire.write(b"4;extension=1\r\ndefg\r\n0\r\nX-Late: 1\r\nX-Mine: 2\r\n\r\n")
        event = wire.event()
        assert event["body"] == "abcdefg"
        assert event["multiValueHeaders"]["X-Mine"] == ["1"]
        assert {"X-Late", "Transfer-Encoding", "Trailer"}.isdisjoint(event["headers"])


def test_a_client_that_waits_for_continue_is_told_to_go_on(wire: Wire) -> None:
    wire.begin("PUT", "/a", "Expect: 100-continue", "Content-Length: 2")
    assert wire.answer()[0] == 100
    wire.write(b"ok")
    event = wire.event()
    assert event["body"] == "ok"
    assert "Expect" not in event["headers"]


def test_head_has_the_headers_of_an_answer_without_its_body(wire: Wire) -> None:
    wire.begin("HEAD", "/a")
    status, headers, _ = wire.answer(head=True)
    assert status == 200
    assert int(headers["content-length"]) > 0
    wire.begin("GET", "/after")
    assert wire.event()["path"] == "/after"


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        # Leading slashes become one in the path, and stay in the context (see the proxy event).
        ("//double//slash/", "/double//slash/"),
        ("/a%2Fb/%C3%BC/%7e", "/a%2Fb/%C3%BC/%7e"),
        ("/a/../b/./c", "/a/../b/./c"),
        ("/%zz%", "/%zz%"),
        ("/semi;colon,comma:@&=+$", "/semi;colon,comma:@&=+$"),
    ],
)
def test_a_path_reaches_the_function_as_it_was_sent(wire: Wire, path: str, seen: str) -> None:
    wire.begin("GET", path)
    event = wire.event()
    assert event["path"] == seen
    assert event["requestContext"]["path"] == f"/live{path}"


def test_query_keys_may_be_repeated_empty_and_malformed(wire: Wire) -> None:
    wire.begin("GET", "/q?a=1&a=2&a=&b&=c&d=%C3%BC%20+&e=%zz&%66=g&h=1=2&i=%00&&")
    values = wire.event()["multiValueQueryStringParameters"]
    assert values["a"] == ["1", "2", ""]
    assert (values["b"], values["d"], values["f"], values["h"]) == (
        [""],
        ["ü  "],
        ["g"],
        ["1=2"],
    )


def test_headers_may_be_repeated_empty_and_not_latin(wire: Wire) -> None:
    wire.begin(
        "GET",
        "/h",
        "X-Twice: 1",
        "x-twice: 2",
        "X-Empty:",
        "X-Latin: caf\xe9",
        "X-Utf8: " + "€".encode().decode("latin-1"),
    )
    headers = wire.event()["multiValueHeaders"]
    assert headers["X-Twice"] == ["1", "2"]
    assert headers["X-Empty"] == [""]
    assert headers["X-Latin"] == ["café"]
    assert headers["X-Utf8"] == ["€".encode().decode("latin-1")]


def test_a_body_that_is_no_text_does_not_fail(wire: Wire) -> None:
    wire.begin("POST", "/b", "Content-Length: 3")
    wire.write(b"\xff\xfe\x00")
    assert wire.event()["body"] == "\ufffd\ufffd\x00"


def test_an_empty_body_is_null(wire: Wire) -> None:
    wire.begin("POST", "/b", "Content-Length: 0")
    assert wire.event()["body"] is None
    wire.begin("POST", "/b", "Transfer-Encoding: chunked")
    wire.write(b"0\r\n\r\n")
    assert wire.event()["body"] is None


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/l?q=" + "a" * 9_000, (), 200),
        ("/l?q=" + "a" * 11_000, (), 414),
        ("/l", ("X-Long: " + "a" * 9_000,), 200),
        ("/l", ("X-Long: " + "a" * 11_000,), 431),
        ("/l", tuple(f"X-{n}: {'a' * 100}" for n in range(110)), 431),
        ("/l", tuple(f"X-{n}: 1" for n in range(300)), 200),
    ],
)
def test_request_line_and_headers_have_the_documented_limit(
    wire: Wire, path: str, headers: tuple[str, ...], status: int
) -> None:
    wire.begin("GET", path, *headers)
    assert wire.answer()[0] == status


@pytest.mark.parametrize("method", ["TRACE", "PURGE", "PROPFIND"])
def test_any_means_the_seven_methods_of_a_rest_api(wire: Wire, method: str) -> None:
    wire.begin(method, "/m")
    status, _, body = wire.answer()
    assert (status, json.loads(body)) == (403, {"message": "Missing Authentication Token"})


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GARBAGE\r\n\r\n",
        b"GET /\xc3\xbc HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_no_http_is_a_bad_request(wire: Wire, request_bytes: bytes) -> None:
    wire.write(request_bytes)
    assert wire.answer()[0] == 400


def test_an_answer_has_one_date(stack: RunningStack, api: DeployedRestApi) -> None:
    for url in (api.url + "/", f"{stack.endpoint_url}/bucket-that-is-not-there"):
        dates = requests.get(url, timeout=30).raw.headers.getlist("Date")
        assert len(dates) == 1


def test_clients_that_leave_in_the_middle_do_no_harm(
    api: DeployedRestApi, stack: RunningStack
) -> None:
    for beginning in (b"", b"POST", b"Content-Length: 100\r\n"):
        for _ in range(10):
            with Wire(api) as leaving:
                if beginning.startswith(b"Content"):
                    leaving.begin("POST", "/x", "Content-Length: 100")
                    leaving.write(b"half")
                else:
                    leaving.write(beginning)
    with Wire(api) as leaving:
        leaving.begin("GET", "/x")
    assert api.get("/after").json()["path"] == "/after"
    health = requests.get(f"{stack.endpoint_url}/_localtender/health", timeout=30)
    assert health.json()["healthy"]


def test_many_clients_each_keep_their_connection_and_get_their_own_answers(
    api: DeployedRestApi,
) -> None:
    together = threading.Barrier(CLIENTS)

    def ask(client: int) -> list[str]:
        together.wait(30)
        paths = []
        with contextlib.closing(requests.Session()) as session:
            for number in range(4):
                body = session.get(f"{api.url}/{client}/{number}", timeout=60).json()
                paths.append(body["path"])
        return paths

    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(ask, range(CLIENTS)))
    assert answers == [[f"/{client}/{number}" for number in range(4)] for client in range(CLIENTS)]


def test_responses_name_their_request(wire: Wire) -> None:
    wire.begin("GET", "/")
    _, headers, body = wire.answer()
    context = json.loads(body)["requestContext"]
    assert headers["x-amzn-requestid"] == context["requestId"]
    assert re.fullmatch(r"[A-Za-z0-9+/]{15}=", headers["x-amz-apigw-id"])
