from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from payments.errors import IllegalTransitionError, InvalidFieldError
from payments.money import Money
from payments.payment import Payment, PaymentMethod, PaymentStatus
from payments.payment_id import is_payment_id, new_payment_id

NOW = datetime(2026, 11, 23, 4, 55, 38, 123456, tzinfo=UTC)


def received() -> Payment:
    return Payment.receive(
        at=NOW,
        customer_id="c-1",
        payment_id=new_payment_id(NOW),
        money=Money(Decimal("1.00"), "USD"),
        payment_method=PaymentMethod.PAYPAL,
        email="ada@example.com",
    )


def test_a_payment_id_begins_with_the_instant_in_iso_8601() -> None:
    identifier = new_payment_id(NOW)
    assert identifier.startswith("2026-11-23T04:55:38.123456Z-")
    assert datetime.fromisoformat(identifier[:27]) == NOW
    assert is_payment_id(identifier)


def test_a_whole_second_keeps_its_microseconds_so_that_ids_sort_by_time() -> None:
    assert new_payment_id(NOW.replace(microsecond=0)).startswith("2026-11-23T04:55:38.000000Z-")


def test_payment_ids_of_one_instant_differ_under_concurrency() -> None:
    with ThreadPoolExecutor(8) as pool:
        identifiers = list(pool.map(lambda _: new_payment_id(NOW), range(2000)))
    assert len(set(identifiers)) == 2000


@pytest.mark.parametrize("text", ["", "x", "2026-11-23T04:55:38Z-00", "../../etc/passwd"])
def test_other_texts_are_no_payment_ids(text: str) -> None:
    assert not is_payment_id(text)


def test_every_step_adds_a_version_and_an_entry_to_the_history() -> None:
    payment = (
        received()
        .advance(PaymentStatus.SUBMITTED, NOW, reference="B1")
        .advance(PaymentStatus.PENDING, NOW, reason="UNCLAIMED")
        .advance(PaymentStatus.COMPLETED, NOW)
    )
    assert payment.version == 4
    assert payment.provider_reference == "B1"
    assert [step.status.value for step in payment.history] == [
        "RECEIVED",
        "SUBMITTED",
        "PENDING",
        "COMPLETED",
    ]


@pytest.mark.parametrize("final", [PaymentStatus.FAILED, PaymentStatus.RETURNED])
@pytest.mark.parametrize("after", list(PaymentStatus))
def test_nothing_follows_a_failed_or_returned_payment(
    final: PaymentStatus, after: PaymentStatus
) -> None:
    payment = received().advance(final, NOW)
    with pytest.raises(IllegalTransitionError):
        payment.advance(after, NOW)


def test_a_completed_payment_can_only_be_returned() -> None:
    payment = received().advance(PaymentStatus.COMPLETED, NOW)
    assert payment.advance(PaymentStatus.RETURNED, NOW).status is PaymentStatus.RETURNED
    with pytest.raises(IllegalTransitionError):
        payment.advance(PaymentStatus.FAILED, NOW)


def test_paypal_is_the_method_when_none_is_named() -> None:
    assert PaymentMethod.parse(None) is PaymentMethod.PAYPAL


@pytest.mark.parametrize("value", ["cash", "PAYPAL", 7, True, []])
def test_a_method_that_is_not_offered_is_refused(value: object) -> None:
    with pytest.raises(InvalidFieldError, match="payment_method: must be one of: paypal"):
        PaymentMethod.parse(value)
