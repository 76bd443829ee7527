from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from payments.errors import (
    BudgetExhaustedError,
    EmailMismatchError,
    IdempotencyKeyReusedError,
    InvalidFieldError,
    NotSettledError,
    RequestInProgressError,
    UnknownCustomerError,
    UnknownPaymentError,
    VersionConflictError,
)
from payments.idempotency import RecordedAnswer, claim
from payments.payment import Payment, PaymentStatus
from payments.payment_request import PaymentRequest
from tests.unit.payments.in_memory import CrashError, World


def request(**changes: object) -> PaymentRequest:
    body: dict[str, object] = {
        "customer_id": "c-1",
        "email": "ada@example.com",
        "amount": Decimal("12.50"),
        "currency": "USD",
    }
    return PaymentRequest.parse(body | changes)


def pay(world: World, **changes: object) -> Payment:
    payment = world.disbursements.accept(request(**changes), world.deadline()).payment
    assert payment is not None
    return payment


def settle(world: World, *, first_attempt: bool = False) -> Payment | None:
    customer_id, payment_id, _, _ = world.queue.messages[-1]
    return world.settlement.settle(
        customer_id,
        payment_id,
        world.deadline(50),
        asked_at=world.clock.now(),
        first_attempt=first_attempt,
    )


def test_a_prompt_provider_completes_the_payment_in_the_request() -> None:
    world = World()
    payment = pay(world)
    assert payment.status is PaymentStatus.COMPLETED
    assert world.provider.calls == ["pay", "look up"]
    assert world.topic.outcomes == [(payment.payment_id, "COMPLETED")]
    stored = world.payments.find("c-1", payment.payment_id)
    assert stored == payment
    assert stored is not None
    assert stored.notified_at is not None


def test_the_worker_is_asked_before_the_intent_is_recorded_and_after_the_budget() -> None:
    world = World(["crash before"])
    with pytest.raises(CrashError):
        pay(world)
    [(_, payment_id, delay, first_attempt)] = world.queue.messages
    assert delay > world.disbursements.budget_seconds
    assert not first_attempt
    assert world.payments.find("c-1", payment_id) is not None


def test_a_slow_payout_is_pending_when_the_budget_is_spent() -> None:
    world = World(["pending"])
    payment = pay(world)
    assert payment.status is PaymentStatus.PENDING
    assert payment.provider_reference == "B1"
    assert world.clock.monotonic <= 8
    assert world.topic.outcomes == []


def test_a_lost_answer_is_pending_never_failed() -> None:
    world = World(["lost after"])
    assert pay(world).status is PaymentStatus.PENDING


@pytest.mark.parametrize("behaviour", ["refused", "invalid"])
def test_a_refusal_of_the_first_call_is_a_failed_payment(behaviour: str) -> None:
    world = World([behaviour])
    payment = pay(world)
    assert payment.status is PaymentStatus.FAILED
    assert world.topic.outcomes == [(payment.payment_id, "FAILED")]


def test_a_refusal_after_a_lost_answer_proves_nothing_about_the_first_call() -> None:
    world = World(["lost before", "refused"])
    pay(world)
    with pytest.raises(NotSettledError):
        settle(world)
    settled = settle(world)
    assert settled is not None
    assert settled.status is PaymentStatus.COMPLETED


def test_a_slow_writers_refusal_can_not_be_stored_once_the_worker_asks() -> None:
    world = World()
    payment = world.disbursements.accept(request(), world.deadline(), respond_async=True).payment
    assert payment is not None

    def store_refusal() -> None:
        refused = payment.advance(PaymentStatus.FAILED, world.clock.now())
        with pytest.raises(VersionConflictError):
            world.payments.save(refused, replacing_version=payment.version)

    world.provider.meanwhile = store_refusal
    settled = settle(world)
    assert settled is not None
    assert settled.status is PaymentStatus.COMPLETED
    assert world.provider.meanwhile is None


