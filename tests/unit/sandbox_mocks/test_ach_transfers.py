from __future__ import annotations

from typing import Any

import pytest

HOUR, DAY = 3_600.0, 86_400.0


def test_a_transfer_leaves_at_the_cut_off_and_settles_on_the_next_banking_day(ach: Any) -> None:
    transfer = ach.transfer()
    assert transfer["status"] == "pending"
    ach.clock.advance(7 * HOUR - 1)
    assert ach.status_of(transfer) == "pending"
    ach.clock.advance(1)
    assert ach.status_of(transfer) == "originated"
    # Thursday is Independence Day, so the next banking day is Friday.
    ach.clock.advance(1 * DAY)
    assert ach.status_of(transfer) == "originated"
    ach.clock.advance(16 * HOUR)
    assert ach.status_of(transfer) == "settled"
    _, shown = ach.call("GET", f"/v1/transfers/{transfer['id']}")
    assert [(each["status"], each["at"]) for each in shown["history"]] == [
        ("pending", "2024-07-03T14:00:00Z"),
        ("originated", "2024-07-03T21:00:00Z"),
        ("settled", "2024-07-05T12:30:00Z"),
    ]


def test_a_same_day_transfer_settles_on_the_day_on_which_it_leaves(ach: Any) -> None:
    transfer = ach.transfer(same_day=True)
    ach.clock.advance(7 * HOUR)
    assert ach.status_of(transfer) == "settled"


def test_what_comes_after_the_cut_off_leaves_on_the_next_banking_day(ach: Any) -> None:
    ach.clock.advance(8 * HOUR)
    transfer = ach.transfer()
    ach.clock.advance(1 * DAY)
    assert ach.status_of(transfer) == "pending"
    ach.clock.advance(1 * DAY)
    assert ach.status_of(transfer) == "originated"


@pytest.mark.parametrize(
    ("amount", "holder_name", "code"),
    [
        ("55.01", "Ann Lee", "R01"),
        ("55.03", "Ann Lee", "R03"),
        ("1.00", "Ann R02 Lee", "R02"),
    ],
)
def test_the_amount_or_the_holder_chooses_a_return_within_two_banking_days(
    ach: Any, amount: str, holder_name: str, code: str
) -> None:
    transfer = ach.transfer(amount, holder_name=holder_name)
    ach.clock.advance(2 * DAY)
    assert ach.status_of(transfer) == "originated"
    ach.clock.advance(3 * DAY)
    _, shown = ach.call("GET", f"/v1/transfers/{transfer['id']}")
    assert shown["status"] == "returned"
    assert shown["return"]["code"] == code
    assert "settled" not in {each["status"] for each in shown["history"]}


def test_an_unauthorized_debit_comes_back_long_after_it_has_settled(ach: Any) -> None:
    ach.model.change_settings({"late_return_days": 30})
    transfer = ach.transfer("55.07", direction="debit")
    ach.clock.advance(3 * DAY)
    assert ach.status_of(transfer) == "settled"
    ach.clock.advance(27 * DAY)
    assert ach.status_of(transfer) == "settled"
    ach.clock.advance(6 * DAY)
    assert ach.status_of(transfer) == "returned"


def test_a_notification_of_change_corrects_the_account_and_lets_the_transfer_settle(
    ach: Any,
) -> None:
    transfer = ach.transfer(holder_name="Ann C01 Lee")
    ach.clock.advance(10 * DAY)
    assert ach.status_of(transfer) == "settled"
    _, page = ach.call("GET", "/v1/notifications-of-change")
    [change] = page["data"]
    assert change["transfer_id"] == transfer["id"]
    assert change["corrected"] == {"account_number": "000123456780"}


def test_only_a_pending_transfer_can_be_canceled(ach: Any) -> None:
    transfer, late = ach.transfer(), ach.transfer()
    assert ach.call("POST", f"/v1/transfers/{transfer['id']}/cancel")[1]["status"] == "canceled"
    ach.clock.advance(10 * DAY)
    assert ach.status_of(transfer) == "canceled"
    status, refused = ach.call("POST", f"/v1/transfers/{late['id']}/cancel")
    assert (status, refused["error"]["code"]) == (409, "not_cancelable")


