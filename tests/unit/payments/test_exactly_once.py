"""Whatever crashes and whatever is lost: ledger = provider, nothing twice, nothing missing."""

from __future__ import annotations

import contextlib
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from payments.errors import NotSettledError
from payments.payment import PaymentStatus
from payments.payment_request import PaymentRequest
from tests.unit.payments.in_memory import CrashError, World

BEHAVIOURS = st.sampled_from(
    [
        "paid",
        "pending",
        "failed",
        "lost before",
        "lost after",
        "crash before",
        "crash after",
        "refused",
        "invalid",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    behaviours=st.lists(BEHAVIOURS, max_size=6),
    crash_before_saving=st.lists(st.booleans(), max_size=6),
    posts=st.integers(1, 3),
    respond_async=st.booleans(),
    overtaken=st.booleans(),
)
def test_every_recorded_payment_is_paid_exactly_as_the_ledger_says(
    behaviours: list[str],
    crash_before_saving: list[bool],
    posts: int,
    respond_async: bool,
    overtaken: bool,
) -> None:
    world = World(behaviours)
    request = PaymentRequest.parse(
        {
            "customer_id": "c-1",
            "email": "ada@example.com",
            "amount": Decimal(1),
            "currency": "USD",
        }
    )
    crashes = iter(crash_before_saving)

    def settle(customer_id: str, payment_id: str, *, first_attempt: bool) -> None:
        world.settlement.settle(
            customer_id,
            payment_id,
            world.deadline(),
            asked_at=world.clock.now(),
            first_attempt=first_attempt,
        )

    def overtake() -> None:
        customer_id, payment_id, _, first = world.queue.messages[-1]
        with contextlib.suppress(CrashError, NotSettledError):
            settle(customer_id, payment_id, first_attempt=first)

    for _ in range(posts):
        world.provider.meanwhile = overtake if overtaken else None
        world.payments.crash_before_saving = next(crashes, False)
        with contextlib.suppress(CrashError):
            world.disbursements.accept(request, world.deadline(), respond_async=respond_async)

    for customer_id, payment_id, _, first in world.queue.messages:
        for _ in range(20):
            world.payments.crash_before_saving = next(crashes, False)
            for reference, state in world.provider.states.items():
                if state == "pending":
                    world.provider.states[reference] = "paid"
            with contextlib.suppress(CrashError, NotSettledError):
                settle(customer_id, payment_id, first_attempt=first)
                break

    assert len(world.payments.rows) == posts
    for payment in world.payments.rows.values():
        paid_under = world.provider.payouts.get(payment.payment_id)
        outcome = None if paid_under is None else world.provider.states[paid_under]
        expected = PaymentStatus.COMPLETED if outcome == "paid" else PaymentStatus.FAILED
        assert payment.status is expected
        published = [each for each in world.topic.outcomes if each[0] == payment.payment_id]
        assert published == [(payment.payment_id, expected.value)]
    assert set(world.provider.payouts) <= {each[1] for each in world.payments.rows}
