from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from sandbox_mocks.shared.sandbox import ProviderSandbox

DAY = 86_400.0
URL = "http://127.0.0.1:9/webhooks"


def subscribe(ach: Any, **fields: Any) -> Any:
    status, made = ach.call("POST", "/v1/webhook-endpoints", {"url": URL, **fields})
    assert status == 201, made
    return made


def delivered(ach: Any, status: int = 200) -> list[str]:
    """Take what is due, and answer it with a status."""
    outbox, types = ach.model.webhooks, []
    ach.model.settle()
    for delivery in outbox.take_due():
        types.append(delivery.event.type)
        outbox.complete(delivery, status)
    return types


def test_every_change_of_a_transfer_is_told_in_order(ach: Any) -> None:
    subscribe(ach)
    ach.transfer()
    ach.clock.advance(10 * DAY)
    assert delivered(ach) == ["transfer.created", "transfer.originated", "transfer.settled"]


def test_an_endpoint_hears_what_it_asked_for(ach: Any) -> None:
    subscribe(ach, events=["transfer.returned", "notification_of_change.*"])
    ach.transfer("55.01")
    ach.transfer(holder_name="Ann C02")
    ach.clock.advance(10 * DAY)
    assert sorted(delivered(ach)) == ["notification_of_change.created", "transfer.returned"]


def test_the_signature_is_an_hmac_over_the_time_and_the_body(ach: Any) -> None:
    secret = subscribe(ach)["secret"]
    ach.transfer()
    [delivery] = ach.model.webhooks.take_due()
    headers, body = ach.model.webhooks.message(delivery)
    timestamp, signature = dict(headers)["Ach-Signature"].split(",")
    expected = hmac.new(
        secret.encode(), timestamp[2:].encode() + b"." + body, hashlib.sha256
    ).hexdigest()
    assert signature == f"v1={expected}"
    assert int(timestamp[2:]) == int(ach.clock.now())
    assert json.loads(body)["data"]["status"] == "pending"


def test_a_delivery_that_fails_comes_again_later_and_is_given_up_at_last(ach: Any) -> None:
    subscribe(ach, events=["transfer.created"])
    ach.transfer()
    assert delivered(ach, 500) == ["transfer.created"]
    assert delivered(ach) == []
    ach.clock.advance(10)
    assert delivered(ach, 503) == ["transfer.created"]
    for seconds in (60, 600, 3_600, 21_600, 86_400):
        ach.clock.advance(seconds)
        assert delivered(ach, 500) == ["transfer.created"]
    ach.clock.advance(100 * DAY)
    assert delivered(ach) == []
    [shown] = ach.model.listings()["deliveries"]()
    assert (shown["status"], len(shown["attempts"])) == ("failed", 7)


def test_an_event_can_be_sent_again(ach: Any) -> None:
    subscribe(ach, events=["transfer.created"])
    ach.transfer()
    delivered(ach)
    _, events = ach.call("GET", "/v1/events")
    assert ach.call("POST", f"/v1/events/{events['data'][0]['id']}/redeliver")[0] == 202
    assert delivered(ach) == ["transfer.created"]


def test_an_endpoint_that_is_deleted_hears_nothing_more(ach: Any) -> None:
    endpoint = subscribe(ach)
    ach.transfer()
    assert ach.call("DELETE", f"/v1/webhook-endpoints/{endpoint['id']}")[0] == 200
    assert delivered(ach) == []


@pytest.mark.parametrize(
    "url", ["https://example.com/hook", "http://10.0.0.1/hook", "file:///etc/passwd", "127.0.0.1"]
)
def test_only_addresses_of_this_machine_are_taken(ach: Any, url: str) -> None:
    status, refused = ach.call("POST", "/v1/webhook-endpoints", {"url": url})
    assert (status, refused["error"]["field"]) == (422, "url")


def test_webhooks_come_late_twice_reordered_forged_or_not_at_all(ach: Any) -> None:
    sandbox = ProviderSandbox(ach.model)
    sandbox.faults.add_all(
        [
            {"kind": "webhook-late", "event": "transfer.originated", "seconds": 60},
            {"kind": "webhook-duplicate", "event": "transfer.settled", "copies": 2},
            {"kind": "webhook-lost", "event": "transfer.returned"},
            {"kind": "webhook-reordered", "event": "transfer.created", "nth": 1},
        ]
    )
    subscribe(ach)
    ach.transfer()
    ach.transfer("55.01")
    first = ach.model.webhooks.take_due()
    assert [each.event.document["data"]["amount"] for each in first] == ["55.01"]
    ach.clock.advance(2)
    assert len(ach.model.webhooks.take_due()) == 1
    ach.clock.advance(10 * DAY)
    assert delivered(ach) == ["transfer.settled"] * 3
    ach.clock.advance(60)
    assert delivered(ach) == ["transfer.originated"] * 2


def test_a_forged_webhook_carries_a_signature_that_does_not_hold(ach: Any) -> None:
    sandbox = ProviderSandbox(ach.model)
    sandbox.faults.add({"kind": "webhook-forged"})
    secret = subscribe(ach)["secret"]
    ach.transfer()
    [delivery] = ach.model.webhooks.take_due()
    headers, body = ach.model.webhooks.message(delivery)
    timestamp, signature = dict(headers)["Ach-Signature"].split(",")
    genuine = hmac.new(secret.encode(), timestamp[2:].encode() + b"." + body, hashlib.sha256)
    assert signature != f"v1={genuine.hexdigest()}"


def test_rules_for_webhooks_spare_calls_and_the_other_way_round(ach: Any) -> None:
    sandbox = ProviderSandbox(ach.model)
    late, slow = sandbox.faults.add_all(
        [{"kind": "webhook-late"}, {"kind": "latency", "milliseconds": 1}]
    )
    subscribe(ach)
    ach.transfer()
    assert (late.seen, slow.seen) == (1, 0)
