from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sandbox_mocks.shared.messages import Request

DAY = 86_400.0
PAYOUTS = "/v1/payments/payouts"
WEBHOOKS = "/v1/notifications/webhooks"
URL = "http://127.0.0.1:9/paypal"


def listen(paypal: Any, *names: str) -> str:
    types = [{"name": name} for name in names or ("*",)]
    status, webhook = paypal.call("POST", WEBHOOKS, {"url": URL, "event_types": types})
    assert status == 201, webhook
    return str(webhook["id"])


def delivered(paypal: Any) -> list[tuple[dict[str, str], bytes]]:
    """Take what is due, and say that it has arrived."""
    paypal.model.settle()
    outbox, messages = paypal.model.webhooks, []
    for delivery in outbox.take_due():
        headers, body = outbox.message(delivery)
        messages.append((dict(headers), body))
        outbox.complete(delivery, 200)
    return messages


def types_of(messages: list[tuple[dict[str, str], bytes]]) -> list[str]:
    return [json.loads(body)["event_type"] for _, body in messages]


def verification(headers: dict[str, str], body: bytes, webhook_id: str) -> dict[str, Any]:
    return {
        "auth_algo": headers["PAYPAL-AUTH-ALGO"],
        "cert_url": headers["PAYPAL-CERT-URL"],
        "transmission_id": headers["PAYPAL-TRANSMISSION-ID"],
        "transmission_sig": headers["PAYPAL-TRANSMISSION-SIG"],
        "transmission_time": headers["PAYPAL-TRANSMISSION-TIME"],
        "webhook_id": webhook_id,
        "webhook_event": json.loads(body),
    }


def verified(paypal: Any, document: dict[str, Any]) -> str:
    status, answer = paypal.call("POST", "/v1/notifications/verify-webhook-signature", document)
    assert status == 200, answer
    return str(answer["verification_status"])


def test_a_batch_tells_of_itself_and_of_each_item(paypal: Any, make_payout: Any) -> None:
    paypal.model.change_settings({"processing_seconds": 60})
    listen(paypal)
    paypal.call("POST", PAYOUTS, make_payout("batch-1", sender_item_id="item-1"))
    assert delivered(paypal) == []
    paypal.clock.advance(30)
    assert types_of(delivered(paypal)) == ["PAYMENT.PAYOUTSBATCH.PROCESSING"]
    paypal.clock.advance(30)
    messages = delivered(paypal)
    assert types_of(messages) == [
        "PAYMENT.PAYOUTSBATCH.SUCCESS",
        "PAYMENT.PAYOUTS-ITEM.SUCCEEDED",
    ]
    event = json.loads(messages[1][1])
    assert event["resource_type"] == "payouts_item"
    assert event["resource"]["payout_item"]["sender_item_id"] == "item-1"
    assert event["resource"]["transaction_status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("receiver", "event_type"),
    [
        ("ann+failed@example.com", "PAYMENT.PAYOUTS-ITEM.FAILED"),
        ("blocked@example.com", "PAYMENT.PAYOUTS-ITEM.BLOCKED"),
        ("onhold@example.com", "PAYMENT.PAYOUTS-ITEM.HELD"),
        ("returned@example.com", "PAYMENT.PAYOUTS-ITEM.RETURNED"),
    ],
)
def test_every_outcome_of_an_item_has_its_event(
    paypal: Any, make_payout: Any, receiver: str, event_type: str
) -> None:
    listen(paypal)
    paypal.call("POST", PAYOUTS, make_payout("batch-1", receiver=receiver))
    assert types_of(delivered(paypal))[1:] == [event_type]


def test_an_unclaimed_item_returns_after_thirty_days_unless_it_is_cancelled(
    paypal: Any, make_payout: Any
) -> None:
    listen(paypal, "PAYMENT.PAYOUTS-ITEM.RETURNED", "PAYMENT.PAYOUTS-ITEM.CANCELED")
    for number in range(2):
        body = make_payout(f"batch-{number}", receiver="unclaimed@example.com")
        _, created = paypal.call("POST", PAYOUTS, body)
    paypal.model.settle()
    _, batch = paypal.call("GET", f"{PAYOUTS}/{created['batch_header']['payout_batch_id']}")
    item = batch["items"][0]["payout_item_id"]
    assert paypal.call("POST", f"/v1/payments/payouts-item/{item}/cancel")[0] == 200
    assert types_of(delivered(paypal)) == ["PAYMENT.PAYOUTS-ITEM.CANCELED"]
    paypal.clock.advance(30 * DAY)
    assert types_of(delivered(paypal)) == ["PAYMENT.PAYOUTS-ITEM.RETURNED"]


def test_a_delivery_verifies_by_its_certificate_chain(paypal: Any, make_payout: Any) -> None:
    webhook_id = listen(paypal)
    paypal.call("POST", PAYOUTS, make_payout("batch-1"))
    headers, body = delivered(paypal)[0]
    path = headers["PAYPAL-CERT-URL"].removeprefix("http://sandbox/paypal")
    chain = paypal_text(paypal, path)
    leaf, root = x509.load_pem_x509_certificates(chain.encode())
    [trusted] = paypal.model.listings()["certificates"]()
    assert x509.load_pem_x509_certificate(trusted["root"].encode()) == root
    leaf.verify_directly_issued_by(root)
    signed = "|".join(
        (
            headers["PAYPAL-TRANSMISSION-ID"],
            headers["PAYPAL-TRANSMISSION-TIME"],
            webhook_id,
            str(zlib.crc32(body)),
        )
    )
    key = leaf.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    signature = base64.b64decode(headers["PAYPAL-TRANSMISSION-SIG"])
    key.verify(signature, signed.encode(), padding.PKCS1v15(), hashes.SHA256())


