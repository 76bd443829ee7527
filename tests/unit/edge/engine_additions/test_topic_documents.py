from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from localtender.edge.engine_additions.calls import EngineCall
from localtender.edge.engine_additions.memory import Memory
from localtender.edge.engine_additions.topic_documents import TopicDocumentAdditions
from localtender.edge.protocol.messages import Caller, HttpResponse
from localtender.edge.protocol.models import ServiceModels
from localtender.engines.client import EngineCallError

CALLER = Caller("123456789012", "eu-central-1")
TOPIC = "arn:aws:sns:eu-central-1:123456789012:guarded"
POLICY = json.dumps({"Name": "cards & more", "Version": "2021-06-01", "Statement": []})
CREATED = f"<CreateTopicResponse><TopicArn>{TOPIC}</TopicArn></CreateTopicResponse>"


class Engine:
    """Has one topic."""

    async def call(
        self, service: str, operation: str, parameters: Any, *, account_id: str, region: str
    ) -> dict[str, Any]:
        assert (account_id, region) == (CALLER.account_id, CALLER.region)
        if parameters["TopicArn"] != TOPIC:
            raise EngineCallError(service, operation, "NotFound", "Topic does not exist", 404)
        return {"Attributes": {"TopicArn": TOPIC}}


@pytest.fixture
def additions() -> TopicDocumentAdditions:
    return TopicDocumentAdditions(Engine(), Memory(), ServiceModels())


def ask(
    additions: TopicDocumentAdditions, operation: str, forwarded: str = "", **given: str
) -> tuple[int, str]:
    """Call an operation; `forwarded` is what the engine answers."""

    async def forward() -> HttpResponse:
        return HttpResponse(200, (), forwarded.encode())

    async def answered() -> HttpResponse:
        call = EngineCall(given, {}, CALLER, forward)
        return await additions.additions()["sns", operation](call)

    response = asyncio.run(answered())
    return response.status, response.body.decode()


def test_a_policy_is_kept_until_it_is_taken_away(additions: TopicDocumentAdditions) -> None:
    ask(additions, "PutDataProtectionPolicy", ResourceArn=TOPIC, DataProtectionPolicy=POLICY)
    status, shown = ask(additions, "GetDataProtectionPolicy", ResourceArn=TOPIC)
    assert status == 200
    assert "<DataProtectionPolicy>{" in shown
    assert "cards &amp; more" in shown
    ask(additions, "PutDataProtectionPolicy", ResourceArn=TOPIC, DataProtectionPolicy="")
    assert (
        "<DataProtectionPolicy>"
        not in ask(additions, "GetDataProtectionPolicy", ResourceArn=TOPIC)[1]
    )


def test_a_topic_can_be_made_with_its_policy_and_takes_it_along(
    additions: TopicDocumentAdditions,
) -> None:
    ask(additions, "CreateTopic", CREATED, Name="guarded", DataProtectionPolicy=POLICY)
    assert "cards" in ask(additions, "GetDataProtectionPolicy", ResourceArn=TOPIC)[1]
    ask(additions, "DeleteTopic", TopicArn=TOPIC)
    ask(additions, "CreateTopic", CREATED, Name="guarded")
    assert "cards" not in ask(additions, "GetDataProtectionPolicy", ResourceArn=TOPIC)[1]


@pytest.mark.parametrize(
    ("topic", "policy", "code", "status"),
    [
        (f"{TOPIC}-not", POLICY, "NotFound", 404),
        (TOPIC, "[]", "InvalidParameter", 400),
        (TOPIC, "not JSON", "InvalidParameter", 400),
        (TOPIC, json.dumps({"Name": "x" * 30_720}), "InvalidParameter", 400),
    ],
)
def test_what_cannot_be_kept_is_refused(
    additions: TopicDocumentAdditions, topic: str, policy: str, code: str, status: int
) -> None:
    refusal = ask(
        additions, "PutDataProtectionPolicy", ResourceArn=topic, DataProtectionPolicy=policy
    )
    assert refusal[0] == status
    assert f"<Code>{code}</Code>" in refusal[1]


def test_an_ordered_topic_cannot_have_a_policy(additions: TopicDocumentAdditions) -> None:
    status, refusal = ask(
        additions, "CreateTopic", CREATED, Name="ordered.fifo", DataProtectionPolicy=POLICY
    )
    assert status == 400
    assert "FIFO" in refusal
