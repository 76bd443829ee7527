from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.errors import DailyLimitExceededError, NotSettledError
from payments.limits import DailyLimits, DailyTotal
from payments.payment import PaymentStatus
from payments.payment_request import PaymentRequest
from tests.unit.payments.in_memory import CrashError, World

LIMIT = Decimal(10)
LIMITS = DailyLimits({"USD": LIMIT, "JPY": Decimal(500)})
MOVED_NOTHING = {PaymentStatus.FAILED, PaymentStatus.RETURNED}


def request(amount: Decimal | int, currency: str = "USD") -> PaymentRequest:
    return PaymentRequest.parse(
        {
            "customer_id": "c-1",
            "email": "ada@example.com",
            "amount": Decimal(amount),
            "currency": currency,
        }
    )


def pay(world: World, amount: Decimal | int, currency: str = "USD") -> None:
    world.disbursements.accept(request(amount, currency), world.deadline())


def total(world: World, currency: str = "USD") -> Decimal:
    return world.payments.counted(DailyTotal("c-1", world.clock.now().date(), currency))


def test_payments_up_to_the_limit_are_paid_and_the_next_one_is_not() -> None:
    world = World(limits=LIMITS)
    pay(world, 4)
    pay(world, 6)
    sent = len(world.queue.messages)
    with pytest.raises(DailyLimitExceededError, match="daily limit of 10 USD") as refused:
        pay(world, Decimal("0.01"))
    assert refused.value.ends_at == datetime(2026, 11, 24, tzinfo=UTC)
    assert total(world) == LIMIT
    assert len(world.payments.rows) == len(world.provider.payouts) == 2
    assert len(world.queue.messages) == sent


def test_one_payment_beyond_the_limit_is_refused_on_an_empty_day() -> None:
    world = World(limits=LIMITS)
    with pytest.raises(DailyLimitExceededError):
        pay(world, Decimal("10.01"))
    assert total(world) == 0
    assert world.queue.messages == []


def test_each_currency_has_its_own_limit_and_others_have_none() -> None:
    world = World(limits=LIMITS)
    pay(world, 10)
    pay(world, 500, "JPY")
    pay(world, 1_000_000, "EUR")
    counted = [total(world, currency) for currency in ("USD", "JPY", "EUR")]
    assert counted == [10, 500, 0]


def test_the_next_day_begins_with_the_whole_limit() -> None:
    world = World(limits=LIMITS)
    pay(world, 10)
    world.clock.pass_time(24 * 3600)
    pay(world, 10)
    assert world.payments.totals == {
        DailyTotal("c-1", date(2026, 11, 23), "USD"): 10,
        DailyTotal("c-1", date(2026, 11, 24), "USD"): 10,
    }


def test_a_payment_that_failed_gives_its_amount_back() -> None:
    world = World(["refused"], LIMITS)
    pay(world, 10)
    assert total(world) == 0
    pay(world, 10)
    assert total(world) == 10


def test_what_comes_back_on_a_later_day_is_taken_off_the_day_it_was_paid() -> None:
    world = World(limits=LIMITS)
    pay(world, 7)
    [payment] = world.payments.rows.values()
    world.clock.pass_time(24 * 3600)
    pay(world, 2)
    returned = payment.advance(PaymentStatus.RETURNED, world.clock.now())
    world.payments.save(returned, replacing_version=payment.version)
    assert world.payments.counted(DailyTotal.of(payment)) == 0
    assert total(world) == 2


def test_payments_from_before_there_was_a_limit_give_nothing_back() -> None:
    world = World(["refused"])
    pay(world, 10)
    assert world.payments.totals == {}


@settings(max_examples=200, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from([1, 2, 3, 5, 8, 10]),
            st.sampled_from(
                ["paid", "pending", "failed", "lost before", "lost after", "refused", "crash after"]
            ),
            st.sampled_from(["nothing", "settle", "return", "pass a day"]),
        ),
        max_size=12,
    ),
    overtaken=st.booleans(),
)
def test_no_day_ever_holds_more_than_its_limit_and_exactly_what_was_not_given_back(
    steps: list[tuple[int, str, str]], overtaken: bool
) -> None:
    """Whatever fails, comes back, crashes or is overtaken in between."""
    world = World([behaviour for _, behaviour, _ in steps], LIMITS)

    def check() -> None:
        counted: dict[DailyTotal, Decimal] = {}
        for payment in world.payments.rows.values():
            if payment.status not in MOVED_NOTHING:
                day = DailyTotal.of(payment)
                counted[day] = counted.get(day, Decimal(0)) + payment.money.amount
        assert {day: amount for day, amount in world.payments.totals.items() if amount} == counted
        assert all(amount <= LIMIT for amount in counted.values())

    def settle_last() -> None:
        customer_id, payment_id, _, first = world.queue.messages[-1]
        with contextlib.suppress(CrashError, NotSettledError):
            world.settlement.settle(
                customer_id,
                payment_id,
                world.deadline(),
                asked_at=world.clock.now(),
                first_attempt=first,
            )
        check()

    for amount, _, afterwards in steps:
        world.provider.meanwhile = settle_last if overtaken else None
        with contextlib.suppress(CrashError, DailyLimitExceededError):
            pay(world, amount)
        check()
        if afterwards == "settle" and world.queue.messages:
            settle_last()
            settle_last()
        if afterwards == "pass a day":
            world.clock.pass_time(24 * 3600)
        if afterwards == "return":
            for payment in list(world.payments.rows.values()):
                if payment.status is PaymentStatus.COMPLETED:
                    later = payment.advance(PaymentStatus.RETURNED, world.clock.now())
                    world.payments.save(later, replacing_version=payment.version)
        check()
