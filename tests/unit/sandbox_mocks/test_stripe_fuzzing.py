"""Whatever is sent, the model answers as Stripe would: never with an error of its own."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RESOURCES = (
    *("accounts", "customers", "payment_intents", "payouts", "refunds", "tokens", "transfers"),
    *("webhook_endpoints", "charges", "events", "balance", "customers/cus_1/sources"),
)
NAMES = (
    *("amount", "currency", "destination", "customer", "payment_method", "confirm", "metadata"),
    *("metadata[a]", "expand[]", "expand[0]", "limit", "created", "created[gte]", "url", "type"),
    *("enabled_events[]", "bank_account[country]", "external_account", "source", "email"),
)
VALUES = st.sampled_from(["1", "usd", "true", "pm_card_visa", "", "data.customer", "acct_1"])
FORM = st.dictionaries(
    st.sampled_from(NAMES) | st.text(max_size=6), VALUES | st.text(max_size=8), max_size=5
)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE"]), path=st.sampled_from(RESOURCES), form=FORM
)
def test_any_call_is_carried_out_or_refused(
    stripe_api: Any, method: str, path: str, form: dict[str, str]
) -> None:
    status, answer = stripe_api.call(method, f"/v1/{path}", form)
    assert status in {200, 400, 402, 404}
    assert (status == 200) == ("error" not in answer)