def test_a_message_delivered_twice_is_a_first_attempt_once() -> None:
    world = World(["lost before", "refused"])
    world.disbursements.accept(request(), world.deadline(), respond_async=True)
    for _ in range(2):
        with pytest.raises(NotSettledError):
            settle(world, first_attempt=True)
    settled = settle(world, first_attempt=True)
    assert settled is not None
    assert settled.status is PaymentStatus.COMPLETED


def test_a_worker_that_loses_the_payment_to_another_one_does_not_call_the_provider() -> None:
    world = World(["lost before"])
    payment = pay(world)
    world.payments.rows["c-1", payment.payment_id] = payment.claimed(world.clock.now())
    world.payments.find = lambda *key: payment  # type: ignore[method-assign]
    calls = list(world.provider.calls)
    with pytest.raises(NotSettledError):
        settle(world)
    assert world.provider.calls == calls


@pytest.mark.parametrize(("busy_seconds", "look_ups"), [(3, 3), (60, 1)])
def test_a_provider_that_asks_for_time_is_left_alone_for_that_long(
    busy_seconds: float, look_ups: int
) -> None:
    world = World()
    world.provider.busy_seconds = busy_seconds
    assert pay(world).status is PaymentStatus.PENDING
    assert world.provider.calls == ["pay", *["look up"] * look_ups]
    assert world.clock.monotonic <= 8


def test_the_worker_leaves_a_payout_that_takes_its_time_to_the_queue() -> None:
    world = World(["pending"])
    pay(world)
    began = world.clock.monotonic
    with pytest.raises(NotSettledError):
        settle(world)
    assert world.clock.monotonic - began <= 5


def test_a_refusal_of_the_request_itself_is_final_at_any_time() -> None:
    world = World(["lost before", "invalid"])
    pay(world)
    settled = settle(world)
    assert settled is not None
    assert settled.status is PaymentStatus.FAILED


def test_a_broken_topic_does_not_hide_the_outcome_and_the_worker_publishes_it_later() -> None:
    world = World()
    world.topic.broken = True
    accepted = world.disbursements.accept(request(), world.deadline())
    assert accepted.payment is not None
    assert accepted.payment.status is PaymentStatus.COMPLETED
    assert isinstance(accepted.interruption, ConnectionError)
    world.topic.broken = False
    settle(world)
    settle(world)
    assert len(world.topic.outcomes) == 1
    assert world.provider.calls == ["pay", "look up"]


def test_respond_async_only_records_and_leaves_the_first_attempt_to_the_worker() -> None:
    world = World(["refused"])
    accepted = world.disbursements.accept(request(), world.deadline(), respond_async=True)
    assert accepted.payment is not None
    assert accepted.payment.status is PaymentStatus.RECEIVED
    assert world.provider.calls == []
    assert world.queue.messages[-1][2:] == (1, True)
    settled = settle(world, first_attempt=True)
    assert settled is not None
    assert settled.status is PaymentStatus.FAILED


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"customer_id": "c-2"}, UnknownCustomerError),
        ({"email": "eve@example.com"}, EmailMismatchError),
        ({"currency": "KWD"}, InvalidFieldError),
    ],
)
def test_a_refused_request_leaves_no_trace(
    changes: dict[str, object], error: type[Exception]
) -> None:
    world = World()
    with pytest.raises(error):
        pay(world, **changes)
    assert world.payments.rows == {}
    assert world.queue.messages == []
    assert world.provider.calls == []


def test_no_intent_is_recorded_when_the_time_is_over() -> None:
    world = World()
    with pytest.raises(BudgetExhaustedError):
        world.disbursements.accept(request(), world.deadline(0))
    assert world.payments.rows == {}


def test_two_posts_without_a_key_are_two_payments() -> None:
    world = World()
    assert pay(world).payment_id != pay(world).payment_id
    assert len(world.provider.payouts) == 2


def test_a_repeated_key_gets_the_first_answer_and_pays_once() -> None:
    world = World()
    key = claim("caller", "key-1", request().as_text())
    first = world.disbursements.accept(request(), world.deadline(), claim=key)
    assert first.payment is not None
    answer = RecordedAnswer(200, "{}")
    world.disbursements.remember(key, answer)
    again = world.disbursements.accept(request(), world.deadline(), claim=key)
    assert again.replayed == answer
    assert len(world.provider.payouts) == 1
    assert len(world.queue.messages) == 1


