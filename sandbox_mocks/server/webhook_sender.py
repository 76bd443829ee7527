"""Delivers webhooks over HTTP while the server runs."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from sandbox_mocks.shared.sandbox import Sandboxes
    from sandbox_mocks.shared.webhooks.events import Delivery
    from sandbox_mocks.shared.webhooks.outbox import Outbox

_log = logging.getLogger(__name__)

_PAUSE_SECONDS = 0.05
_ANSWER_SECONDS = 10.0
_AT_ONCE = 8


async def send_webhooks(sandboxes: Sandboxes) -> None:
    """Send whatever becomes due by the virtual clock, until it is cancelled.

    Deliveries to one address go one after the other, so that they arrive in order; an address
    that is slow does not hold up the others.
    """
    # No proxy of the environment stands between two processes of one machine.
    async with httpx.AsyncClient(
        trust_env=False, timeout=_ANSWER_SECONDS, follow_redirects=False
    ) as client:
        lanes: dict[str, asyncio.Task[None]] = {}
        waiting: dict[str, list[tuple[Outbox, Delivery]]] = {}
        while True:
            for outbox, delivery in _due(sandboxes):
                waiting.setdefault(delivery.subscription.url, []).append((outbox, delivery))
            lanes = {url: lane for url, lane in lanes.items() if not lane.done()}
            for url in [url for url in waiting if url not in lanes][: _AT_ONCE - len(lanes)]:
                lanes[url] = asyncio.create_task(_send_all(client, waiting.pop(url)))
            await asyncio.sleep(_PAUSE_SECONDS)


def _due(sandboxes: Sandboxes) -> list[tuple[Outbox, Delivery]]:
    found: list[tuple[Outbox, Delivery]] = []
    for provider in sandboxes.providers.values():
        try:
            provider.model.settle()
        except Exception:
            # The others go on; the cause is a defect of ours.
            _log.exception("the %s sandbox failed to settle", provider.model.name)
        outbox = provider.model.webhooks
        if outbox is not None:
            found += [(outbox, delivery) for delivery in outbox.take_due()]
    return found


async def _send_all(client: httpx.AsyncClient, batch: list[tuple[Outbox, Delivery]]) -> None:
    for outbox, delivery in batch:
        headers, body = outbox.message(delivery)
        try:
            answer = await client.post(
                delivery.subscription.url, content=body, headers=list(headers)
            )
        except httpx.HTTPError as error:
            outbox.complete(delivery, None, f"{type(error).__name__}: {error}".strip(": "))
        else:
            outbox.complete(delivery, answer.status_code)
