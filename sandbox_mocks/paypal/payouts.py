"""The Payouts API: create a batch, show it, show an item, cancel an unclaimed one.

Source: https://developer.paypal.com/docs/api/payments.payouts-batch/v1/ . ``sender_batch_id`` is
the idempotency key here: within 30 days it is taken once, and a second use is answered with a
link to the first batch. ``PayPal-Request-Id`` has been observed to have no effect on this API. A
batch that was denied does not hold its ``sender_batch_id``.
"""

from __future__ import annotations

import re
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Protocol

from sandbox_mocks.paypal.answers import (
    PAYOUTS_ERRORS,
    PayPalError,
    field_error,
    link,
    standard_error,
)
from sandbox_mocks.paypal.payout_batches import (
    UNCLAIMED_SECONDS,
    PayoutBatch,
    PayoutItem,
    new_batch,
)
from sandbox_mocks.paypal.payout_documents import (
    batch_document,
    batch_url,
    created_document,
    item_document,
    paid_row,
)
from sandbox_mocks.paypal.payout_simulations import (
    BATCH_ITEM_ERRORS,
    BATCH_STATUSES,
    ITEM_ERRORS,
    creation_error,
    simulated_outcome,
)
from sandbox_mocks.paypal.payout_validation import check_payout_request, validation_error
from sandbox_mocks.paypal.webhook_events import ITEM_EVENTS
from sandbox_mocks.shared.agenda import Agenda

if TYPE_CHECKING:
    from typing import Any

    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Request

REUSE_SECONDS = 30 * 86_400
_LARGEST_PAGE = 1000
_PAGE = re.compile(r"[0-9]{1,9}", re.ASCII)


class Announce(Protocol):
    """Tells of something that happened to a payout at a time (seconds since the epoch)."""

    def __call__(
        self, event_type: str, resource_type: str, resource: JsonObject, time: float, base_url: str
    ) -> None:
        """Tell whoever listens."""
        ...


