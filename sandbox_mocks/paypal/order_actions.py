"""What a test does to an order in the place of its payer, and to a capture in that of a bank.

    POST /_sandbox/paypal/orders/{id}/approve    {"payer": {...}, "outcome": "PENDING"}
    POST /_sandbox/paypal/captures/{id}/clear

`outcome` is what becomes of the payment: ``COMPLETED`` (default), ``PENDING`` as with an eCheck,
or ``DECLINED``, which the capture is then refused for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, get_args

from sandbox_mocks.paypal.answers import PayPalError
from sandbox_mocks.paypal.order_documents import capture_document, order_document
from sandbox_mocks.paypal.order_records import Outcome
from sandbox_mocks.shared.model import ActionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox_mocks.paypal.v2_routes import SecondVersion
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.model import Action

_OUTCOMES = get_args(Outcome)


def order_actions(checkout: SecondVersion) -> Mapping[tuple[str, str], Action]:
    """Return the actions by listing and name."""

    def approve(order_id: str, document: Any, base_url: str) -> JsonObject:
        fields = _fields(document, ("payer", "outcome"))
        payer, outcome = fields.get("payer", {}), fields.get("outcome", "COMPLETED")
        if not isinstance(payer, dict):
            raise ActionError(400, "payer must be an object, as an order shows it")
        if outcome not in _OUTCOMES:
            raise ActionError(400, f"outcome must be one of {', '.join(_OUTCOMES)}")
        try:
            order = checkout.orders.approve(order_id, base_url, payer, cast("Outcome", outcome))
        except PayPalError as error:
            raise _refused(error) from None
        return order_document(order, base_url)

    def clear(capture_id: str, document: Any, base_url: str) -> JsonObject:
        _fields(document, ())
        try:
            capture = checkout.captured.clear(capture_id, base_url)
        except PayPalError as error:
            raise _refused(error) from None
        return capture_document(capture, base_url)

    return {("orders", "approve"): approve, ("captures", "clear"): clear}


def _fields(document: Any, known: tuple[str, ...]) -> JsonObject:
    fields = {} if document is None else document
    if not isinstance(fields, dict) or not set(fields) <= set(known):
        allowed = ", ".join(known) or "nothing"
        raise ActionError(400, f"the body must be an object of {allowed}")
    return fields


def _refused(error: PayPalError) -> ActionError:
    issues = [f"{each['issue']}: {each['description']}" for each in error.details or []]
    return ActionError(error.status, "; ".join(issues) or error.message)
