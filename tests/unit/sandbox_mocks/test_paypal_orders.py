"""Orders v2, as https://developer.paypal.com/docs/api/orders/v2/ documents it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox_mocks.shared.model import ActionError

ORDERS = "/v2/checkout/orders"
CARD = {
    "name": "Ann Lee",
    "number": "4111111111111111",
    "expiry": "2030-01",
    "security_code": "123",
}
HOUR = 3_600.0


def issues(error: Any) -> list[str]:
    return [each["issue"] for each in error["details"]]


def rels(document: Any) -> list[str]:
    return [link["rel"] for link in document["links"]]


def test_a_new_order_is_shown_by_its_id_status_and_links(paypal: Any) -> None:
    made = paypal.order()

    assert set(made) == {"id", "status", "links"}
    assert made["status"] == "CREATED"
    assert rels(made) == ["self", "approve", "update", "capture"]


def test_a_representation_is_all_of_the_order(paypal: Any) -> None:
    body = {
        "intent": "CAPTURE",
        "purchase_units": [{"amount": {"currency_code": "USD", "value": "100.00"}}],
    }
    status, made = paypal.call("POST", ORDERS, body, Prefer="return=representation")

    assert (status, made["intent"]) == (201, "CAPTURE")
    [unit] = made["purchase_units"]
    assert (unit["reference_id"], unit["amount"]["value"]) == ("default", "100.00")
    assert paypal.call("GET", f"{ORDERS}/{made['id']}") == (200, made)


def test_an_order_is_captured_once_its_payer_has_approved_it(paypal: Any) -> None:
    made = paypal.order()
    capture = f"{ORDERS}/{made['id']}/capture"

    status, refused = paypal.call("POST", capture, {})
    assert (status, refused["name"], issues(refused)) == (
        422,
        "UNPROCESSABLE_ENTITY",
        ["ORDER_NOT_APPROVED"],
    )
    assert set(refused) == {"name", "message", "debug_id", "details", "links"}
    assert refused["debug_id"] == paypal.last.header("Paypal-Debug-Id")

    approved = paypal.act("orders", made["id"], "approve")
    assert (approved["status"], approved["payer"]["payer_id"]) == ("APPROVED", "QYR5Z8XDVJNXQ")
    status, paid = paypal.call("POST", capture, {})
    assert (status, paid["status"]) == (201, "COMPLETED")
    [captured] = paid["purchase_units"][0]["payments"]["captures"]
    assert (captured["status"], captured["amount"]["value"]) == ("COMPLETED", "100.00")
    assert captured["seller_receivable_breakdown"]["paypal_fee"]["value"] == "3.98"

    status, again = paypal.call("POST", capture, {})
    assert (status, issues(again)) == (422, ["ORDER_ALREADY_CAPTURED"])
    assert len(paypal.model.listings()["captures"]()) == 1


def test_a_capture_needs_no_body_but_what_is_sent_must_be_json(paypal: Any) -> None:
    made = paypal.order()
    paypal.act("orders", made["id"], "approve")
    headers = {"Authorization": f"Bearer {paypal.token}"}
    path = f"{ORDERS}/{made['id']}/capture"

    assert paypal.send("POST", path, b"", headers)[0] == 415
    headers["Content-Type"] = "application/json"
    assert paypal.send("POST", path, b"", headers)[0] == 201


def test_an_order_to_authorize_is_not_captured(paypal: Any) -> None:
    made = paypal.order(intent="AUTHORIZE")
    paypal.act("orders", made["id"], "approve")

    status, refused = paypal.call("POST", f"{ORDERS}/{made['id']}/capture", {})
    assert (status, issues(refused)) == (422, ["ACTION_DOES_NOT_MATCH_INTENT"])

    status, done = paypal.call("POST", f"{ORDERS}/{made['id']}/authorize", {})
    [held] = done["purchase_units"][0]["payments"]["authorizations"]
    assert (status, held["status"], held["amount"]["value"]) == (201, "CREATED", "100.00")
    assert rels(held) == ["self", "capture", "void", "reauthorize", "up"]
    status, again = paypal.call("POST", f"{ORDERS}/{made['id']}/authorize", {})
    assert issues(again) == ["ORDER_ALREADY_AUTHORIZED"]


def test_every_purchase_unit_is_captured_by_itself(paypal: Any) -> None:
    units = [
        {"reference_id": name, "amount": {"currency_code": "EUR", "value": value}}
        for name, value in (("a", "1.00"), ("b", "2.50"))
    ]
    made = paypal.order(purchase_units=units)
    paypal.act("orders", made["id"], "approve")
    _, paid = paypal.call("POST", f"{ORDERS}/{made['id']}/capture", {})

    captured = {
        unit["reference_id"]: unit["payments"]["captures"][0]["amount"]["value"]
        for unit in paid["purchase_units"]
    }
    assert captured == {"a": "1.00", "b": "2.50"}


def test_a_card_pays_at_once_and_its_number_is_never_shown(paypal: Any) -> None:
    made = paypal.order(payment_source={"card": CARD})

    assert made["status"] == "COMPLETED"
    assert made["payment_source"]["card"] == {
        "name": "Ann Lee",
        "expiry": "2030-01",
        "last_digits": "1111",
        "brand": "VISA",
        "type": "CREDIT",
    }
    shown = paypal.call("GET", f"{ORDERS}/{made['id']}")[1]
    assert CARD["number"] not in str(shown) + str(paypal.model.listings()["orders"]())
    [captured] = shown["purchase_units"][0]["payments"]["captures"]
    assert captured["processor_response"] == {"response_code": "0000"}


@pytest.mark.parametrize(("name", "code"), [("CCREJECT-REFUSED", "0500"), ("ccreject-if", "5120")])
def test_the_name_on_a_card_declines_its_capture(paypal: Any, name: str, code: str) -> None:
    made = paypal.order(payment_source={"card": {**CARD, "name": name}})

    [captured] = made["purchase_units"][0]["payments"]["captures"]
    assert (made["status"], captured["status"]) == ("COMPLETED", "DECLINED")
    assert captured["processor_response"]["response_code"] == code
    assert "seller_receivable_breakdown" not in captured


@pytest.mark.parametrize(
    ("card", "issue"),
    [
        ({"number": "4111111111111112"}, "VALIDATION_ERROR"),
        ({"expiry": "2020-01"}, "CARD_EXPIRED"),
        ({"number": None}, "CARD_NUMBER_REQUIRED"),
        ({"expiry": None}, "CARD_EXPIRY_REQUIRED"),
    ],
)
def test_a_card_that_cant_be_charged_is_refused(paypal: Any, card: Any, issue: str) -> None:
    changed = {name: value for name, value in {**CARD, **card}.items() if value is not None}
    made = paypal.order()
    status, error = paypal.call(
        "POST",
        f"{ORDERS}/{made['id']}/confirm-payment-source",
        {"payment_source": {"card": changed}},
    )
    assert (status, issues(error)) == (422, [issue])


def test_a_payment_source_needs_a_request_id(paypal: Any) -> None:
    body = {
        "intent": "CAPTURE",
        "purchase_units": [{"amount": {"currency_code": "USD", "value": "1"}}],
        "payment_source": {"paypal": {}},
    }
    status, error = paypal.call("POST", ORDERS, body)
    assert (status, issues(error)) == (400, ["PAYPAL_REQUEST_ID_REQUIRED"])


def test_a_wallet_waits_for_its_payer(paypal: Any) -> None:
    made = paypal.order(payment_source={"paypal": {}})
    assert (made["status"], rels(made)) == ("PAYER_ACTION_REQUIRED", ["self", "payer-action"])

    status, error = paypal.call("POST", f"{ORDERS}/{made['id']}/capture", {})
    assert (status, issues(error)) == (422, ["PAYER_ACTION_REQUIRED"])

    paypal.act("orders", made["id"], "approve", {"payer": {"email_address": "ann@example.com"}})
    _, paid = paypal.call("POST", f"{ORDERS}/{made['id']}/capture", {})
    assert paid["status"] == "COMPLETED"
    assert paid["payment_source"]["paypal"]["email_address"] == "ann@example.com"


def test_a_vaulted_wallet_pays_at_once(paypal: Any) -> None:
    assert paypal.order(payment_source={"paypal": {"vault_id": "v-1"}})["status"] == "COMPLETED"


def test_an_order_may_be_captured_by_its_approval(paypal: Any) -> None:
    made = paypal.order(processing_instruction="ORDER_COMPLETE_ON_PAYMENT_APPROVAL")

    approved = paypal.act("orders", made["id"], "approve")

    assert approved["status"] == "COMPLETED"
    assert len(paypal.model.listings()["captures"]()) == 1


def test_a_card_confirms_an_order_that_is_then_captured(paypal: Any) -> None:
    made = paypal.order()
    path = f"{ORDERS}/{made['id']}"

    status, confirmed = paypal.call(
        "POST", f"{path}/confirm-payment-source", {"payment_source": {"card": CARD}}
    )

    assert (status, confirmed["status"]) == (200, "APPROVED")
    assert paypal.call("POST", f"{path}/capture", {})[1]["status"] == "COMPLETED"


def test_a_declined_approval_is_an_instrument_declined(paypal: Any) -> None:
    made = paypal.order()
    paypal.act("orders", made["id"], "approve", {"outcome": "DECLINED"})

    status, error = paypal.call("POST", f"{ORDERS}/{made['id']}/capture", {})

    assert (status, issues(error)) == (422, ["INSTRUMENT_DECLINED"])
    assert paypal.model.listings()["captures"]() == []


@pytest.mark.parametrize(
    ("document", "status"),
    [({"outcome": "LOST"}, 400), ({"payer": 1}, 400), ([], 400), ({"other": 1}, 400)],
)
def test_an_approval_that_makes_no_sense_is_refused(
    paypal: Any, document: Any, status: int
) -> None:
    made = paypal.order()
    with pytest.raises(ActionError) as refused:
        paypal.act("orders", made["id"], "approve", document)
    assert refused.value.status == status


def test_only_an_open_order_is_approved(paypal: Any) -> None:
    made = paypal.order(payment_source={"card": CARD})
    with pytest.raises(ActionError) as refused:
        paypal.act("orders", made["id"], "approve")
    assert refused.value.status == 422
    with pytest.raises(ActionError) as unknown:
        paypal.act("orders", "NONE", "approve")
    assert unknown.value.status == 404


def test_an_invoice_is_captured_once(paypal: Any) -> None:
    unit = {"invoice_id": "I-1", "amount": {"currency_code": "USD", "value": "1.00"}}
    first, second = (paypal.order(purchase_units=[unit]) for _ in range(2))
    for order in (first, second):
        paypal.act("orders", order["id"], "approve")
    assert paypal.call("POST", f"{ORDERS}/{first['id']}/capture", {})[0] == 201

    status, error = paypal.call("POST", f"{ORDERS}/{second['id']}/capture", {})

    assert (status, issues(error)) == (422, ["DUPLICATE_INVOICE_ID"])


def test_the_same_request_again_is_answered_200_with_the_latest_state(paypal: Any) -> None:
    body = {
        "intent": "CAPTURE",
        "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}],
    }
    status, made = paypal.call("POST", ORDERS, body, PayPal_Request_Id="once")
    paypal.act("orders", made["id"], "approve")

    again, replayed = paypal.call("POST", ORDERS, body, PayPal_Request_Id="once")

    assert (status, again) == (201, 200)
    assert (replayed["id"], replayed["status"]) == (made["id"], "APPROVED")


def test_a_capture_is_replayed_after_its_answer_was_lost(paypal: Any) -> None:
    made = paypal.order()
    paypal.act("orders", made["id"], "approve")
    path = f"{ORDERS}/{made['id']}/capture"

    first = paypal.call("POST", path, {}, PayPal_Request_Id="once")
    second = paypal.call("POST", path, {}, PayPal_Request_Id="once")

    assert (first[0], second[0]) == (201, 200)
    assert first[1] == second[1]


def test_a_request_id_is_refused_for_another_request(paypal: Any) -> None:
    unit = {"amount": {"currency_code": "USD", "value": "1.00"}}
    body = {"intent": "CAPTURE", "purchase_units": [unit]}
    paypal.call("POST", ORDERS, body, PayPal_Request_Id="once")
    unit["amount"]["value"] = "2.00"

    status, error = paypal.call("POST", ORDERS, body, PayPal_Request_Id="once")

    assert (status, issues(error)) == (422, ["DUPLICATE_REQUEST_ID"])


def test_a_request_id_is_forgotten_after_six_hours(paypal: Any) -> None:
    unit = {"amount": {"currency_code": "USD", "value": "1.00"}}
    body = {"intent": "CAPTURE", "purchase_units": [unit]}
    _, first = paypal.call("POST", ORDERS, body, PayPal_Request_Id="once")
    paypal.clock.advance(6 * HOUR - 1)
    assert paypal.call("POST", ORDERS, body, PayPal_Request_Id="once")[1]["id"] == first["id"]
    paypal.clock.advance(1)

    status, second = paypal.call("POST", ORDERS, body, PayPal_Request_Id="once")

    assert status == 201
    assert second["id"] != first["id"]


@pytest.mark.parametrize("request_id", ["", "r" * 109])
def test_a_request_id_has_1_to_108_characters(paypal: Any, request_id: str) -> None:
    status, error = paypal.call("POST", ORDERS, {}, PayPal_Request_Id=request_id)

    assert (status, issues(error)) == (400, ["INVALID_STRING_LENGTH"])
    assert error["details"][0]["location"] == "header"


def test_a_refused_request_does_not_use_up_its_request_id(paypal: Any) -> None:
    made = paypal.order()
    path = f"{ORDERS}/{made['id']}/capture"
    assert paypal.call("POST", path, {}, PayPal_Request_Id="once")[0] == 422
    paypal.act("orders", made["id"], "approve")

    assert paypal.call("POST", path, {}, PayPal_Request_Id="once")[0] == 201


@pytest.mark.parametrize("path", [f"{ORDERS}/NONE", f"{ORDERS}/NONE/capture", "/v2/checkout"])
def test_what_does_not_exist_is_not_found(paypal: Any, path: str) -> None:
    method = "POST" if path.endswith("capture") else "GET"
    status, error = paypal.call(method, path, {} if method == "POST" else None)

    assert (status, error["name"]) == (404, "RESOURCE_NOT_FOUND")
    assert "information_link" not in error


@pytest.mark.parametrize(("method", "path"), [("GET", ORDERS), ("DELETE", f"{ORDERS}/NONE")])
def test_another_method_is_not_supported(paypal: Any, method: str, path: str) -> None:
    assert paypal.call(method, path)[0] == 405


def test_without_a_token_there_is_no_order(paypal: Any) -> None:
    status, error = paypal.send("GET", f"{ORDERS}/NONE", b"", {})

    assert (status, error["name"]) == (401, "AUTHENTICATION_FAILURE")
    assert error["links"][0]["rel"] == "information_link"


def test_orders_are_told_of_by_webhooks(paypal: Any) -> None:
    hook = {"url": "http://127.0.0.1:9/hook", "event_types": [{"name": "*"}]}
    paypal.call("POST", "/v1/notifications/webhooks", hook)
    paid = paypal.paid_order()
    paypal.call("POST", f"/v2/payments/captures/{paid['id']}/refund", {})

    told = [event["event_type"] for event in paypal.model.notifications.events(None)["events"]]

    assert told[::-1] == [
        "CHECKOUT.ORDER.APPROVED",
        "PAYMENT.CAPTURE.COMPLETED",
        "CHECKOUT.ORDER.COMPLETED",
        "PAYMENT.CAPTURE.REFUNDED",
    ]
    event = paypal.model.notifications.events("PAYMENT.CAPTURE.COMPLETED")["events"][0]
    assert (event["resource_type"], event["resource_version"]) == ("capture", "2.0")
    assert event["resource"]["id"] == paid["id"]
