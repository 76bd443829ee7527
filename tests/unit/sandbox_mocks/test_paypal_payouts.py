from __future__ import annotations

from typing import Any

import pytest

DAY = 86_400.0
PAYOUTS = "/v1/payments/payouts"


def show(paypal: Any, created: dict[str, Any]) -> dict[str, Any]:
    status, batch = paypal.call("GET", f"{PAYOUTS}/{created['batch_header']['payout_batch_id']}")
    assert status == 200
    return dict(batch)


def test_a_new_batch_is_pending_and_links_to_itself(paypal: Any, make_payout: Any) -> None:
    status, created = paypal.call("POST", PAYOUTS, make_payout("batch-1"))

    assert status == 201
    header = created["batch_header"]
    assert header["batch_status"] == "PENDING"
    assert header["sender_batch_header"]["sender_batch_id"] == "batch-1"
    assert created["links"] == [
        {
            "href": f"http://sandbox/paypal/v1/payments/payouts/{header['payout_batch_id']}",
            "rel": "self",
            "method": "GET",
            "encType": "application/json",
        }
    ]


def test_without_a_processing_time_the_first_look_shows_success(
    paypal: Any, make_payout: Any
) -> None:
    body = make_payout("batch-1", sender_item_id="item-1", note="Thanks")
    _, created = paypal.call("POST", PAYOUTS, body)

    batch = show(paypal, created)

    assert batch["batch_header"]["batch_status"] == "SUCCESS"
    assert batch["batch_header"]["amount"] == {"currency": "USD", "value": "9.87"}
    assert batch["batch_header"]["fees"] == {"currency": "USD", "value": "0.25"}
    assert batch["batch_header"]["time_completed"] == "2023-11-14T22:13:20Z"
    [item] = batch["items"]
    assert item["transaction_status"] == "SUCCESS"
    assert item["payout_item"] == {
        "recipient_type": "EMAIL",
        "amount": {"currency": "USD", "value": "9.87"},
        "note": "Thanks",
        "receiver": "ann@example.com",
        "sender_item_id": "item-1",
        "recipient_wallet": "PAYPAL",
    }
    assert item["transaction_id"]


def test_processing_takes_the_time_that_was_set(paypal: Any, make_payout: Any) -> None:
    paypal.model.change_settings({"processing_seconds": 60})
    _, created = paypal.call("POST", PAYOUTS, make_payout())
    seen = []

    for _ in range(3):
        batch = show(paypal, created)
        item_status = batch["items"][0]["transaction_status"]
        seen.append((batch["batch_header"]["batch_status"], item_status))
        paypal.clock.advance(30)

    assert seen == [("PENDING", "PENDING"), ("PROCESSING", "PENDING"), ("SUCCESS", "SUCCESS")]


def test_a_reused_sender_batch_id_is_refused_with_a_link_to_the_first_batch(
    paypal: Any, make_payout: Any
) -> None:
    _, first = paypal.call("POST", PAYOUTS, make_payout("batch-1"))

    status, error = paypal.call("POST", PAYOUTS, make_payout("batch-1", value="100.00"))

    assert (status, error["name"]) == (400, "USER_BUSINESS_ERROR")
    [detail] = error["details"]
    assert detail["field"] == "SENDER_BATCH_ID"
    assert detail["link"][0]["href"] == first["links"][0]["href"]
    assert len(paypal.model.payouts.paid()) == 1


def test_a_request_id_does_not_protect_a_payout(paypal: Any, make_payout: Any) -> None:
    for batch in ("batch-1", "batch-2"):
        paypal.call("POST", PAYOUTS, make_payout(batch), PayPal_Request_Id="same")

    assert len(paypal.model.payouts.paid()) == 2


def test_a_sender_batch_id_can_be_used_again_after_thirty_days(
    paypal: Any, make_payout: Any
) -> None:
    paypal.call("POST", PAYOUTS, make_payout("batch-1"))
    paypal.clock.advance(30 * DAY - 1)
    paypal.authenticate()
    assert paypal.call("POST", PAYOUTS, make_payout("batch-1"))[0] == 400

    paypal.clock.advance(1)

    assert paypal.call("POST", PAYOUTS, make_payout("batch-1"))[0] == 201


