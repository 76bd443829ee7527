from __future__ import annotations

from typing import Any

import pytest

DAY = 86_400.0
TEN = {"amount": 1000, "currency": "usd"}


def available(stripe_api: Any, **headers: str) -> int:
    _, balance = stripe_api.call("GET", "/v1/balance", **headers)
    return int(balance["available"][0]["amount"])


def account_with(stripe_api: Any, number: str) -> str:
    """A connected account with a bank account of this number, and a hundred dollars."""
    account = stripe_api.make(
        "/v1/accounts",
        type="custom",
        **{
            "external_account[object]": "bank_account",
            "external_account[country]": "US",
            "external_account[currency]": "usd",
            "external_account[routing_number]": "110000000",
            "external_account[account_number]": number,
        },
    )["id"]
    stripe_api.make("/v1/transfers", amount=10_000, currency="usd", destination=account)
    return str(account)


def test_a_payout_is_pending_in_transit_and_paid(stripe_api: Any) -> None:
    payout = stripe_api.make("/v1/payouts", **TEN)
    assert payout["status"] == "pending"
    assert available(stripe_api) == 100_000_000 - 1000
    stripe_api.clock.advance(DAY)
    path = f"/v1/payouts/{payout['id']}"
    assert stripe_api.call("GET", path)[1]["status"] == "in_transit"
    stripe_api.clock.advance(DAY)
    assert stripe_api.call("GET", path)[1]["status"] == "paid"
    assert stripe_api.events() == ["payout.created", "payout.updated", "payout.paid"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("000111111116", "no_account"),
        ("000111111113", "account_closed"),
        ("000222222227", "insufficient_funds"),
        ("000333333335", "debit_not_authorized"),
    ],
)
def test_a_payout_to_a_test_number_fails_and_the_money_comes_back(
    stripe_api: Any, number: str, code: str
) -> None:
    account = account_with(stripe_api, number)
    _, payout = stripe_api.call("POST", "/v1/payouts", TEN, Stripe_Account=account)
    assert available(stripe_api, Stripe_Account=account) == 9_000
    stripe_api.clock.advance(2 * DAY)
    path = f"/v1/payouts/{payout['id']}"
    _, shown = stripe_api.call("GET", path, Stripe_Account=account)
    assert (shown["status"], shown["failure_code"]) == ("failed", code)
    assert available(stripe_api, Stripe_Account=account) == 10_000
    assert stripe_api.call("GET", path)[0] == 404, "it is not the platform's"


def test_a_payout_beyond_the_balance_is_refused(stripe_api: Any) -> None:
    stripe_api.model.change_settings({"first_balance": {"usd": 999}})
    status, answer = stripe_api.call("POST", "/v1/payouts", TEN)
    assert (status, answer["error"]["code"]) == (400, "balance_insufficient")
    assert available(stripe_api) == 999


def test_only_a_pending_payout_can_be_canceled(stripe_api: Any) -> None:
    first, second = (stripe_api.make("/v1/payouts", **TEN) for _ in range(2))
    assert stripe_api.make(f"/v1/payouts/{first['id']}/cancel")["status"] == "canceled"
    assert available(stripe_api) == 100_000_000 - 1000
    stripe_api.clock.advance(2 * DAY)
    assert stripe_api.call("POST", f"/v1/payouts/{second['id']}/cancel")[0] == 400


def test_a_transfer_moves_money_and_can_be_reversed_in_parts(stripe_api: Any) -> None:
    account = account_with(stripe_api, "000123456789")
    transfer = stripe_api.call("GET", "/v1/transfers")[1]["data"][0]
    reversal = stripe_api.make(f"/v1/transfers/{transfer['id']}/reversals", amount=4_000)
    assert (reversal["amount"], reversal["transfer"]) == (4_000, transfer["id"])
    assert available(stripe_api, Stripe_Account=account) == 6_000
    too_much = stripe_api.call(
        "POST", f"/v1/transfers/{transfer['id']}/reversals", {"amount": 6_001}
    )
    assert too_much[0] == 400
    stripe_api.make(f"/v1/transfers/{transfer['id']}/reversals")
    _, shown = stripe_api.call("GET", f"/v1/transfers/{transfer['id']}")
    assert (shown["reversed"], shown["reversals"]["total_count"]) == (True, 2)
    assert available(stripe_api) == 100_000_000


def test_a_transfer_needs_a_destination_that_is_there(stripe_api: Any) -> None:
    form = {**TEN, "destination": "acct_nobody"}
    status, answer = stripe_api.call("POST", "/v1/transfers", form)
    assert (status, answer["error"]["param"]) == (400, "destination")


def test_an_idempotency_key_gives_the_first_answer_again(stripe_api: Any) -> None:
    _, first = stripe_api.call("POST", "/v1/payouts", TEN, Idempotency_Key="k")
    stripe_api.clock.advance(DAY / 2)
    status, again = stripe_api.call("POST", "/v1/payouts", TEN, Idempotency_Key="k")
    assert (status, again) == (200, first)
    assert stripe_api.last.header("idempotent-replayed") == "true"
    assert stripe_api.last.header("idempotency-key") == "k"
    other = stripe_api.call("POST", "/v1/payouts", {**TEN, "amount": 1}, Idempotency_Key="k")
    assert (other[0], other[1]["error"]["type"]) == (400, "idempotency_error")
    assert len(stripe_api.model.listings()["payouts"]()) == 1
    stripe_api.clock.advance(DAY)
    assert stripe_api.call("POST", "/v1/payouts", TEN, Idempotency_Key="k")[1]["id"] != first["id"]


