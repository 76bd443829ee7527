"""PayPal's webhooks: whether one is PayPal's own, and what it says.

Sources: PayPal developer documentation, "Integrate webhooks" (headers, the signed text, up to 25
deliveries over three days) and "Webhook event names". The signature is over the transmission's id,
its time, the webhook's id and the CRC-32 of the body, so the body must be what came over the wire,
byte for byte.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from payments.errors import UnsignedDeliveryError, UntrustedDeliveryError
from payments.notices import ProviderNotice
from payments.ports import Verdict
from providers.webhook_secret import event_of, required_text, text_member

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from payments.deadline import Deadline
    from payments.notices import Delivery
    from providers.paypal.webhook_certificates import WebhookCertificates
    from providers.webhook_secret import WebhookSecretSource

PROVIDER: Final = "paypal"
_ALGORITHM: Final = "SHA256withRSA"
# Three days of tries, and a day for clocks and queues.
_OLDEST: Final = timedelta(days=4)
# No bar: it separates the parts of the signed text.
_TRANSMISSION_ID = re.compile(r"[A-Za-z0-9._-]{1,100}", re.ASCII)
_OUTCOMES: Final = {
    "PAYMENT.PAYOUTS-ITEM.SUCCEEDED": Verdict.PAID,
    "PAYMENT.PAYOUTS-ITEM.FAILED": Verdict.FAILED,
    "PAYMENT.PAYOUTS-ITEM.BLOCKED": Verdict.FAILED,
    "PAYMENT.PAYOUTS-ITEM.DENIED": Verdict.FAILED,
    "PAYMENT.PAYOUTS-ITEM.CANCELED": Verdict.RETURNED,
    "PAYMENT.PAYOUTS-ITEM.REFUNDED": Verdict.RETURNED,
    "PAYMENT.PAYOUTS-ITEM.RETURNED": Verdict.RETURNED,
    "PAYMENT.PAYOUTSBATCH.DENIED": Verdict.FAILED,
}


class PayPalNotices:
    """Implements ``payments.notices.NoticeReader``.

    The secret holds ``webhook_id``, and ``trusted_certificates`` (PEM) where PayPal's certificates
    lead to a root of their own, as a sandbox's do.
    """

    def __init__(self, secret: WebhookSecretSource, certificates: WebhookCertificates) -> None:
        self._secret = secret
        self._certificates = certificates

    def read(self, delivery: Delivery, now: datetime, deadline: Deadline) -> ProviderNotice:
        """Return what PayPal says; raises as ``NoticeReader`` does."""
        transmission_id = _header(delivery, "paypal-transmission-id")
        transmission_time = _header(delivery, "paypal-transmission-time")
        signature = _signature(delivery)
        signed_at = _time(transmission_time)
        if not _TRANSMISSION_ID.fullmatch(transmission_id):
            raise UnsignedDeliveryError("PAYPAL-TRANSMISSION-ID has not its form")
        if _header(delivery, "paypal-auth-algo") != _ALGORITHM:
            raise UntrustedDeliveryError("the signature's algorithm is not SHA256withRSA")
        if now - signed_at > _OLDEST:
            raise UntrustedDeliveryError("the signature is too old")

        def holds(secret: Mapping[str, str]) -> bool:
            certificate = self._certificates.get(
                _header(delivery, "paypal-cert-url"),
                secret.get("trusted_certificates"),
                now,
                deadline,
            )
            crc = zlib.crc32(delivery.body)
            webhook_id = secret.get("webhook_id", "")
            signed = f"{transmission_id}|{transmission_time}|{webhook_id}|{crc}"
            return certificate.key.has_signed(signed.encode(), signature, "sha256")

        self._require(holds)
        return _notice(delivery, signed_at)

    def _require(self, holds: Callable[[Mapping[str, str]], bool]) -> None:
        used = self._secret.current()
        reason = "the signature does not hold"
        try:
            if holds(used):
                return
        except UntrustedDeliveryError as error:
            reason = str(error)
        # The webhook may have been registered anew since the secret was read.
        stored = self._secret.refreshed()
        if stored == used or not holds(stored):
            raise UntrustedDeliveryError(reason)


def _notice(delivery: Delivery, signed_at: datetime) -> ProviderNotice:
    event = event_of(delivery)
    event_type = required_text(event, "event_type")
    payment_id = (
        text_member(event, "resource", "sender_batch_id")
        or text_member(event, "resource", "payout_item", "sender_item_id")
        or text_member(event, "resource", "batch_header", "sender_batch_header", "sender_batch_id")
    )
    return ProviderNotice(
        provider=PROVIDER,
        event_id=required_text(event, "id"),
        event_type=event_type,
        signed_at=signed_at,
        payment_id=payment_id,
        outcome=_OUTCOMES.get(event_type),
    )


def _header(delivery: Delivery, name: str) -> str:
    value = delivery.headers.get(name, "").strip()
    if not value:
        raise UnsignedDeliveryError(f"{name.upper()} is missing")
    return value


def _signature(delivery: Delivery) -> bytes:
    try:
        return base64.b64decode(_header(delivery, "paypal-transmission-sig"), validate=True)
    except binascii.Error as error:
        raise UnsignedDeliveryError("PAYPAL-TRANSMISSION-SIG has not its form") from error


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnsignedDeliveryError("PAYPAL-TRANSMISSION-TIME has not its form") from error
