"""Whatever is sent, the model answers as PayPal would: never with an error of its own."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["EMAIL", "USD", "JPY", "1.00", "a@example.com", "sale", "credit_card"])
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
AMOUNT = ANYTHING | st.fixed_dictionaries({"currency": ANYTHING, "value": ANYTHING})
ITEM = ANYTHING | st.fixed_dictionaries(
    {"receiver": ANYTHING, "amount": AMOUNT},
    optional={"recipient_type": ANYTHING, "note": ANYTHING, "purpose": ANYTHING},
)
HEADER = ANYTHING | st.fixed_dictionaries(
    {}, optional={"sender_batch_id": ANYTHING, "recipient_type": ANYTHING}
)
PAYOUT = ANYTHING | st.fixed_dictionaries(
    {"sender_batch_header": HEADER, "items": ANYTHING | st.lists(ITEM, max_size=3)}
)
TOTAL = ANYTHING | st.fixed_dictionaries(
    {"total": ANYTHING, "currency": ANYTHING}, optional={"details": ANYTHING}
)
PAYMENT = ANYTHING | st.fixed_dictionaries(
    {
        "intent": ANYTHING,
        "payer": ANYTHING | st.fixed_dictionaries({"payment_method": ANYTHING}),
        "transactions": ANYTHING | st.lists(st.fixed_dictionaries({"amount": TOTAL}), max_size=2),
    },
    optional={"redirect_urls": ANYTHING},
)
QUICK = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@QUICK
@given(body=PAYOUT)
def test_any_payout_body_is_taken_or_refused(paypal: Any, body: Any) -> None:
    before = len(paypal.model.payouts.paid())

    status, _ = paypal.call("POST", "/v1/payments/payouts", body)

    assert status in {201, 400}
    assert (status == 201) == (len(paypal.model.payouts.paid()) > before)


@QUICK
@given(body=PAYMENT)
def test_any_payment_body_is_taken_or_refused(paypal: Any, body: Any) -> None:
    status, _ = paypal.call("POST", "/v1/payments/payment", body)

    assert status in {201, 400}


@QUICK
@given(
    path=st.lists(
        st.sampled_from(["v1", "payments", "payouts", "payouts-item", "payment", "sale", "", "é"])
        | st.text(st.characters(exclude_characters="?"), max_size=6),
        max_size=6,
    ),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS"]),
)
def test_any_path_has_an_answer_in_paypals_shape(paypal: Any, path: list[str], method: str) -> None:
    status, answer = paypal.call(method, "/" + "/".join(path))

    assert status in {400, 401, 404, 405, 415}
    assert "name" in answer or "error" in answer