def test_a_key_pays_once_and_gives_the_first_answer_again(ach: Any) -> None:
    body = {"account_id": ach.account(), "amount": "12.50", "direction": "credit"}
    _, first = ach.call("POST", "/v1/transfers", body, Idempotency_Key="key-1")
    ach.clock.advance(10 * DAY)
    status, again = ach.call("POST", "/v1/transfers", body, Idempotency_Key="key-1")
    assert (status, again) == (201, first)
    assert ach.last.header("idempotent-replayed") == "true"
    _, page = ach.call("GET", "/v1/transfers?idempotency_key=key-1")
    assert [each["status"] for each in page["data"]] == ["settled"]

    other = body | {"amount": "12.51"}
    status, refused = ach.call("POST", "/v1/transfers", other, Idempotency_Key="key-1")
    assert (status, refused["error"]["code"]) == (422, "idempotency_key_reused")
    ach.clock.advance(21 * DAY)
    assert ach.call("POST", "/v1/transfers", body, Idempotency_Key="key-1")[1]["id"] != first["id"]


def test_a_refused_transfer_does_not_use_up_its_key(ach: Any) -> None:
    body = {"account_id": ach.account(), "amount": "0", "direction": "credit"}
    assert ach.call("POST", "/v1/transfers", body, Idempotency_Key="key-1")[0] == 422
    right = body | {"amount": "1.00"}
    assert ach.call("POST", "/v1/transfers", right, Idempotency_Key="key-1")[0] == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 12.5}, "amount"),
        ({"amount": "12.505"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1e400"}, "amount"),
        ({"amount": "100000000.00"}, "amount"),
        ({"amount": "1000000.01", "same_day": True}, "amount"),
        ({"direction": "sideways"}, "direction"),
        ({"currency": "EUR"}, "currency"),
        ({"account_id": "acct_unknown"}, "account_id"),
        ({"description": "more than ten"}, "description"),
        ({"reference": "a\nb"}, "reference"),
        ({"same_day": "yes"}, "same_day"),
        ({"metadata": {"a": 1}}, "metadata"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(ach: Any, change: Any, field: str) -> None:
    body = {"account_id": ach.account(), "amount": "12.50", "direction": "credit"} | change
    status, refused = ach.call("POST", "/v1/transfers", body)
    assert (status, refused["error"]["field"]) == (422, field)
    assert not ach.model.transfers.all()


def test_a_routing_number_has_a_check_digit(ach: Any) -> None:
    body = {"holder_name": "Ann", "routing_number": "021000022", "account_number": "1234"}
    status, refused = ach.call("POST", "/v1/accounts", body)
    assert (status, refused["error"]["field"]) == (422, "routing_number")


def test_an_account_shows_the_last_four_digits_only(ach: Any) -> None:
    _, shown = ach.call("GET", f"/v1/accounts/{ach.account()}")
    assert shown["account_number_last4"] == "6789"
    assert "000123456789" not in str(shown)


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer wrong", "Basic ach-sandbox-key"])
def test_without_the_key_nothing_is_answered(ach: Any, key: str) -> None:
    status, refused = ach.call("GET", "/v1/transfers", Authorization=key)
    assert (status, refused["error"]["code"]) == (401, "unauthorized")


def test_lists_come_in_pages(ach: Any) -> None:
    made = [ach.transfer()["id"] for _ in range(3)]
    _, first = ach.call("GET", "/v1/transfers?limit=2")
    assert ([each["id"] for each in first["data"]], first["has_more"]) == (made[:2], True)
    _, rest = ach.call("GET", f"/v1/transfers?limit=2&starting_after={made[1]}")
    assert ([each["id"] for each in rest["data"]], rest["has_more"]) == (made[2:], False)
    assert ach.call("GET", "/v1/transfers?limit=0")[0] == 422
    assert ach.call("GET", "/v1/transfers?starting_after=nobody")[0] == 422
