"""Whatever is sent, the model answers: never with an error of its own."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["1.00", "credit", "PPD", "021000021", "12345678", "http://127.0.0.1:1/"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
FIELDS = (
    *("holder_name", "routing_number", "account_number", "account_type", "metadata", "account_id"),
    *("amount", "direction", "sec_code", "same_day", "reference", "url", "events", "secret"),
)
BODY = ANYTHING | st.dictionaries(st.sampled_from(FIELDS), ANYTHING)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(path=st.sampled_from(["accounts", "transfers", "webhook-endpoints"]), body=BODY)
def test_any_body_is_taken_or_refused(ach: Any, path: str, body: Any) -> None:
    status, answer = ach.call("POST", f"/v1/{path}", body)
    assert status in {201, 400, 422}
    assert (status == 201) == ("id" in answer)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.binary(max_size=40))
def test_any_bytes_are_refused(ach: Any, body: bytes) -> None:
    assert ach.send("POST", "/v1/transfers", body)[0] in {400, 422}
