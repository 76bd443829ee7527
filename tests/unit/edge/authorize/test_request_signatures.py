"""Signatures as botocore makes them, checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localtender.edge.authorize.credentials import KnownSecrets
from localtender.edge.authorize.signatures import (
    IncompleteSignatureError,
    RequestSignature,
    request_signature,
)
from localtender.edge.protocol.messages import HttpRequest

KEY, SECRET = "AKIAEXAMPLE000000000", "wJalrXUtnFEMI"
URL = "http://127.0.0.1:4566/_aws/execute-api/abc/dev/a%20b/c?z=1&a=x%20y&a=b%2Fc&empty="


def signed(
    *, body: bytes = b"{}", presigned: bool = False, url: str = URL, service: str = "execute-api"
) -> HttpRequest:
    method = "POST"
    headers = {} if presigned else {"Content-Type": "application/json", "X-Own": "a   b"}
    request = AWSRequest(method=method, url=url, headers=headers, data=body)
    credentials = Credentials(KEY, SECRET, "a-token")
    kind = SigV4QueryAuth if presigned else SigV4Auth
    if service == "s3":
        kind = S3SigV4Auth
    kind(credentials, service, "eu-west-1").add_auth(request)
    prepared = request.prepare()
    parts = urlsplit(prepared.url)
    sent = {"Host": parts.netloc, **dict(prepared.headers.items())}
    return HttpRequest(
        method=method,
        raw_path=parts.path,
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        headers=tuple(
            (name, value.decode() if isinstance(value, bytes) else value)
            for name, value in sent.items()
        ),
        body=body,
        source_ip="127.0.0.1",
        http_version="1.1",
        scheme="http",
        request_id="r",
    )


def signature_of(request: HttpRequest) -> RequestSignature:
    found = request_signature(request)
    assert found is not None
    return found


@pytest.mark.parametrize("presigned", [False, True], ids=["header", "query"])
def test_a_good_signature_matches(presigned: bool) -> None:
    body = b"" if presigned else b"{}"
    request = signed(body=body, presigned=presigned)

    found = signature_of(request)
    assert (found.access_key_id, found.service, found.region) == (KEY, "execute-api", "eu-west-1")
    assert found.session_token == "a-token"
    assert found.matches(request, SECRET)


def test_a_body_that_was_changed_under_its_digest_does_not_match() -> None:
    # "Create a signed AWS API request": x-amz-content-sha256 is the hash of the payload.
    request = signed(body=b"{}", service="s3")
    assert request.header("X-Amz-Content-SHA256") is not None
    assert signature_of(request).matches(request, SECRET)

    changed = replace(request, body=b"[]")
    assert not signature_of(changed).matches(changed, SECRET)


def test_another_secret_does_not_match() -> None:
    request = signed()

    assert not signature_of(request).matches(request, "other")


@pytest.mark.parametrize(
    "changes",
    [
        {"body": b"{1}"},
        {"method": "PUT"},
        {"raw_path": "/other"},
        {"query": (("z", "2"),)},
    ],
)
def test_a_changed_request_does_not_match(changes: dict[str, Any]) -> None:
    request = replace(signed(), **changes)

    assert not signature_of(request).matches(request, SECRET)


def test_a_signature_lives_five_minutes() -> None:
    found = signature_of(signed())

    assert found.is_current(found.timestamp + timedelta(minutes=4))
    assert not found.is_current(found.timestamp + timedelta(minutes=6))


def test_a_signature_for_s3_lives_a_quarter_of_an_hour() -> None:
    found = replace(signature_of(signed()), service="s3")

    assert found.is_current(found.timestamp + timedelta(minutes=14))
    assert not found.is_current(found.timestamp + timedelta(minutes=16))


@pytest.mark.parametrize(
    "path", ["/", "//", "/a//b", "/a/./b/", "/a/../b", "/../a", "/a%2Fb//c%20d/"]
)
def test_a_path_is_normalized_as_clients_do_before_they_sign_it(path: str) -> None:
    request = signed(url=f"http://127.0.0.1:4566{path}")

    assert request.raw_path == path
    assert signature_of(request).matches(request, SECRET)


def test_a_presigned_url_lives_as_long_as_it_says() -> None:
    found = signature_of(signed(presigned=True))

    assert found.is_current(found.timestamp + timedelta(seconds=3_599))
    assert not found.is_current(found.timestamp + timedelta(seconds=3_601))


def test_a_request_without_a_signature_has_none() -> None:
    assert request_signature(replace(signed(), headers=(), query=())) is None


@pytest.mark.parametrize(
    "authorization",
    [
        "AWS4-HMAC-SHA256 Credential=x",
        "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=y",
        f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/a/b/aws4_request, SignedHeaders=host, "
        "Signature=y",
    ],
)
def test_half_a_signature_is_refused(authorization: str) -> None:
    with pytest.raises(IncompleteSignatureError):
        request_signature(replace(signed(), headers=(("Authorization", authorization),)))


def test_secrets_are_learnt_from_answers_in_either_form() -> None:
    secrets = KnownSecrets()
    secrets.learn_from(
        b"<AccessKeyId>AKIAEXAMPLE000000000</AccessKeyId><Status>Active</Status>"
        b"<SecretAccessKey>one</SecretAccessKey>"
    )
    secrets.learn_from(
        b'{"Credentials": {"AccessKeyId": "ASIAEXAMPLE000000000", "SecretKey": "2"}}'
    )

    assert secrets.secret("AKIAEXAMPLE000000000") == "one"
    assert secrets.secret("ASIAEXAMPLE000000000") == "2"
    assert secrets.secret("AKIAOTHER00000000000") is None


def test_now_is_current() -> None:
    assert signature_of(signed()).is_current(datetime.now(UTC))