def test_what_fails_validation_leaves_its_key_unused(stripe_api: Any) -> None:
    assert stripe_api.call("POST", "/v1/payouts", {"amount": 0}, Idempotency_Key="k")[0] == 400
    assert stripe_api.call("POST", "/v1/payouts", TEN, Idempotency_Key="k")[0] == 200


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"amount": ""}, "parameter_invalid_integer", "amount"),
        ({"amount": "10.5"}, "parameter_invalid_integer", "amount"),
        ({"amount": "-1"}, "parameter_invalid_integer", "amount"),
        ({"amount": "100000000"}, "amount_too_large", "amount"),
        ({"currency": "xxx"}, None, "currency"),
        ({"currency": ""}, "parameter_invalid_empty", "currency"),
        ({"method": "carrier pigeon"}, None, "method"),
        ({"statement_descriptor": "x" * 23}, None, "statement_descriptor"),
        ({"surprise": "1"}, "parameter_unknown", "surprise"),
        ({"metadata[k]": "v" * 501}, None, "metadata[k]"),
        ({"destination": "ba_nobody"}, "resource_missing", "destination"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(
    stripe_api: Any, change: dict[str, str], code: str | None, param: str
) -> None:
    status, answer = stripe_api.call("POST", "/v1/payouts", {**TEN, **change})
    error = answer["error"]
    assert (status, error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error["param"]) == (code, param)
    assert not stripe_api.model.listings()["payouts"]()


def test_lists_come_newest_first_and_in_pages(stripe_api: Any) -> None:
    made = [stripe_api.make("/v1/payouts", **TEN)["id"] for _ in range(5)][::-1]

    def page(**form: Any) -> tuple[list[str], bool]:
        status, answer = stripe_api.call("GET", "/v1/payouts", form)
        assert status == 200, answer
        return [row["id"] for row in answer["data"]], answer["has_more"]

    assert page(limit=2) == (made[:2], True)
    assert page(limit=2, starting_after=made[1]) == (made[2:4], True)
    assert page(limit=2, starting_after=made[3]) == (made[4:], False)
    assert page(limit=2, ending_before=made[3]) == (made[1:3], True)
    assert page(status="paid") == ([], False)
    assert page(**{"created[gte]": int(stripe_api.clock.now())}) == (made, False)
    assert page(**{"created[gt]": int(stripe_api.clock.now())}) == ([], False)
    assert stripe_api.call("GET", "/v1/payouts", {"limit": 101})[0] == 400


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "You did not provide an API key"),
        ("Bearer sk_test_wrong_and_long_key", "Invalid API Key provided: sk_test_********_key"),
        ("Basic c2tfdGVzdF93cm9uZzo=", "Invalid API Key provided"),
    ],
)
def test_a_key_that_is_wrong_is_refused_and_not_shown(
    stripe_api: Any, key: str, words: str
) -> None:
    status, answer = stripe_api.call("GET", "/v1/balance", Authorization=key)
    assert status == 401
    assert words in answer["error"]["message"]


def test_the_key_may_be_the_user_of_basic_authorization(stripe_api: Any) -> None:
    basic = "Basic c2tfdGVzdF9zYW5kYm94Og=="
    assert stripe_api.call("GET", "/v1/balance", Authorization=basic)[0] == 200


def test_an_unknown_url_is_said_to_be_unrecognized(stripe_api: Any) -> None:
    status, answer = stripe_api.call("POST", "/v1/teapots")
    assert status == 404
    assert answer["error"]["message"].startswith("Unrecognized request URL (POST: /v1/teapots).")


def test_an_endpoint_names_events_of_addresses_on_this_machine(stripe_api: Any) -> None:
    here = {"url": "http://127.0.0.1:9/hook", "enabled_events[0]": "payout.paid"}
    for change, param in (
        ({"url": "https://example.com/hook"}, "url"),
        ({"enabled_events[0]": "payout.*"}, "enabled_events[0]"),
    ):
        status, answer = stripe_api.call("POST", "/v1/webhook_endpoints", here | change)
        assert (status, answer["error"]["param"]) == (400, param)
    endpoint = stripe_api.make("/v1/webhook_endpoints", **here)
    path = f"/v1/webhook_endpoints/{endpoint['id']}"
    assert "secret" not in stripe_api.call("GET", path)[1]
    assert stripe_api.make(path, disabled="true")["status"] == "disabled"
    stripe_api.make("/v1/payouts", **TEN)
    stripe_api.clock.advance(2 * DAY)
    stripe_api.model.settle()
    assert not stripe_api.model.webhooks.take_due()
    stripe_api.make(path, disabled="false")
    stripe_api.make("/v1/payouts", **TEN)
    stripe_api.clock.advance(2 * DAY)
    stripe_api.model.settle()
    [delivery] = stripe_api.model.webhooks.take_due()
    assert delivery.event.type == "payout.paid"
    assert delivery.subscription.secret == endpoint["secret"]