def paypal_text(paypal: Any, path: str) -> str:
    answer = paypal.model.handle(Request("GET", path))
    assert answer.status == 200
    return str(answer.body.decode())


def test_paypal_verifies_what_is_genuine_and_nothing_else(paypal: Any, make_payout: Any) -> None:
    webhook_id = listen(paypal)
    paypal.call("POST", PAYOUTS, make_payout("batch-1"))
    headers, body = delivered(paypal)[0]
    genuine = verification(headers, body, webhook_id)
    assert verified(paypal, genuine) == "SUCCESS"
    for change in (
        {"webhook_event": {**genuine["webhook_event"], "id": "WH-another"}},
        {"transmission_id": "another"},
        {"transmission_sig": "bm90IGEgc2lnbmF0dXJl"},
        {"transmission_sig": "not base64"},
        {"webhook_id": "another"},
        {"auth_algo": "SHA1withRSA"},
        {"cert_url": "https://example.com/cert"},
    ):
        assert verified(paypal, {**genuine, **change}) == "FAILURE", change
    del genuine["transmission_id"]
    assert paypal.call("POST", "/v1/notifications/verify-webhook-signature", genuine)[0] == 400


def test_a_simulated_event_arrives_and_never_verifies(paypal: Any) -> None:
    webhook_id = listen(paypal)
    asked = {"webhook_id": webhook_id, "event_type": "PAYMENT.PAYOUTSBATCH.SUCCESS"}
    assert paypal.call("POST", "/v1/notifications/simulate-event", asked)[0] == 202
    [(headers, body)] = delivered(paypal)
    assert verified(paypal, verification(headers, body, webhook_id)) == "FAILURE"


def test_an_event_can_be_sent_again(paypal: Any, make_payout: Any) -> None:
    listen(paypal, "PAYMENT.PAYOUTSBATCH.SUCCESS")
    paypal.call("POST", PAYOUTS, make_payout("batch-1"))
    first = delivered(paypal)
    _, events = paypal.call(
        "GET", "/v1/notifications/webhooks-events?event_type=PAYMENT.PAYOUTSBATCH.SUCCESS"
    )
    path = f"/v1/notifications/webhooks-events/{events['events'][0]['id']}"
    assert paypal.call("GET", path)[1] == json.loads(first[0][1])
    assert paypal.call("POST", f"{path}/resend", {})[0] == 202
    assert [body for _, body in delivered(paypal)] == [first[0][1]]


def test_a_delivery_is_tried_25_times_more_within_three_days(paypal: Any, make_payout: Any) -> None:
    listen(paypal, "PAYMENT.PAYOUTSBATCH.SUCCESS")
    paypal.call("POST", PAYOUTS, make_payout("batch-1"))
    paypal.model.settle()
    began, tries = paypal.clock.now(), 0
    while paypal.clock.now() < began + 4 * DAY:
        for delivery in paypal.model.webhooks.take_due():
            paypal.model.webhooks.complete(delivery, 503)
            tries += 1
        paypal.clock.advance(60)
    assert tries == 26
    [shown] = paypal.model.listings()["deliveries"]()
    assert shown["status"] == "failed"
    assert shown["attempts"][-1]["time"] - shown["attempts"][0]["time"] <= 3 * DAY


def test_webhooks_are_shown_changed_and_deleted(paypal: Any) -> None:
    webhook_id = listen(paypal, "PAYMENT.PAYOUTSBATCH.SUCCESS")
    patch = [{"op": "replace", "path": "/event_types", "value": [{"name": "*"}]}]
    status, changed = paypal.call("PATCH", f"{WEBHOOKS}/{webhook_id}", patch)
    assert (status, changed["event_types"][0]["name"]) == (200, "*")
    assert paypal.call("GET", WEBHOOKS)[1]["webhooks"] == [changed]
    again = {"url": URL, "event_types": [{"name": "*"}]}
    assert paypal.call("POST", WEBHOOKS, again)[1]["name"] == "WEBHOOK_URL_ALREADY_EXISTS"
    assert paypal_delete(paypal, f"{WEBHOOKS}/{webhook_id}") == 204
    assert paypal.call("GET", f"{WEBHOOKS}/{webhook_id}")[1]["name"] == "INVALID_RESOURCE_ID"


def paypal_delete(paypal: Any, path: str) -> int:
    headers = (("Authorization", f"Bearer {paypal.token}"),)
    answer = paypal.model.handle(Request("DELETE", path, (), headers))
    assert not answer.body
    return int(answer.status)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "https://example.com/hook"}, "url"),
        ({"url": 1}, "url"),
        ({"event_types": []}, "event_types"),
        ({"event_types": [{"name": "NO.SUCH.EVENT"}]}, "event_types[0].name"),
        ({"event_types": ["*"]}, "event_types[0].name"),
    ],
)
def test_a_webhook_that_cannot_be_served_is_refused(paypal: Any, change: Any, field: str) -> None:
    body = {"url": URL, "event_types": [{"name": "*"}], **change}
    status, answer = paypal.call("POST", WEBHOOKS, body)
    assert (status, answer["details"][0]["field"]) == (400, field)


def test_without_a_token_no_webhook_is_shown(paypal: Any) -> None:
    paypal.token = "another"
    assert paypal.call("GET", WEBHOOKS)[0] == 401
