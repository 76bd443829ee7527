"""The event types that this sandbox knows, and what a payout or a payment tells at each status.

Source: https://developer.paypal.com/api/rest/webhooks/event-names/ .
"""

from __future__ import annotations

EVENT_TYPES = {
    "CHECKOUT.ORDER.APPROVED": "An order has been approved by buyer",
    "CHECKOUT.ORDER.COMPLETED": "Checkout Order Completed",
    "PAYMENT.AUTHORIZATION.CREATED": "A payment authorization was created.",
    "PAYMENT.AUTHORIZATION.VOIDED": "A payment authorization was voided.",
    "PAYMENT.CAPTURE.COMPLETED": "A payment capture completed.",
    "PAYMENT.CAPTURE.DECLINED": "A payment capture was declined.",
    "PAYMENT.CAPTURE.PENDING": "A payment capture is pending.",
    "PAYMENT.CAPTURE.REFUNDED": "A payment capture was refunded.",
    "PAYMENT.PAYOUTSBATCH.DENIED": "A batch payout payment is denied.",
    "PAYMENT.PAYOUTSBATCH.PROCESSING": "The state of a batch payout payment changes to processing.",
    "PAYMENT.PAYOUTSBATCH.SUCCESS": "A batch payout payment successfully completes processing.",
    "PAYMENT.PAYOUTS-ITEM.BLOCKED": "A payouts item was blocked.",
    "PAYMENT.PAYOUTS-ITEM.CANCELED": "A payouts item was canceled.",
    "PAYMENT.PAYOUTS-ITEM.DENIED": "A payouts item was denied.",
    "PAYMENT.PAYOUTS-ITEM.FAILED": "A payouts item failed.",
    "PAYMENT.PAYOUTS-ITEM.HELD": "A payouts item was held.",
    "PAYMENT.PAYOUTS-ITEM.REFUNDED": "A payouts item was refunded.",
    "PAYMENT.PAYOUTS-ITEM.RETURNED": "A payouts item was returned.",
    "PAYMENT.PAYOUTS-ITEM.SUCCEEDED": "A payouts item succeeded.",
    "PAYMENT.PAYOUTS-ITEM.UNCLAIMED": "A payouts item is unclaimed.",
}

# By an item's status; one that is still pending, or was reversed later, has no event.
ITEM_EVENTS = {
    "BLOCKED": "PAYMENT.PAYOUTS-ITEM.BLOCKED",
    "FAILED": "PAYMENT.PAYOUTS-ITEM.FAILED",
    "ONHOLD": "PAYMENT.PAYOUTS-ITEM.HELD",
    "REFUNDED": "PAYMENT.PAYOUTS-ITEM.REFUNDED",
    "RETURNED": "PAYMENT.PAYOUTS-ITEM.RETURNED",
    "SUCCESS": "PAYMENT.PAYOUTS-ITEM.SUCCEEDED",
    "UNCLAIMED": "PAYMENT.PAYOUTS-ITEM.UNCLAIMED",
}

# By a capture's and an authorization's status when it is made, or when its money arrives.
CAPTURE_EVENTS = {
    "COMPLETED": "PAYMENT.CAPTURE.COMPLETED",
    "DECLINED": "PAYMENT.CAPTURE.DECLINED",
    "PENDING": "PAYMENT.CAPTURE.PENDING",
}
AUTHORIZATION_EVENTS = {"CREATED": "PAYMENT.AUTHORIZATION.CREATED"}

# By the beginning of an event type's name: what its resource is, and the resource's version.
_RESOURCE_TYPES = {
    "CHECKOUT.ORDER": "checkout-order",
    "PAYMENT.AUTHORIZATION": "authorization",
    "PAYMENT.CAPTURE": "capture",
    "PAYMENT.PAYOUTS-ITEM": "payouts_item",
    "PAYMENT.PAYOUTSBATCH": "payouts",
}
_VERSION_TWO = frozenset({"authorization", "capture", "checkout-order", "refund"})


def resource_type_of(event_type: str) -> str:
    """Return what the resource of an event is."""
    if event_type == "PAYMENT.CAPTURE.REFUNDED":
        return "refund"
    return _RESOURCE_TYPES[event_type.rpartition(".")[0]]


def resource_version(resource_type: str) -> str:
    """Return the version in which a resource is shown."""
    return "2.0" if resource_type in _VERSION_TWO else "1.0"
