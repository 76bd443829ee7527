"""A notice makes us ask; what it says decides nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.errors import NotSettledError
from payments.inquiry import Inquired
from payments.payment import Payment, PaymentStatus
from payments.payment_request import PaymentRequest
from payments.ports import Verdict
from tests.unit.payments.in_memory import World

REQUEST = PaymentRequest.parse(
    {"customer_id": "c-1", "email": "ada@example.com", "amount": "1", "currency": "USD"}
)
OUTCOMES = [None, Verdict.PAID, Verdict.FAILED, Verdict.RETURNED]


def pay(world: World) -> Payment:
    accepted = world.disbursements.accept(REQUEST, world.deadline())
    assert accepted.payment is not None
    return accepted.payment


def notify(world: World, payment: Payment, outcome: Verdict | None) -> Inquired | None:
    return world.inquiry.on_notice(
        payment.payment_id, outcome, world.deadline(), asked_at=world.clock.now()
    )


def stored(world: World, payment: Payment) -> Payment:
    return world.payments.rows[payment.customer_id, payment.payment_id]


def becomes(world: World, state: str) -> None:
    for reference in world.provider.states:
        world.provider.states[reference] = state


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("paid", PaymentStatus.COMPLETED),
        ("failed", PaymentStatus.FAILED),
        ("returned", PaymentStatus.RETURNED),
    ],
)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_open_payment_becomes_what_the_provider_says_whatever_the_notice_says(
    state: str, status: PaymentStatus, outcome: Verdict | None
) -> None:
    world = World(["pending"])
    payment = pay(world)
    becomes(world, state)

    inquired = notify(world, payment, outcome)

    assert inquired is not None
    assert stored(world, payment).status is status
    assert world.topic.outcomes == [(payment.payment_id, status.value)]


def test_a_notice_that_the_provider_does_not_confirm_yet_is_looked_into_again() -> None:
    world = World(["pending"])
    payment = pay(world)
    with pytest.raises(NotSettledError):
        notify(world, payment, Verdict.PAID)
    assert not stored(world, payment).status.is_final
    assert notify(world, payment, None) == Inquired(stored(world, payment))


def test_a_notice_that_is_never_confirmed_is_given_up() -> None:
    world = World(["pending"])
    payment = pay(world)
    asked_at = world.clock.now()
    world.clock.pass_time(3600)
    inquired = world.inquiry.on_notice(
        payment.payment_id, Verdict.PAID, world.deadline(), asked_at=asked_at
    )
    assert inquired is not None
    assert not inquired.payment.status.is_final


@pytest.mark.parametrize("state", ["returned", "failed"])
def test_money_that_comes_back_after_all_is_returned(state: str) -> None:
    world = World()
    payment = pay(world)
    becomes(world, state)

    notify(world, payment, Verdict.RETURNED)

    returned = stored(world, payment)
    assert [step.status.value for step in returned.history][-2:] == ["COMPLETED", "RETURNED"]
    assert world.topic.outcomes == [
        (payment.payment_id, "COMPLETED"),
        (payment.payment_id, "RETURNED"),
    ]


def test_a_notice_of_payment_that_comes_after_the_return_changes_nothing() -> None:
    world = World()
    payment = pay(world)
    becomes(world, "returned")
    notify(world, payment, Verdict.RETURNED)
    asked = len(world.provider.calls)

    assert notify(world, payment, Verdict.PAID) == Inquired(stored(world, payment))
    assert stored(world, payment).status is PaymentStatus.RETURNED
    assert len(world.provider.calls) == asked


def test_a_notice_that_says_what_the_ledger_knows_asks_nobody() -> None:
    world = World()
    payment = pay(world)
    asked = len(world.provider.calls)
    for _ in range(3):
        assert notify(world, payment, Verdict.PAID) == Inquired(stored(world, payment))
    assert len(world.provider.calls) == asked
    assert len(world.topic.outcomes) == 1


def test_a_provider_that_paid_what_the_ledger_has_as_failed_is_reported() -> None:
    world = World(["failed"])
    payment = pay(world)
    becomes(world, "paid")

    assert notify(world, payment, Verdict.PAID) == Inquired(stored(world, payment), disagrees=True)
    assert stored(world, payment).status is PaymentStatus.FAILED


def test_a_refused_payment_of_which_the_provider_says_that_it_paid_is_reported() -> None:
    world = World(["refused"])
    payment = pay(world)
    inquired = notify(world, payment, Verdict.PAID)
    assert inquired is not None
    assert inquired.disagrees


def test_a_notice_that_overtakes_the_providers_answer_leaves_the_request_alone() -> None:
    world = World()
    seen: list[Inquired | None] = []

    def notice_comes() -> None:
        [payment] = world.payments.rows.values()
        seen.append(notify(world, payment, Verdict.PAID))

    world.provider.meanwhile = notice_comes
    payment = pay(world)

    assert payment.status is PaymentStatus.COMPLETED
    assert [each and each.payment.status for each in seen] == [PaymentStatus.RECEIVED]
    assert world.provider.calls == ["pay", "look up"]
    assert world.topic.outcomes == [(payment.payment_id, "COMPLETED")]


def test_a_notice_heals_a_payment_that_everybody_has_given_up() -> None:
    world = World(["lost after"])
    payment = pay(world)
    assert payment.provider_reference is None
    world.clock.pass_time(86_400)

    notify(world, payment, Verdict.PAID)

    assert stored(world, payment).status is PaymentStatus.COMPLETED
    assert len(world.provider.payouts) == 1


def test_a_payment_that_is_not_found_yet_is_looked_for_again_and_then_not_any_more() -> None:
    world = World()
    asked_at = world.clock.now()
    stranger = replace(pay(world), payment_id="2026-11-26T03:53:51.456188Z-82b3a83a4789988f9f8d")
    with pytest.raises(NotSettledError):
        notify(world, stranger, Verdict.PAID)
    world.clock.pass_time(61)
    assert (
        world.inquiry.on_notice(
            stranger.payment_id, Verdict.PAID, world.deadline(), asked_at=asked_at
        )
        is None
    )


@settings(max_examples=200, deadline=None)
@given(
    states=st.lists(st.sampled_from(["pending", "paid", "failed", "returned"]), max_size=5),
    notices=st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=8),
)
def test_in_whatever_order_notices_come_the_steps_are_legal_and_each_outcome_is_told_once(
    states: list[str], notices: list[Verdict | None]
) -> None:
    world = World(["pending"])
    payment = pay(world)
    changes = iter(states)
    for outcome in notices:
        becomes(world, next(changes, "paid"))
        try:
            notify(world, payment, outcome)
        except NotSettledError:
            continue
    steps = [step.status for step in stored(world, payment).history if step.status.is_final]
    assert steps in (
        [],
        [PaymentStatus.COMPLETED],
        [PaymentStatus.FAILED],
        [PaymentStatus.RETURNED],
        [PaymentStatus.COMPLETED, PaymentStatus.RETURNED],
    )
    assert world.topic.outcomes == [(payment.payment_id, status.value) for status in steps]
    assert len(world.provider.payouts) == 1
