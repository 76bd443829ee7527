"""The settlement queue and its worker in one process.

Messages come as SQS delivers them to Lambda: hidden while they are worked on, again after their
pause when they are not done, in a dead-letter list after too many attempts (Amazon SQS developer
guide, "Visibility timeout", "Dead-letter queues"; Lambda developer guide, "Using Lambda with
Amazon SQS").
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import Any

from adapters.settlement_queue import SettlementMessage
from localtender.serve.invocation import LocalContext

# As `terraform/` has them: settlement_attempts, the worker's time-out and six times that.
ATTEMPTS = 15
WORKER_SECONDS = 60
VISIBILITY_SECONDS = 360
_WORKERS = 5

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass
class QueuedMessage:
    """A message, and from when on (monotonic seconds) it may be received."""

    body: str
    visible_at: float
    sent_at: float = field(default_factory=time.time)
    receipt_handle: str = field(default_factory=lambda: uuid.uuid4().hex)
    receives: int = 0

    def as_event(self) -> dict[str, Any]:
        """The event with which Lambda would be invoked for it."""
        record = {
            "messageId": self.receipt_handle,
            "receiptHandle": self.receipt_handle,
            "body": self.body,
            "attributes": {
                "ApproximateReceiveCount": str(self.receives),
                "SentTimestamp": str(int(self.sent_at * 1000)),
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:local:000000000000:payment-settlement",
            "awsRegion": "local",
        }
        return {"Records": [record]}


class QueueInMemory:
    """Implements `payments.ports.WorkerQueue`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._messages: dict[str, QueuedMessage] = {}
        self._changed = Condition()
        self.dead: list[QueuedMessage] = []

    def send(
        self, customer_id: str, payment_id: str, *, delay_seconds: int, first_attempt: bool
    ) -> None:
        """Have the worker look at the payment after the delay."""
        body = SettlementMessage(customer_id, payment_id, first_attempt).to_json()
        message = QueuedMessage(body, self._clock() + delay_seconds)
        with self._changed:
            self._messages[message.receipt_handle] = message
            self._changed.notify()

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Hide a received message for so many seconds from now."""
        with self._changed:
            if receipt_handle in self._messages:
                self._messages[receipt_handle].visible_at = self._clock() + seconds
                self._changed.notify()

    def receive(self, timeout_seconds: float) -> QueuedMessage | None:
        """The next message that may be worked on, hidden from now on; None when none came."""
        until = self._clock() + timeout_seconds
        with self._changed:
            while (now := self._clock()) < until:
                message = min(self._messages.values(), key=_visible_at, default=None)
                if message is not None and message.visible_at <= now:
                    message.receives += 1
                    if message.receives <= ATTEMPTS:
                        message.visible_at = now + VISIBILITY_SECONDS
                        return message
                    self.dead.append(self._messages.pop(message.receipt_handle))
                    continue
                wake_at = until if message is None else min(until, message.visible_at)
                self._changed.wait(max(0.001, wake_at - now))
        return None

    def delete(self, message: QueuedMessage) -> None:
        """Forget a message that is done."""
        with self._changed:
            self._messages.pop(message.receipt_handle, None)


def _visible_at(message: QueuedMessage) -> float:
    return message.visible_at


class SettlementWorker:
    """Hands messages to the settlement handler, several at a time, on threads of its own."""

    def __init__(self, queue: QueueInMemory, handler: Handler) -> None:
        self._queue = queue
        self._handler = handler
        self._stopped = False
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="settlement")
        self._thread = Thread(target=self._run, name="settlement-queue", daemon=True)

    def start(self) -> None:
        """Begin to receive."""
        self._thread.start()

    def stop(self) -> None:
        """Take no further message; what is being worked on may end by itself."""
        self._stopped = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopped:
            message = self._queue.receive(0.5)
            if message is not None and not self._stopped:
                self._pool.submit(self._work, message)

    def _work(self, message: QueuedMessage) -> None:
        context = LocalContext("payments-settlement", WORKER_SECONDS)
        answer = self._handler(message.as_event(), context)
        if not answer.get("batchItemFailures"):
            self._queue.delete(message)
