"""HTTP backends of REST APIs as a network has them: certificates, slowness, broken answers."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.running_edge import RunningEdge, running_edge

UNREACHABLE = {"message": "Internal server error"}


class Backend(http.server.BaseHTTPRequestHandler):
    """Answers `fine`, slowly at /slow and half of it at /cut."""

    protocol_version = "HTTP/1.1"
    release = threading.Event()

    def do_GET(self) -> None:
        """Answer a GET."""
        if self.path == "/slow":
            self.release.wait(30)
        length = 100 if self.path == "/cut" else 4
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(b"fine")
        self.close_connection = self.path == "/cut"

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


def _certificate(path: Path) -> Path:
    """A certificate for localhost that nobody vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@contextmanager
def _served(certificate: Path | None = None) -> Iterator[str]:
    Backend.release.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{'http' if certificate is None else 'https'}://127.0.0.1:{server.server_port}"
    finally:
        Backend.release.set()
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    with running_edge(tmp_path_factory.mktemp("edge")) as running:
        yield running


def _answer(edge: RunningEdge, uri: str, **integration: Any) -> requests.Response:
    gateway = edge.client("apigateway")
    api = gateway.create_rest_api(name="http")
    method = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(
        **method, type="HTTP_PROXY", integrationHttpMethod="GET", uri=uri, **integration
    )
    gateway.create_deployment(restApiId=api["id"], stageName="live")
    return requests.get(f"{edge.endpoint_url}/_aws/execute-api/{api['id']}/live/", timeout=30)


def test_a_certificate_that_nobody_vouches_for_is_refused_unless_told_otherwise(
    edge: RunningEdge, tmp_path: Path
) -> None:
    # "insecureSkipVerification" of "TlsConfig" in the API Gateway API reference.
    with _served(_certificate(tmp_path / "backend.pem")) as url:
        refused = _answer(edge, f"{url}/")
        trusted = _answer(edge, f"{url}/", tlsConfig={"insecureSkipVerification": True})

    told = {"message": "Network error communicating with endpoint"}
    assert (refused.status_code, refused.json()) == (504, told)
    assert (trusted.status_code, trusted.text) == (200, "fine")


def test_a_backend_slower_than_the_integrations_time_out_is_a_504(edge: RunningEdge) -> None:
    with _served() as url:
        answer = _answer(edge, f"{url}/slow", timeoutInMillis=50)

    assert (answer.status_code, answer.json()) == (504, {"message": "Endpoint request timed out"})


def test_an_answer_that_breaks_off_is_an_integration_failure(edge: RunningEdge) -> None:
    with _served() as url:
        answer = _answer(edge, f"{url}/cut")

    assert (answer.status_code, answer.json()) == (504, UNREACHABLE)


@pytest.mark.parametrize("uri", ["http://127.0.0.1:9/", "http://no.such.host.invalid/"])
def test_a_backend_that_is_not_there_is_an_integration_failure(edge: RunningEdge, uri: str) -> None:
    answer = _answer(edge, uri)

    assert (answer.status_code, answer.json()) == (504, UNREACHABLE)
