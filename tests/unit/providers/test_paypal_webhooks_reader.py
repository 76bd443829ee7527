from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from payments.deadline import Deadline
from payments.errors import (
    MalformedDeliveryError,
    UnsignedDeliveryError,
    UntrustedDeliveryError,
    UnverifiableDeliveryError,
)
from payments.notices import Delivery
from payments.ports import Verdict
from providers.paypal.webhook_certificates import WebhookCertificates
from providers.paypal.webhooks import PayPalNotices
from providers.transport import HttpAnswer, NoAnswerError
from tests.unit.providers.certificate_factory import NOW, Made, certificate

CERT_URL = "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1"
ROOT = certificate("root", authority=True)
MIDDLE = certificate("middle", ROOT, authority=True)
LEAF = certificate("messageverificationcerts.sandbox.paypal.com", MIDDLE)
WEBHOOK_ID = "1AB23456CD789012E"
EVENT = {
    "id": "WH-1",
    "event_type": "PAYMENT.PAYOUTS-ITEM.SUCCEEDED",
    "resource": {
        "sender_batch_id": "p-1",
        "payout_batch_id": "B1",
        "payout_item": {"sender_item_id": "p-1", "note": "für Zoë €"},
    },
}


class PayPalFiles:
    """Serves certificates by their address; notes what was asked for."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = dict(files)
        self.asked: list[str] = []
        self.status = 200
        self.answers = True

    def send(self, method: str, url: str, deadline: Deadline) -> HttpAnswer:
        self.asked.append(url)
        if not self.answers:
            raise NoAnswerError("ReadTimeout")
        if self.status != 200 or url not in self.files:
            return HttpAnswer(self.status if self.status != 200 else 404, {}, b"{}")
        return HttpAnswer(200, {}, self.files[url].encode())


class Secret:
    def __init__(self, *values: dict[str, str]) -> None:
        self.values = list(values)

    def current(self) -> Mapping[str, str]:
        return self.values[0]

    def refreshed(self) -> Mapping[str, str]:
        if len(self.values) > 1:
            self.values.pop(0)
        return self.values[0]


@dataclass
class Sender:
    """Signs as PayPal does."""

    signer: Made = LEAF
    webhook_id: str = WEBHOOK_ID
    body: bytes = field(default_factory=lambda: json.dumps(EVENT, ensure_ascii=False).encode())
    transmission_id: str = "whd-1"
    time: str = "2026-11-26T00:00:00Z"
    cert_url: str = CERT_URL

    def delivery(self, **headers: str) -> Delivery:
        signed = (
            f"{self.transmission_id}|{self.time}|{self.webhook_id}|{zlib.crc32(self.body)}"
        ).encode()
        signature = self.signer.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return Delivery(
            {
                "paypal-transmission-id": self.transmission_id,
                "paypal-transmission-time": self.time,
                "paypal-transmission-sig": base64.b64encode(signature).decode(),
                "paypal-cert-url": self.cert_url,
                "paypal-auth-algo": "SHA256withRSA",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
            self.body,
        )


def reader(
    files: PayPalFiles | None = None,
    *,
    base_url: str = "https://api-m.sandbox.paypal.com",
    secret: Secret | None = None,
) -> PayPalNotices:
    served: Any = files or PayPalFiles({CERT_URL: LEAF.pem + MIDDLE.pem})
    known = secret or Secret({"webhook_id": WEBHOOK_ID, "trusted_certificates": ROOT.pem})
    return PayPalNotices(known, WebhookCertificates(base_url, served))


def read(delivery: Delivery, **options: Any) -> Any:
    return reader(**options).read(delivery, NOW, Deadline.after(5))


def test_a_webhook_of_paypals_is_read() -> None:
    notice = read(Sender().delivery())
    assert (notice.provider, notice.event_id, notice.payment_id) == ("paypal", "WH-1", "p-1")
    assert notice.outcome is Verdict.PAID
    assert notice.signed_at == NOW


@pytest.mark.parametrize(
    ("event_type", "outcome"),
    [
        ("PAYMENT.PAYOUTS-ITEM.FAILED", Verdict.FAILED),
        ("PAYMENT.PAYOUTS-ITEM.BLOCKED", Verdict.FAILED),
        ("PAYMENT.PAYOUTS-ITEM.RETURNED", Verdict.RETURNED),
        ("PAYMENT.PAYOUTS-ITEM.REFUNDED", Verdict.RETURNED),
        ("PAYMENT.PAYOUTS-ITEM.CANCELED", Verdict.RETURNED),
        ("PAYMENT.PAYOUTS-ITEM.UNCLAIMED", None),
        ("PAYMENT.PAYOUTS-ITEM.HELD", None),
    ],
)
def test_an_event_speaks_of_an_outcome_or_of_none(event_type: str, outcome: Verdict | None) -> None:
    body = json.dumps({**EVENT, "event_type": event_type}).encode()
    assert read(Sender(body=body).delivery()).outcome is outcome


def test_an_event_about_a_batch_names_its_payment() -> None:
    header = {"batch_header": {"sender_batch_header": {"sender_batch_id": "p-2"}}}
    event = {"id": "WH-2", "event_type": "PAYMENT.PAYOUTSBATCH.DENIED", "resource": header}
    notice = read(Sender(body=json.dumps(event).encode()).delivery())
    assert (notice.payment_id, notice.outcome) == ("p-2", Verdict.FAILED)


@pytest.mark.parametrize(
    "resource", [None, [], "text", {}, {"sender_batch_id": 7}, {"payout_item": "x"}]
)
def test_an_event_about_something_else_names_no_payment(resource: object) -> None:
    body = json.dumps({**EVENT, "resource": resource}).encode()
    assert read(Sender(body=body).delivery()).payment_id is None


@pytest.mark.parametrize(
    "header",
    [
        "paypal_transmission_id",
        "paypal_transmission_time",
        "paypal_transmission_sig",
        "paypal_cert_url",
        "paypal_auth_algo",
    ],
)
def test_a_header_that_is_missing_is_no_signature(header: str) -> None:
    with pytest.raises(UnsignedDeliveryError):
        read(Sender().delivery(**{header: " "}))


@pytest.mark.parametrize(
    "headers",
    [
        {"paypal_transmission_time": "yesterday"},
        {"paypal_transmission_sig": "no base64"},
        {"paypal_transmission_id": "a|b"},
    ],
)
def test_a_header_without_its_form_is_no_signature(headers: dict[str, str]) -> None:
    with pytest.raises(UnsignedDeliveryError):
        read(Sender().delivery(**headers))


@pytest.mark.parametrize(
    "sender",
    [
        Sender(webhook_id="ANOTHER"),
        Sender(signer=certificate("messageverificationcerts.paypal.com", MIDDLE)),
        Sender(time="2026-11-21T23:00:00Z"),
    ],
    ids=["for another webhook", "by another key", "too old"],
)
def test_a_signature_that_is_not_for_us_is_refused(sender: Sender) -> None:
    with pytest.raises(UntrustedDeliveryError):
        read(sender.delivery())


def test_other_bytes_than_those_signed_are_refused() -> None:
    genuine = Sender().delivery()
    for body in (b"", genuine.body + b" ", genuine.body.replace(b"p-1", b"p-2")):
        with pytest.raises(UntrustedDeliveryError):
            read(replace(genuine, body=body))


def test_another_algorithm_is_refused() -> None:
    with pytest.raises(UntrustedDeliveryError, match="algorithm"):
        read(Sender().delivery(paypal_auth_algo="SHA1withRSA"))


@pytest.mark.parametrize(
    "url",
    [
        "http://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://evil.example/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com@evil.example/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com:8443/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com/v1/notifications/certs/../../../x",
        "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1?x=1",
        "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1#x",
        "https://api.sandbox.paypal.com/v1/notifications/certs/",
        "//api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
    ],
)
def test_a_certificate_is_fetched_from_paypal_and_from_nowhere_else(url: str) -> None:
    files = PayPalFiles({url: LEAF.pem + MIDDLE.pem})
    with pytest.raises(UntrustedDeliveryError, match="address"):
        read(Sender(cert_url=url).delivery(), files=files)
    assert files.asked == []


@pytest.mark.parametrize(
    "made",
    [
        certificate("messageverificationcerts.paypal.com"),
        certificate("messageverificationcerts.paypal.com.evil.example", ROOT),
        certificate("evil.example", ROOT),
        certificate("messageverificationcerts.sandbox.paypal.com", ROOT, days=(-9, -1)),
    ],
    ids=["self-signed", "a longer name", "another name", "expired"],
)
def test_a_certificate_that_is_not_paypals_is_refused(made: Made) -> None:
    files = PayPalFiles({CERT_URL: made.pem})
    with pytest.raises(UntrustedDeliveryError):
        read(Sender(signer=made).delivery(), files=files)


@pytest.mark.parametrize(
    "file", ["", "no pem", "-----BEGIN CERTIFICATE-----\nAAAA\n", "x" * 70_000]
)
def test_a_file_that_is_no_certificate_is_refused(file: str) -> None:
    with pytest.raises(UntrustedDeliveryError):
        read(Sender().delivery(), files=PayPalFiles({CERT_URL: file}))


def test_without_roots_of_its_own_the_secret_means_the_public_ones() -> None:
    with pytest.raises(UntrustedDeliveryError, match="trusted root"):
        read(Sender().delivery(), secret=Secret({"webhook_id": WEBHOOK_ID}))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_certificate_that_paypal_does_not_serve_just_now_says_nothing_about_the_sender(
    status: int,
) -> None:
    files = PayPalFiles({})
    files.status = status
    with pytest.raises(UnverifiableDeliveryError):
        read(Sender().delivery(), files=files)
    files.answers = False
    with pytest.raises(UnverifiableDeliveryError):
        read(Sender().delivery(), files=files)


def test_a_certificate_is_fetched_once() -> None:
    files = PayPalFiles({CERT_URL: LEAF.pem + MIDDLE.pem})
    warm = reader(files)
    for number in range(3):
        warm.read(Sender(transmission_id=f"whd-{number}").delivery(), NOW, Deadline.after(5))
    assert files.asked == [CERT_URL]


def test_a_kept_certificate_is_not_good_for_longer_than_it_says() -> None:
    warm = reader()
    warm.read(Sender().delivery(), NOW, Deadline.after(5))
    later = Sender(time="2027-01-26T00:00:00Z").delivery()
    with pytest.raises(UntrustedDeliveryError, match="not valid"):
        warm.read(later, NOW + timedelta(days=61), Deadline.after(5))


def test_a_webhook_that_was_registered_anew_is_known_at_once() -> None:
    roots = {"trusted_certificates": ROOT.pem}
    secret = Secret({"webhook_id": "OLD", **roots}, {"webhook_id": WEBHOOK_ID, **roots})
    assert read(Sender().delivery(), secret=secret).event_id == "WH-1"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"id": 1, "event_type": "x"}', b'{"id": "x"}', b"[" * 100_000, b"\xff"],
    ids=["empty", "a list", "nothing", "a number", "half", "deep", "no text"],
)
def test_a_signed_body_that_is_no_event_is_told_apart(body: bytes) -> None:
    with pytest.raises(MalformedDeliveryError):
        read(Sender(body=body).delivery())