def test_a_key_with_another_body_is_refused() -> None:
    world = World()
    world.disbursements.accept(
        request(), world.deadline(), claim=claim("caller", "key-1", request().as_text())
    )
    other = request(amount=Decimal(13))
    with pytest.raises(IdempotencyKeyReusedError):
        world.disbursements.accept(
            other, world.deadline(), claim=claim("caller", "key-1", other.as_text())
        )


def test_the_same_key_of_another_caller_is_another_payment() -> None:
    world = World()
    for caller in ("one", "two"):
        world.disbursements.accept(
            request(), world.deadline(), claim=claim(caller, "key-1", request().as_text())
        )
    assert len(world.provider.payouts) == 2


def test_a_repetition_waits_while_the_first_request_runs_and_is_then_answered_by_the_ledger() -> (
    None
):
    world = World(["crash after"])
    key = claim("caller", "key-1", request().as_text())
    with pytest.raises(CrashError):
        world.disbursements.accept(request(), world.deadline(), claim=key)
    with pytest.raises(RequestInProgressError) as early:
        world.disbursements.accept(request(), world.deadline(), claim=key)
    assert early.value.retry_after_seconds == 10
    world.clock.pass_time(10)
    settle(world)
    late = world.disbursements.accept(request(), world.deadline(), claim=key)
    assert late.payment is not None
    assert late.payment.status is PaymentStatus.COMPLETED
    assert len(world.provider.payouts) == 1


@pytest.mark.parametrize("key", ["", "a" * 256, "line\nbreak", "schlüssel"])
def test_a_malformed_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidFieldError, match="Idempotency-Key"):
        claim("caller", key, {})


def test_payments_are_listed_newest_first_page_by_page() -> None:
    world = World()
    made = []
    for _ in range(3):
        world.clock.pass_time(1)
        made.append(pay(world).payment_id)
    first = world.disbursements.list("c-1", limit=2, after=None)
    rest = world.disbursements.list("c-1", limit=2, after=first.last_payment_id)
    assert [each.payment_id for each in (*first.payments, *rest.payments)] == made[::-1]
    assert rest.last_payment_id is None


def test_unknown_customers_and_payments_are_told_apart() -> None:
    world = World()
    with pytest.raises(UnknownCustomerError):
        world.disbursements.list("nobody", limit=1, after=None)
    with pytest.raises(UnknownCustomerError):
        world.disbursements.find("nobody", "x")
    with pytest.raises(UnknownPaymentError):
        world.disbursements.find("c-1", "x")
    assert world.disbursements.list("c-1", limit=1, after=None).payments == ()


def test_a_message_about_an_intent_that_never_was_is_dropped_after_a_while() -> None:
    world = World()
    asked_at = world.clock.now()

    def look() -> Payment | None:
        return world.settlement.settle(
            "c-1", "x", world.deadline(), asked_at=asked_at, first_attempt=False
        )

    with pytest.raises(NotSettledError):
        look()
    world.clock.pass_time(61)
    assert look() is None
    assert world.provider.calls == []


def test_the_worker_obeys_the_pause_that_the_provider_asks_for() -> None:
    world = World(["lost before", "lost before"])
    pay(world)
    with pytest.raises(NotSettledError) as unsettled:
        settle(world)
    assert unsettled.value.retry_after_seconds == 7


def test_a_payment_older_than_the_providers_memory_is_never_sent_again() -> None:
    world = World(["lost after"])
    pay(world)
    world.clock.pass_time(timedelta(days=29).total_seconds())
    with pytest.raises(NotSettledError, match="by hand"):
        settle(world)
    assert world.provider.calls == ["pay"]


def test_two_workers_at_once_end_with_one_outcome() -> None:
    world = World(["lost after"])
    payment = pay(world)
    # Both read the same version; the second to save finds the first one's.
    first = world.disburser.advance(payment, world.deadline(), first_attempt=False).payment
    second = world.disburser.advance(payment, world.deadline(), first_attempt=False).payment
    assert first == second
    assert len(world.provider.payouts) == 1
