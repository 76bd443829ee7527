"""Patches of an order: the table of ``orders.patch`` in PayPal's published description."""

from __future__ import annotations

from typing import Any

import pytest

ORDERS = "/v2/checkout/orders"
UNIT = "/purchase_units/@reference_id=='default'"


def patch(paypal: Any, order: Any, *operations: Any) -> tuple[int, Any]:
    answer: tuple[int, Any] = paypal.call("PATCH", f"{ORDERS}/{order['id']}", list(operations))
    return answer


def unit_of(paypal: Any, order: Any) -> Any:
    return paypal.call("GET", f"{ORDERS}/{order['id']}")[1]["purchase_units"][0]


def test_attributes_are_added_replaced_and_removed(paypal: Any) -> None:
    order = paypal.order()
    amount = {"currency_code": "USD", "value": "90.00"}

    answer = patch(
        paypal,
        order,
        {"op": "replace", "path": f"{UNIT}/amount", "value": amount},
        {"op": "add", "path": f"{UNIT}/invoice_id", "value": "I-1"},
        {"op": "add", "path": f"{UNIT}/shipping/name", "value": {"full_name": "Ann Lee"}},
        {"op": "add", "path": f"{UNIT}/custom_id", "value": "c"},
        {"op": "remove", "path": f"{UNIT}/custom_id"},
        {"op": "replace", "path": "/intent", "value": "AUTHORIZE"},
    )

    assert answer == (204, None)
    unit = unit_of(paypal, order)
    assert (unit["amount"], unit["invoice_id"]) == (amount, "I-1")
    assert unit["shipping"] == {"name": {"full_name": "Ann Lee"}}
    assert "custom_id" not in unit
    assert paypal.call("GET", f"{ORDERS}/{order['id']}")[1]["intent"] == "AUTHORIZE"


def test_a_purchase_unit_is_added_whole(paypal: Any) -> None:
    order = paypal.order()
    second = {"reference_id": "b", "amount": {"currency_code": "USD", "value": "1.00"}}

    status, _ = patch(
        paypal, order, {"op": "add", "path": "/purchase_units/@reference_id=='b'", "value": second}
    )

    assert status == 204
    shown = paypal.call("GET", f"{ORDERS}/{order['id']}")[1]
    assert [unit["reference_id"] for unit in shown["purchase_units"]] == ["default", "b"]


@pytest.mark.parametrize(
    ("operation", "status", "issue"),
    [
        ({"op": "replace", "path": "/id", "value": "x"}, 422, "NOT_PATCHABLE"),
        ({"op": "replace", "path": f"{UNIT}/payments", "value": {}}, 422, "NOT_PATCHABLE"),
        ({"op": "replace", "path": "intent", "value": "x"}, 422, "INVALID_JSON_POINTER_FORMAT"),
        ({"op": "replace", "value": "x"}, 422, "PATCH_PATH_REQUIRED"),
        ({"op": "replace", "path": "/intent"}, 422, "PATCH_VALUE_REQUIRED"),
        ({"op": "remove", "path": f"{UNIT}/amount"}, 422, "INVALID_PATCH_OPERATION"),
        (
            {"op": "replace", "path": f"{UNIT}/custom_id", "value": "x"},
            422,
            "INVALID_PATCH_OPERATION",
        ),
        ({"op": "test", "path": "/intent", "value": "x"}, 422, "INVALID_PATCH_OPERATION"),
        ({"op": "spoil", "path": "/intent", "value": "x"}, 400, "INVALID_PARAMETER_VALUE"),
        ({"path": "/intent", "value": "x"}, 400, "MISSING_REQUIRED_PARAMETER"),
        ({"op": "replace", "path": "/intent", "value": "GIVE"}, 400, "INVALID_PARAMETER_VALUE"),
        (
            {
                "op": "replace",
                "path": f"{UNIT}/amount",
                "value": {
                    "currency_code": "USD",
                    "value": "2.00",
                    "breakdown": {"item_total": {"currency_code": "USD", "value": "1.00"}},
                },
            },
            422,
            "AMOUNT_MISMATCH",
        ),
        (
            {"op": "add", "path": "/purchase_units/@reference_id=='x'/invoice_id", "value": "I"},
            422,
            "REFERENCE_ID_NOT_FOUND",
        ),
    ],
)
def test_what_cant_be_patched_changes_nothing(
    paypal: Any, operation: Any, status: int, issue: str
) -> None:
    order = paypal.order()
    before = unit_of(paypal, order)
    allowed = {"op": "add", "path": f"{UNIT}/description", "value": "kept out"}

    answered, error = patch(paypal, order, allowed, operation)

    assert (answered, [each["issue"] for each in error["details"]]) == (status, [issue])
    assert unit_of(paypal, order) == before


@pytest.mark.parametrize("body", [{}, [], "x", [1]])
def test_a_patch_is_a_list_of_operations(paypal: Any, body: Any) -> None:
    order = paypal.order()

    status, error = paypal.call("PATCH", f"{ORDERS}/{order['id']}", body)

    assert (status, error["name"]) == (400, "INVALID_REQUEST")


def test_a_completed_order_is_not_patched(paypal: Any) -> None:
    order = paypal.order(payment_source={"paypal": {"vault_id": "v"}})

    status, error = patch(paypal, order, {"op": "replace", "path": "/intent", "value": "CAPTURE"})

    assert (status, error["details"][0]["issue"]) == (422, "ORDER_ALREADY_COMPLETED")
