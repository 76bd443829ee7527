"""The settlement worker: takes payments from SQS to their outcome.

Messages of a batch are worked on at the same time, because one slow answer of a provider may take
as long as the whole invocation. A message that is not finished is reported as a partial batch
failure (Lambda developer guide, "Handling errors for an SQS event source") after its visibility
was set to the pause before the next attempt; after ``maxReceiveCount`` attempts SQS moves it to
the dead-letter queue, whose depth raises an alarm.
"""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.utilities.batch import (
    AsyncBatchProcessor,
    EventType,
    async_process_partial_response,
)

from adapters.settlement_queue import NoticeMessage, read_message
from handlers.composition import application, prepare_in_lambda
from handlers.observability import count_disagreement, count_outcome, logger
from payments.deadline import Deadline
from payments.errors import NotSettledError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from payments.payment import Payment

_FIRST_PAUSE_SECONDS: Final = 2
_LONGEST_PAUSE_SECONDS: Final = 900
_FUNCTION_RESERVE_SECONDS: Final = 5.0
# Longer than the 40 s a provider has been seen to take; what takes longer is asked again later.
_LONGEST_WORK_SECONDS: Final = 50.0

prepare_in_lambda()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work on a batch and name the messages that must come again."""
    processor = AsyncBatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(async_process_partial_response(event, _work, processor, context))


async def _work(record: SQSRecord, lambda_context: LambdaContext) -> None:
    remaining = lambda_context.get_remaining_time_in_millis() / 1000 - _FUNCTION_RESERVE_SECONDS
    deadline = Deadline.after(min(remaining, _LONGEST_WORK_SECONDS))
    await asyncio.to_thread(_settle, record, deadline)


def _settle(record: SQSRecord, deadline: Deadline) -> None:
    attempt = int(record.attributes.approximate_receive_count)
    asked_at = datetime.fromtimestamp(int(record.attributes.sent_timestamp) / 1000, UTC)
    try:
        message = read_message(record.body)
        if isinstance(message, NoticeMessage):
            payment = _heed(message, deadline, asked_at)
        else:
            payment = application().settlement.settle(
                message.customer_id,
                message.payment_id,
                deadline,
                asked_at=asked_at,
                first_attempt=message.first_attempt,
            )
    except Exception as error:
        pause = pause_seconds(attempt, getattr(error, "retry_after_seconds", None))
        reason = str(error) if isinstance(error, NotSettledError) else type(error).__name__
        logger.warning(
            "Payment not settled yet",
            extra={
                "message_id": record.message_id,
                "attempt": attempt,
                "reason": reason,
                "next_attempt_in_seconds": pause,
            },
        )
        application().queue.postpone(record.receipt_handle, pause)
        raise
    if payment is None:
        logger.info("No such payment", extra={"payment_id": message.payment_id})
        return
    logger.info(
        "Payment settled" if payment.status.is_final else "Payment left to the provider",
        extra={"payment_id": payment.payment_id, "status": payment.status.value},
    )
    count_outcome(payment, "webhook" if isinstance(message, NoticeMessage) else "settlement")


def _heed(message: NoticeMessage, deadline: Deadline, asked_at: datetime) -> Payment | None:
    """Ask the provider about the payment of its notice."""
    inquired = application().inquiry.on_notice(
        message.payment_id, message.outcome, deadline, asked_at=asked_at
    )
    if inquired is not None and inquired.disagrees:
        logger.error(
            "Ledger and provider disagree",
            extra={
                "payment_id": message.payment_id,
                "status": inquired.payment.status.value,
                "notice": None if message.outcome is None else message.outcome.name,
            },
        )
        count_disagreement(inquired.payment)
    return None if inquired is None else inquired.payment


def pause_seconds(attempt: int, at_least: float | None) -> int:
    """Return the pause before the next attempt: doubling, at most 15 minutes, with jitter.

    ``at_least`` is the provider's own wish (Retry-After); it is obeyed up to the longest pause.
    """
    doubled = float(min(_FIRST_PAUSE_SECONDS << min(attempt - 1, 20), _LONGEST_PAUSE_SECONDS))
    jittered = doubled + random.uniform(0, doubled / 4)
    wished = min(at_least or 0.0, _LONGEST_PAUSE_SECONDS)
    return round(max(jittered, wished))