def test_a_denied_batch_does_not_hold_its_sender_batch_id(paypal: Any, make_payout: Any) -> None:
    body = make_payout("batch-1", receiver="ann+failed@example.com")
    _, created = paypal.call("POST", PAYOUTS, body)
    batch = show(paypal, created)
    assert batch["batch_header"]["batch_status"] == "DENIED"
    assert batch["items"][0]["transaction_status"] == "FAILED"
    assert batch["items"][0]["errors"]["name"] == "RECEIVER_ACCOUNT_LOCKED"
    assert "transaction_id" not in batch["items"][0]

    assert paypal.call("POST", PAYOUTS, make_payout("batch-1"))[0] == 201


def test_batches_without_a_sender_batch_id_are_all_taken(paypal: Any, make_payout: Any) -> None:
    for _ in range(2):
        assert paypal.call("POST", PAYOUTS, make_payout(None))[0] == 201


@pytest.mark.parametrize(
    ("receiver", "status"),
    [
        ("unclaimed@example.com", "UNCLAIMED"),
        ("ann+blocked@example.com", "BLOCKED"),
        ("ann+onhold@example.com", "ONHOLD"),
        ("ann+pending@example.com", "PENDING"),
        ("ann+returned@example.com", "RETURNED"),
        ("ann+refunded@example.com", "REFUNDED"),
        ("ann+reversed@example.com", "REVERSED"),
        ("failedattempt@example.com", "SUCCESS"),
    ],
)
def test_the_receiver_can_choose_the_outcome(
    paypal: Any, make_payout: Any, receiver: str, status: str
) -> None:
    _, created = paypal.call("POST", PAYOUTS, make_payout(receiver=receiver))

    assert show(paypal, created)["items"][0]["transaction_status"] == status


def test_an_unclaimed_item_can_be_cancelled_once(paypal: Any, make_payout: Any) -> None:
    body = make_payout(receiver="unclaimed@example.com")
    _, created = paypal.call("POST", PAYOUTS, body)
    item_id = show(paypal, created)["items"][0]["payout_item_id"]
    cancel = f"/v1/payments/payouts-item/{item_id}/cancel"

    status, item = paypal.call("POST", cancel)

    assert (status, item["transaction_status"]) == (200, "RETURNED")
    assert item["sender_batch_id"] == "batch-1"
    shown = paypal.call("GET", f"/v1/payments/payouts-item/{item_id}")[1]
    assert shown["transaction_status"] == "RETURNED"
    assert paypal.call("POST", cancel)[1]["name"] == "ITEM_ALREADY_CANCELLED"


def test_a_paid_item_cannot_be_cancelled(paypal: Any, make_payout: Any) -> None:
    _, created = paypal.call("POST", PAYOUTS, make_payout())
    item_id = show(paypal, created)["items"][0]["payout_item_id"]

    status, error = paypal.call("POST", f"/v1/payments/payouts-item/{item_id}/cancel")

    assert (status, error["name"]) == (400, "ITEM_INCORRECT_STATUS")


def test_an_item_cannot_be_cancelled_before_its_batch_is_done(
    paypal: Any, make_payout: Any
) -> None:
    paypal.model.change_settings({"processing_seconds": 60})
    _, created = paypal.call("POST", PAYOUTS, make_payout(receiver="unclaimed@example.com"))
    item_id = show(paypal, created)["items"][0]["payout_item_id"]

    status, error = paypal.call("POST", f"/v1/payments/payouts-item/{item_id}/cancel")

    assert (status, error["name"]) == (400, "BATCH_NOT_COMPLETED")