class Payouts:
    """Batches of payouts; ``processing_seconds`` is how long a new one takes, by the clock."""

    def __init__(
        self, clock: VirtualClock, identifiers: IdentifierSource, announce: Announce
    ) -> None:
        self.processing_seconds = 0.0
        self._announce = announce
        self._agenda = Agenda()
        self._clock = clock
        self._identifiers = identifiers
        self._batches: dict[str, PayoutBatch] = {}
        self._items: dict[str, PayoutItem] = {}
        self._by_sender_batch_id: dict[str, PayoutBatch] = {}

    def create(self, document: Any, base_url: str) -> JsonObject:
        """Take a batch.

        Raises:
            PayPalError: the request is invalid, asks for a simulated error, or its
                ``sender_batch_id`` has been used; nothing has been paid.
        """
        check_payout_request(document)
        simulated = creation_error(document["items"][0].get("note"))
        if simulated is not None:
            raise simulated
        now = self._clock.now()
        sender_batch_id = document["sender_batch_header"].get("sender_batch_id")
        if sender_batch_id:
            self._refuse_reuse(sender_batch_id, now, base_url)
        batch = self._new_batch(document, now)
        self._batches[batch.id] = batch
        if sender_batch_id:
            self._by_sender_batch_id[sender_batch_id] = batch
        for item in batch.items:
            self._items[item.id] = item
        self._plan(batch, base_url)
        return created_document(batch, base_url)

    def show_batch(self, batch_id: str, request: Request) -> JsonObject:
        """Show a batch with a page of its items; raises PayPalError."""
        now = self._clock.now()
        batch = self._batches.get(batch_id) or self._simulated_batch(batch_id, now)
        if batch is None:
            raise standard_error(404)
        size = _page_parameter(request, "page_size", _LARGEST_PAGE)
        page = _page_parameter(request, "page", 1)
        first = (page - 1) * size
        document = batch_document(batch, batch.items[first : first + size], now, request.base_url)
        pages = ceil(len(batch.items) / size)
        if request.parameter("total_required") == "true":
            document |= {"total_items": len(batch.items), "total_pages": pages}
        url = f"{batch_url(request.base_url, batch.id)}?page_size={size}&total_required=true"
        document["links"] = [link(f"{url}&page={page}", "self")]
        if page < pages:
            document["links"].append(link(f"{url}&page={page + 1}", "next"))
        if 1 < page <= pages + 1:
            document["links"].append(link(f"{url}&page={page - 1}", "prev"))
        fields = request.parameter("fields")
        if fields:
            wanted = set(fields.split(","))
            return {name: value for name, value in document.items() if name in wanted}
        return document

    def show_item(self, item_id: str, base_url: str) -> JsonObject:
        """Show an item; raises PayPalError."""
        return item_document(self._item(item_id), self._clock.now(), base_url)

    def cancel_item(self, item_id: str, base_url: str) -> JsonObject:
        """Return an unclaimed item to the sender; raises PayPalError for any other."""
        item = self._item(item_id)
        now = self._clock.now()
        if now < item.batch.completes:
            raise _cancellation_error("BATCH_NOT_COMPLETED", "The batch is not completed yet.")
        status = item.status(now)
        if status == "RETURNED":
            raise _cancellation_error("ITEM_ALREADY_CANCELLED", "Item is already cancelled.")
        if status != "UNCLAIMED":
            message = "Only items in Unclaimed status can be cancelled."
            raise _cancellation_error("ITEM_INCORRECT_STATUS", message)
        item.cancelled = True
        document = item_document(item, now, base_url)
        self._announce("PAYMENT.PAYOUTS-ITEM.CANCELED", "payouts_item", document, now, base_url)
        return document

    def settle(self) -> None:
        """Let batches be processed as the clock says, and tell of it."""
        self._agenda.run_until(self._clock.now())

    def paid(self) -> list[JsonObject]:
        """Return one row for every item that was ever taken, oldest first."""
        now = self._clock.now()
        return [paid_row(item, now) for item in self._items.values()]

    def reset(self) -> None:
        """Forget all batches and process new ones at once."""
        self.processing_seconds = 0.0
        self._batches.clear()
        self._items.clear()
        self._by_sender_batch_id.clear()
        self._agenda.clear()

    def _plan(self, batch: PayoutBatch, base_url: str) -> None:
        if batch.completes > batch.starts:
            self._agenda.plan(batch.starts, partial(self._tell_of_batch, batch, base_url))
        self._agenda.plan(batch.completes, partial(self._tell_of_all, batch, base_url))

    def _tell_of_batch(self, batch: PayoutBatch, base_url: str, time: float) -> None:
        document = batch_document(batch, (), time, base_url)
        document = {**document, "links": [link(batch_url(base_url, batch.id), "self")]}
        event_type = f"PAYMENT.PAYOUTSBATCH.{batch.status(time)}"
        self._announce(event_type, "payouts", document, time, base_url)

    def _tell_of_all(self, batch: PayoutBatch, base_url: str, time: float) -> None:
        self._tell_of_batch(batch, base_url, time)
        for item in batch.items:
            self._tell_of_item(item, time, base_url)
            if item.status(time) == "UNCLAIMED":
                returns = time + UNCLAIMED_SECONDS
                self._agenda.plan(returns, partial(self._tell_of_return, item, base_url))

    def _tell_of_item(self, item: PayoutItem, time: float, base_url: str) -> None:
        event_type = ITEM_EVENTS.get(item.status(time))
        if event_type is not None:
            document = item_document(item, time, base_url)
            self._announce(event_type, "payouts_item", document, time, base_url)

    def _tell_of_return(self, item: PayoutItem, base_url: str, time: float) -> None:
        if not item.cancelled:
            self._tell_of_item(item, time, base_url)

    def _refuse_reuse(self, sender_batch_id: str, now: float, base_url: str) -> None:
        first = self._by_sender_batch_id.get(sender_batch_id)
        if first is None or now - first.created >= REUSE_SECONDS:
            return
        if first.status(now) == "DENIED":
            return
        problem = field_error("SENDER_BATCH_ID", "Batch with given sender_batch_id already exists")
        problem["link"] = [link(batch_url(base_url, first.id), "self")]
        raise PayPalError(
            400,
            "USER_BUSINESS_ERROR",
            "User business error.",
            details=[problem],
            information_link=PAYOUTS_ERRORS,
        )

    def _new_batch(self, document: JsonObject, now: float) -> PayoutBatch:
        return new_batch(
            document,
            now=now,
            processing_seconds=self.processing_seconds,
            identifiers=self._identifiers,
        )

    def _item(self, item_id: str) -> PayoutItem:
        item = self._items.get(item_id)
        if item is None and item_id in ITEM_ERRORS:
            return self._simulated(ITEM_ERRORS[item_id], self._clock.now()).items[0]
        if item is None:
            raise standard_error(404)
        return item

    def _simulated_batch(self, test_value: str, now: float) -> PayoutBatch | None:
        if test_value in BATCH_ITEM_ERRORS:
            return self._simulated(BATCH_ITEM_ERRORS[test_value], now)
        status = BATCH_STATUSES.get(test_value)
        if status is None:
            return None
        batch = self._simulated("RECEIVER_ACCOUNT_LOCKED" if status == "DENIED" else None, now)
        if status in {"PENDING", "PROCESSING"}:
            batch.completes = now + 1
            batch.starts = now if status == "PROCESSING" else batch.completes
        return batch

    def _simulated(self, error: str | None, now: float) -> PayoutBatch:
        """Make a batch that is shown but not kept: it was never paid."""
        item = {
            "recipient_type": "EMAIL",
            "receiver": "payouts-simulator-receiver@paypal.com",
            "amount": {"currency": "USD", "value": "1.00"},
        }
        header = {"email_subject": "This email is related to simulation"}
        document = {"sender_batch_header": header, "items": [item]}
        batch = new_batch(document, now=now, processing_seconds=0, identifiers=self._identifiers)
        if error is not None:
            batch.items[0].outcome = simulated_outcome(error)
        return batch


def _page_parameter(request: Request, name: str, default: int) -> int:
    text = request.parameter(name)
    if text is None:
        return default
    if not _PAGE.fullmatch(text) or not 1 <= int(text) <= _LARGEST_PAGE:
        problem = field_error(name, f"Value must be a whole number from 1 to {_LARGEST_PAGE}")
        raise validation_error([{**problem, "location": "query"}])
    return int(text)


def _cancellation_error(name: str, message: str) -> PayPalError:
    return PayPalError(400, name, message, information_link=PAYOUTS_ERRORS)
