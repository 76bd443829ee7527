from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from payments.deadline import Deadline
from payments.errors import UnknownProviderError, UntrustedDeliveryError
from payments.notices import Delivery, NoticeInbox, ProviderNotice, Reception
from payments.ports import Verdict

NOW = datetime(2026, 11, 26, tzinfo=UTC)
OURS = "2026-11-26T03:53:51.456188Z-82b3a83a4789988f9f8d"


@dataclass
class Reader:
    notice: ProviderNotice | None

    def read(self, delivery: Delivery, now: datetime, deadline: Deadline) -> ProviderNotice:
        if self.notice is None:
            raise UntrustedDeliveryError("forged")
        return self.notice


@dataclass
class Store:
    rows: dict[tuple[str, str], datetime] = field(default_factory=dict)
    another_was_faster: bool = False

    def has(self, provider: str, event_id: str) -> bool:
        return (provider, event_id) in self.rows

    def add(self, notice: ProviderNotice, received_at: datetime, expires_at: datetime) -> bool:
        key = (notice.provider, notice.event_id)
        if self.another_was_faster or key in self.rows:
            return False
        self.rows[key] = expires_at
        return True


@dataclass
class Queue:
    sent: list[ProviderNotice] = field(default_factory=list)
    broken: bool = False

    def send_notice(self, notice: ProviderNotice) -> None:
        if self.broken:
            raise ConnectionError
        self.sent.append(notice)


def notice(payment_id: str | None = OURS, signed_at: datetime = NOW) -> ProviderNotice:
    return ProviderNotice("paypal", "WH-1", "SUCCEEDED", signed_at, payment_id, Verdict.PAID)


class Inbox:
    def __init__(self, read: ProviderNotice | None) -> None:
        self.store, self.queue = Store(), Queue()
        self.inbox = NoticeInbox({"paypal": Reader(read)}, self.store, self.queue, lambda: NOW)

    def take(self, provider: str = "paypal") -> Reception:
        return self.inbox.take(provider, Delivery({}, b""), Deadline.after(1))[0]


def test_an_event_is_passed_on_once_however_often_it_comes() -> None:
    inbox = Inbox(notice())
    assert [inbox.take() for _ in range(3)] == [
        Reception.QUEUED,
        Reception.REPEATED,
        Reception.REPEATED,
    ]
    assert inbox.queue.sent == [notice()]


def test_two_deliveries_at_a_time_are_told_apart_by_the_store() -> None:
    inbox = Inbox(notice())
    inbox.store.another_was_faster = True
    assert inbox.take() is Reception.REPEATED


def test_an_untrusted_delivery_writes_and_sends_nothing() -> None:
    inbox = Inbox(None)
    with pytest.raises(UntrustedDeliveryError):
        inbox.take()
    assert (inbox.store.rows, inbox.queue.sent) == ({}, [])


@pytest.mark.parametrize("payment_id", [None, "", "another system's", OURS + "x"])
def test_what_is_about_no_payment_of_ours_is_ignored(payment_id: str | None) -> None:
    inbox = Inbox(notice(payment_id))
    assert inbox.take() is Reception.IGNORED
    assert (inbox.store.rows, inbox.queue.sent) == ({}, [])


def test_an_event_that_could_not_be_passed_on_is_not_remembered() -> None:
    inbox = Inbox(notice())
    inbox.queue.broken = True
    with pytest.raises(ConnectionError):
        inbox.take()
    inbox.queue.broken = False
    assert inbox.take() is Reception.QUEUED


def test_a_provider_without_a_reader_is_unknown() -> None:
    with pytest.raises(UnknownProviderError):
        Inbox(notice()).take("square")


def test_an_event_is_remembered_for_as_long_as_its_signature_could_be_shown_again() -> None:
    inbox = Inbox(notice(signed_at=NOW + timedelta(days=100)))
    inbox.take()
    [expires_at] = inbox.store.rows.values()
    assert expires_at >= NOW + timedelta(days=130)
