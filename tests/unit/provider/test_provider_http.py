from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from localtender.provider.call import Call
from localtender.provider.calls import Calls
from localtender.provider.configuration import configuration_of_environment
from localtender.provider.errors import OperationError
from localtender.provider.sessions import Caller, Session
from localtender.provider.utility.http.request import Http, _proxies
from localtender.provider.validation import configuration_problems


class Answers(BaseHTTPRequestHandler):
    """Echoes what it is sent; says 503 as often as the path's number tells."""

    refused = 0

    def do_GET(self) -> None:
        self.respond(b"hello")

    def do_POST(self) -> None:
        self.respond(self.rfile.read(int(self.headers["Content-Length"])))

    def respond(self, body: bytes) -> None:
        kind, _, amount = self.path.strip("/").partition("/")
        status = {"missing": 404, "unimplemented": 501}.get(kind, 200)
        if kind == "busy" and type(self).refused < int(amount):
            type(self).refused += 1
            status = 503
        self.send_response(status)
        self.send_header("x-token", self.headers.get("X-Token", ""))
        self.send_header("x-part", "1")
        self.send_header("x-part", "2")
        self.end_headers()
        self.wfile.write(b"\xff" if kind == "binary" else body)

    def log_message(self, *arguments: Any) -> None: ...


@pytest.fixture
def url() -> Iterator[str]:
    Answers.refused = 0
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def call() -> Call:
    configuration = configuration_of_environment({}, "http://127.0.0.1:1")
    return Calls().begin(Session(Caller(Path("/project")), configuration), "", {})


def request(call: Call, url: str, **arguments: Any) -> dict[str, Any]:
    source = Http()
    return source.read(call, source.schema.complete({"url": url, **arguments}))


def test_an_answer_has_status_headers_and_body(url: str, call: Call) -> None:
    answer = request(call, f"{url}/x", request_headers={"X-Token": "t"})
    assert (answer["status_code"], answer["response_body"]) == (200, "hello")
    assert answer["response_headers"]["X-Token"] == "t"
    assert answer["response_headers"]["X-Part"] == "1, 2"
    posted = request(call, f"{url}/x", method="POST", request_body="ü")
    assert posted["response_body"] == "ü"


@pytest.mark.parametrize(("path", "status"), [("missing", 404), ("unimplemented", 501)])
def test_a_status_that_is_no_server_error_is_an_answer(
    url: str, call: Call, path: str, status: int
) -> None:
    assert request(call, f"{url}/{path}")["status_code"] == status


def test_a_busy_server_is_asked_again_as_often_as_allowed(url: str, call: Call) -> None:
    retry = {"attempts": 2, "min_delay_ms": 1, "max_delay_ms": 1}
    assert request(call, f"{url}/busy/2", retry=retry)["status_code"] == 200
    with pytest.raises(OperationError, match=r"giving up after 1 attempt\(s\).*503"):
        request(call, f"{url}/busy/3")


def test_a_server_that_is_not_there_is_named(call: Call) -> None:
    with pytest.raises(OperationError, match=r"127\.0\.0\.1:1/ giving up"):
        request(call, "http://127.0.0.1:1/")


def test_a_body_that_is_not_text_comes_with_a_warning(url: str, call: Call) -> None:
    assert request(call, f"{url}/binary")["response_body_base64"] == "/w=="
    assert call.warnings[0][0] == "the response body is not UTF-8"


def test_arguments_about_tls_are_held_to_each_other() -> None:
    source = Http()
    config = {"url": "https://localhost", "client_cert_pem": "x", "ca_cert_pem": "y"}
    found = configuration_problems(source, source.schema.complete({**config, "insecure": True}))
    assert sorted(problem.argument for problem in found) == ["ca_cert_pem", "client_cert_pem"]


def test_terraform_s_proxies_count_but_for_the_hosts_they_except() -> None:
    environment = {"HTTPS_PROXY": "http://proxy:1", "no_proxy": "intranet,.example.org"}
    assert _proxies("https://elsewhere/x", environment) == {"https": "http://proxy:1"}
    for url in ("https://intranet/", "https://a.example.org/", "https://localhost/"):
        assert _proxies(url, environment) == {}
