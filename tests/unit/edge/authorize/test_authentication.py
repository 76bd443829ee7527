"""Who signed a call, after "Troubleshoot Signature Version 4 signing" of the IAM user guide."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localtender.edge.authorize.authentication import (
    Authentication,
    AuthenticationError,
    Failure,
)
from localtender.edge.authorize.credentials import KnownSecrets
from localtender.edge.authorize.identities import NOBODY, Identities
from localtender.edge.authorize.sessions import Sessions
from localtender.edge.protocol.messages import HttpRequest

KEY, REGION = "ASIAAAAAAAAAAAAAAAAA", "us-east-1"
ARN = "arn:aws:sts::000000000000:assumed-role/r/me"
ANSWER = (
    f"<AccessKeyId>{KEY}</AccessKeyId><SessionToken>token</SessionToken>"
    "<Expiration>2026-01-02T04:00:00Z</Expiration>"
)


class Iam:
    """IAM and STS with one role, whose policy may change."""

    def __init__(self) -> None:
        self.action = "sqs:*"
        self.asked: list[str] = []

    async def call(
        self, service: str, operation: str, parameters: Mapping[str, Any], **_: Any
    ) -> dict[str, Any]:
        self.asked.append(operation)
        match operation:
            case "GetCallerIdentity":
                return {"Arn": ARN, "Account": "000000000000", "UserId": "AROA:me"}
            case "ListRolePolicies":
                return {"PolicyNames": ["own"]}
            case "GetRolePolicy":
                statement = {"Effect": "Allow", "Action": self.action, "Resource": "*"}
                return {"PolicyDocument": {"Statement": [statement]}}
        assert service == "iam", parameters
        return {}


class Entrance:
    """What is needed to authenticate: a clock, and one session that was given out."""

    def __init__(self) -> None:
        self.iam, self.sessions, self.secrets = Iam(), Sessions(), KnownSecrets()
        self.now = datetime.now(UTC)
        self.sessions.learn({}, ANSWER.replace("2026-01-02", "2999-01-02").encode())
        self.secrets.add(KEY, "secret")
        self.identities = Identities(self.iam, lambda: 0.0, self.sessions)

    def identify(self, request: HttpRequest) -> Any:
        authentication = Authentication(
            self.identities, self.secrets, self.sessions, lambda: self.now
        )
        return asyncio.run(authentication.identify(request, KEY, REGION))

    def failure(self, request: HttpRequest) -> Failure:
        with pytest.raises(AuthenticationError) as refused:
            self.identify(request)
        return refused.value.failure


def signed(secret: str = "secret", token: str | None = "token") -> HttpRequest:
    request = AWSRequest("POST", "http://127.0.0.1:1/", headers={"Host": "h"}, data=b"body")
    SigV4Auth(Credentials(KEY, secret, token), "sqs", REGION).add_auth(request)
    return HttpRequest(
        method="POST",
        raw_path="/",
        query=(),
        headers=tuple((name, str(value)) for name, value in request.headers.items()),
        body=b"body",
        source_ip="127.0.0.1",
        http_version="1.1",
        scheme="http",
        request_id="r",
    )


def test_a_signature_that_holds_names_its_role() -> None:
    identity = Entrance().identify(signed())

    assert identity.principal.arn == ARN
    assert identity.principal.role_arn == "arn:aws:iam::000000000000:role/r"


def _incomplete() -> HttpRequest:
    return replace(signed(), headers=(("Authorization", "AWS4-HMAC-SHA256 x"),))


@pytest.mark.parametrize(
    ("sign", "expected"),
    [
        (lambda: signed(secret="another"), Failure.MISMATCH),
        (lambda: replace(signed(), body=b"changed"), Failure.MISMATCH),
        (lambda: signed(token=None), Failure.INVALID_TOKEN),
        (lambda: signed(token="another"), Failure.INVALID_TOKEN),
        (_incomplete, Failure.INCOMPLETE),
    ],
)
def test_a_signature_that_does_not_hold_is_refused(
    sign: Callable[[], HttpRequest], expected: Failure
) -> None:
    assert Entrance().failure(sign()) is expected


def test_a_signature_is_of_its_time() -> None:
    entrance, request = Entrance(), signed()

    entrance.now += timedelta(minutes=6)

    assert entrance.failure(request) is Failure.SKEWED


def test_a_session_ends() -> None:
    entrance = Entrance()
    entrance.sessions.learn({}, ANSWER.encode())
    entrance.now = max(entrance.now, datetime(2026, 1, 2, 4, tzinfo=UTC))

    assert entrance.failure(signed()) is Failure.EXPIRED_TOKEN


def test_nobody_signs_an_unsigned_request() -> None:
    assert Entrance().identify(replace(signed(), headers=())) is NOBODY


def test_an_identity_is_looked_up_once_until_iam_changes() -> None:
    entrance = Entrance()
    entrance.identify(signed())
    asked = len(entrance.iam.asked)

    entrance.identify(signed())
    assert len(entrance.iam.asked) == asked

    entrance.iam.action = "sns:*"
    entrance.identities.forget()
    (policy,) = entrance.identify(signed()).policies
    assert policy.statements[0].actions == ("sns:*",)
