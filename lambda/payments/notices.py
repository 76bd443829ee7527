"""What providers tell us without being asked: webhooks.

A notice is a hint. Nothing in the ledger changes because a notice says so: it only makes the
settlement worker ask the provider now. So a notice may come early, late, twice, never, or after a
later one, and the ledger is right all the same. Which delivery is a provider's own is decided by
its signature, before anything is read from it or written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from payments.errors import UnknownProviderError
from payments.payment_id import is_payment_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from payments.deadline import Deadline
    from payments.ports import Verdict

# Longer than any provider sends one event again (PayPal: three days), and than a signature is
# accepted after it was made.
_MEMORY: Final = timedelta(days=30)


@dataclass(frozen=True)
class Delivery:
    """A request as it came: names of headers in lower case, the body byte for byte."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class ProviderNotice:
    """An event whose signature held."""

    provider: str
    event_id: str
    event_type: str
    signed_at: datetime
    payment_id: str | None
    """The payment it is about, None when it is about something else."""
    outcome: Verdict | None = None
    """The outcome it speaks of: PAID, FAILED or RETURNED, None for none of them."""


class Reception(StrEnum):
    """What became of a delivery."""

    QUEUED = "queued"
    REPEATED = "repeated"
    IGNORED = "ignored"
    """It is about no payment of ours."""


class NoticeReader(Protocol):
    """Checks and reads the deliveries of one provider."""

    def read(self, delivery: Delivery, now: datetime, deadline: Deadline) -> ProviderNotice:
        """Return what the provider says.

        Raises:
            UnsignedDeliveryError: it carries no signature.
            UntrustedDeliveryError: the signature does not hold, or is too old.
            MalformedDeliveryError: signed, and still no event that can be read.
            UnverifiableDeliveryError: what is needed to check the signature can't be had now.
        """


class NoticeStore(Protocol):
    """Remembers which events came."""

    def has(self, provider: str, event_id: str) -> bool:
        """Say whether the event came before; reads what was last written."""

    def add(self, notice: ProviderNotice, received_at: datetime, expires_at: datetime) -> bool:
        """Remember the event; False when somebody else has just done so."""


class NoticeQueue(Protocol):
    """Carries notices to the settlement worker."""

    def send_notice(self, notice: ProviderNotice) -> None:
        """Have the worker ask the provider about the notice's payment."""


@dataclass(frozen=True)
class NoticeInbox:
    """Takes deliveries of every provider that has a reader."""

    readers: Mapping[str, NoticeReader]
    store: NoticeStore
    queue: NoticeQueue
    now: Callable[[], datetime]

    def take(
        self, provider: str, delivery: Delivery, deadline: Deadline
    ) -> tuple[Reception, ProviderNotice]:
        """Check a delivery and pass on what it says, once per event.

        The message comes before the memory of it: a crash in between lets the provider's next
        try pass again, which costs a question, while the other order would lose the notice.

        Raises:
            UnknownProviderError: nobody of that name sends webhooks here.
            UnsignedDeliveryError, UntrustedDeliveryError, MalformedDeliveryError,
            UnverifiableDeliveryError: as ``NoticeReader`` says; nothing was written.
        """
        reader = self.readers.get(provider)
        if reader is None:
            raise UnknownProviderError
        now = self.now()
        notice = reader.read(delivery, now, deadline)
        if notice.payment_id is None or not is_payment_id(notice.payment_id):
            return Reception.IGNORED, notice
        if self.store.has(provider, notice.event_id):
            return Reception.REPEATED, notice
        self.queue.send_notice(notice)
        # A signature made by a clock that is ahead of ours is accepted for longer.
        expires_at = max(now, notice.signed_at) + _MEMORY
        first = self.store.add(notice, now, expires_at)
        return (Reception.QUEUED if first else Reception.REPEATED), notice