def test_unclaimed_money_comes_back_after_thirty_days(paypal: Any, make_payout: Any) -> None:
    _, created = paypal.call("POST", PAYOUTS, make_payout(receiver="unclaimed@example.com"))

    paypal.clock.advance(30 * DAY)
    paypal.authenticate()

    assert show(paypal, created)["items"][0]["transaction_status"] == "RETURNED"


def test_items_are_shown_in_pages(paypal: Any, make_payout: Any) -> None:
    body = make_payout()
    body["items"] = [
        {**body["items"][0], "sender_item_id": f"item-{number}"} for number in range(5)
    ]
    _, created = paypal.call("POST", PAYOUTS, body)
    batch_id = created["batch_header"]["payout_batch_id"]

    _, page = paypal.call("GET", f"{PAYOUTS}/{batch_id}?page_size=2&page=2&total_required=true")

    shown = [item["payout_item"]["sender_item_id"] for item in page["items"]]
    assert shown == ["item-2", "item-3"]
    assert (page["total_items"], page["total_pages"]) == (5, 3)
    assert [link["rel"] for link in page["links"]] == ["self", "next", "prev"]
    assert page["batch_header"]["amount"]["value"] == "49.35"
    assert page["batch_header"]["fees"]["value"] == "1.25"


@pytest.mark.parametrize("query", ["page=0", "page_size=1001", "page=x", "page_size=-1", "page=²"])
def test_a_bad_page_is_refused(paypal: Any, make_payout: Any, query: str) -> None:
    _, created = paypal.call("POST", PAYOUTS, make_payout())
    batch_id = created["batch_header"]["payout_batch_id"]

    status, error = paypal.call("GET", f"{PAYOUTS}/{batch_id}?{query}")

    assert (status, error["details"][0]["location"]) == (400, "query")


def test_only_the_fields_asked_for_are_shown(paypal: Any, make_payout: Any) -> None:
    _, created = paypal.call("POST", PAYOUTS, make_payout())
    batch_id = created["batch_header"]["payout_batch_id"]

    _, batch = paypal.call("GET", f"{PAYOUTS}/{batch_id}?fields=batch_header")

    assert list(batch) == ["batch_header"]


def test_yen_have_no_decimals_in_any_amount(paypal: Any, make_payout: Any) -> None:
    _, created = paypal.call("POST", PAYOUTS, make_payout(currency="JPY", value="1500"))

    header = show(paypal, created)["batch_header"]

    assert header["amount"]["value"] == "1500"
    assert "." not in header["fees"]["value"]


@pytest.mark.parametrize("path", ["payouts/NONE", "payouts-item/NONE", "payouts/A/B"])
def test_what_does_not_exist_is_not_found(paypal: Any, path: str) -> None:
    status, error = paypal.call("GET", f"/v1/payments/{path}")

    assert (status, error["name"]) == (404, "RESOURCE_NOT_FOUND")


def test_another_method_is_not_allowed(paypal: Any) -> None:
    assert paypal.call("PUT", PAYOUTS)[0] == 405


def test_what_was_paid_has_one_row_for_each_item(paypal: Any, make_payout: Any) -> None:
    body = make_payout("batch-1")
    body["items"].append({**body["items"][0], "receiver": "unclaimed@example.com"})
    paypal.call("POST", PAYOUTS, body)

    rows = paypal.model.payouts.paid()

    assert [(row["sender_batch_id"], row["value"], row["status"]) for row in rows] == [
        ("batch-1", "9.87", "SUCCESS"),
        ("batch-1", "9.87", "UNCLAIMED"),
    ]


def test_a_reset_forgets_payouts_tokens_and_settings(paypal: Any, make_payout: Any) -> None:
    paypal.model.change_settings({"processing_seconds": 60, "client_id": "other"})
    paypal.call("POST", PAYOUTS, make_payout("batch-1"))

    paypal.model.reset()

    assert paypal.call("POST", PAYOUTS, make_payout("batch-1"))[0] == 401
    paypal.authenticate()
    assert paypal.call("POST", PAYOUTS, make_payout("batch-1"))[0] == 201
    assert paypal.model.settings()["processing_seconds"] == 0
