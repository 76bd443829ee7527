"""The event types that this sandbox knows, and what a payout tells at each status.

Source: https://developer.paypal.com/api/rest/webhooks/event-names/ .
"""

from __future__ import annotations

EVENT_TYPES = {
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
