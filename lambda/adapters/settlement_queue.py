"""Messages to the settlement worker over SQS."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from payments.ports import Verdict

if TYPE_CHECKING:
    from adapters.clients import AwsClients
    from payments.notices import ProviderNotice

# By then the request that pays has mostly stored what it learnt, and the index has the payment.
_NOTICE_DELAY_SECONDS: Final = 1


class MalformedMessageError(ValueError):
    """The message is none of ours; it ends in the dead-letter queue."""


@dataclass(frozen=True)
class SettlementMessage:
    """Names the payment to look at; carries no personal data and no money."""

    customer_id: str
    payment_id: str
    first_attempt: bool

    def to_json(self) -> str:
        """Return the body of the message."""
        return json.dumps(
            {
                "customer_id": self.customer_id,
                "payment_id": self.payment_id,
                "first_attempt": self.first_attempt,
            }
        )

    @classmethod
    def from_json(cls, body: str) -> SettlementMessage:
        """Read the body of a message.

        Raises:
            MalformedMessageError: it is not what ``to_json`` writes.
        """
        try:
            value = json.loads(body)
            message = cls(value["customer_id"], value["payment_id"], value["first_attempt"])
        except (ValueError, TypeError, KeyError) as error:
            raise MalformedMessageError("not a settlement message") from error
        kinds = (message.customer_id, str), (message.payment_id, str), (message.first_attempt, bool)
        if not all(isinstance(value, kind) for value, kind in kinds):
            raise MalformedMessageError("not a settlement message")
        return message


@dataclass(frozen=True)
class NoticeMessage:
    """Names the payment that a provider's notice is about, and what it says of it."""

    payment_id: str
    outcome: Verdict | None

    def to_json(self) -> str:
        """Return the body of the message."""
        outcome = None if self.outcome is None else self.outcome.name
        return json.dumps({"notice": {"payment_id": self.payment_id, "outcome": outcome}})


def read_message(body: str) -> SettlementMessage | NoticeMessage:
    """Read the body of a message of either kind.

    Raises:
        MalformedMessageError: it is not what ``to_json`` writes.
    """
    try:
        value = json.loads(body)
        if isinstance(value, dict) and "notice" in value:
            said = value["notice"]
            outcome = None if said["outcome"] is None else Verdict[said["outcome"]]
            if isinstance(said["payment_id"], str):
                return NoticeMessage(said["payment_id"], outcome)
    except (ValueError, TypeError, KeyError) as error:
        raise MalformedMessageError("not a settlement message") from error
    return SettlementMessage.from_json(body)


class SqsSettlementQueue:
    """Implements ``payments.ports.SettlementQueue`` and ``payments.notices.NoticeQueue``."""

    def __init__(self, clients: AwsClients, queue_url: str) -> None:
        self._clients = clients
        self._queue_url = queue_url

    def send(
        self, customer_id: str, payment_id: str, *, delay_seconds: int, first_attempt: bool
    ) -> None:
        """Have the worker look at the payment after the delay."""
        self._clients.get("sqs").send_message(
            QueueUrl=self._queue_url,
            MessageBody=SettlementMessage(customer_id, payment_id, first_attempt).to_json(),
            DelaySeconds=delay_seconds,
        )

    def send_notice(self, notice: ProviderNotice) -> None:
        """Have the worker ask the provider about the notice's payment."""
        self._clients.get("sqs").send_message(
            QueueUrl=self._queue_url,
            MessageBody=NoticeMessage(notice.payment_id or "", notice.outcome).to_json(),
            DelaySeconds=_NOTICE_DELAY_SECONDS,
        )

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Hide a received message for so many seconds (at most 43,200) from now."""
        self._clients.get("sqs").change_message_visibility(
            QueueUrl=self._queue_url,
            ReceiptHandle=receipt_handle,
            VisibilityTimeout=seconds,
        )
