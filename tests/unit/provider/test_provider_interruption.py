from __future__ import annotations

import threading
from threading import Event

import pytest

from localtender.provider.errors import StoppedError
from localtender.provider.interruption import Requests, interruptible


def test_a_request_that_is_never_answered_is_given_up_after_an_interruption() -> None:
    stopping, never = Event(), Event()
    stopping.set()
    try:
        with interruptible(stopping), pytest.raises(StoppedError, match="CreateQueue"):
            Requests(grace=0).answer(never.wait, "CreateQueue")
    finally:
        never.set()


def test_a_request_that_is_answered_in_time_is_not_lost_by_an_interruption() -> None:
    stopping, answered = Event(), Event()

    def request() -> str:
        stopping.set()
        answered.wait(0.3)
        return "made"

    with interruptible(stopping):
        assert Requests(grace=60).answer(request, "CreateQueue") == "made"


def test_what_a_request_fails_with_comes_out() -> None:
    def request() -> None:
        raise TimeoutError("its own")

    with interruptible(Event()), pytest.raises(TimeoutError, match="its own"):
        Requests().answer(request, "CreateQueue")


def test_without_a_terraform_to_interrupt_it_a_request_stays_in_its_thread() -> None:
    assert Requests().answer(threading.get_ident, "CreateQueue") == threading.get_ident()
