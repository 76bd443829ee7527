"""Secrets that the engine's answers tell."""

from __future__ import annotations

import asyncio

from localtender.edge.authorize.credentials import KnownSecrets
from localtender.edge.authorize.observed_answers import learning
from localtender.engines.port import Message

KEY = "AKIAEXAMPLE000000000"
PARTS = (
    b"<AccessKey><AccessKeyId>" + KEY.encode(),
    b"</AccessKeyId><SecretAccessKey>hush</SecretAccessKey></AccessKey>",
)


def answered(service: str | None) -> tuple[KnownSecrets, list[Message]]:
    secrets = KnownSecrets()
    passed: list[Message] = []

    async def send(message: Message) -> None:
        passed.append(message)

    async def answer() -> None:
        told = learning(send, secrets, service)
        await told({"type": "http.response.start", "status": 200, "headers": []})
        await told({"type": "http.response.body", "body": PARTS[0], "more_body": True})
        await told({"type": "http.response.body", "body": PARTS[1]})

    asyncio.run(answer())
    return secrets, passed


def test_an_answer_of_iam_passes_and_is_learnt_from() -> None:
    secrets, passed = answered("iam")

    assert secrets.secret(KEY) == "hush"
    assert [message.get("body") for message in passed] == [None, *PARTS]


def test_other_services_tell_nothing() -> None:
    secrets, passed = answered("s3")

    assert secrets.secret(KEY) is None
    assert len(passed) == 3
