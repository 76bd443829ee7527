from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from localtender.provider.retries import Retry, persist, retrying


class RefusedError(Exception):
    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message)
        self.response = {"Error": {"Code": code, "Message": message}}


ROLE = Retry("InvalidParameterValueException", "cannot be assumed", seconds=30)


def answering(*outcomes: Exception | str) -> Callable[[], Any]:
    remaining: Iterator[Exception | str] = iter(outcomes)

    def request() -> str:
        outcome = next(remaining)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return request


def not_yet() -> RefusedError:
    return RefusedError("InvalidParameterValueException", "The role cannot be assumed by Lambda.")


def test_a_refusal_that_passes_is_not_seen() -> None:
    with retrying([ROLE], Event()):
        assert persist(answering(not_yet(), not_yet(), "made")) == "made"


def test_a_refusal_that_stays_is_raised_in_awss_own_words() -> None:
    short = Retry(ROLE.code, ROLE.text, seconds=0)
    with retrying([short], Event()), pytest.raises(RefusedError, match="cannot be assumed"):
        persist(answering(not_yet(), not_yet()))


@pytest.mark.parametrize(
    "other",
    [RefusedError(ROLE.code, "The runtime is unknown."), RefusedError("AccessDeniedException")],
)
def test_another_refusal_is_raised_at_once_at_first_and_later(other: RefusedError) -> None:
    with retrying([ROLE], Event()):
        with pytest.raises(RefusedError) as first:
            persist(answering(other))
        with pytest.raises(RefusedError) as later:
            persist(answering(not_yet(), other))
    assert first.value is later.value is other


def test_an_interruption_ends_the_attempts() -> None:
    stopping = Event()
    stopping.set()
    with retrying([ROLE], stopping), pytest.raises(RefusedError, match="cannot be assumed"):
        persist(answering(not_yet(), not_yet()))


def test_nothing_is_tried_again_outside() -> None:
    with retrying([ROLE], Event()):
        pass
    with pytest.raises(RefusedError):
        persist(answering(not_yet(), "made"))
