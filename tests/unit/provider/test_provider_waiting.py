from __future__ import annotations

import itertools
import re
from threading import Event

import pytest

from localtender.provider.errors import InvalidArgumentError, StoppedError, WaitTimeoutError
from localtender.provider.naming import configured_name, prefix_of, unique_name
from localtender.provider.tags import TagRules, tag_changes
from localtender.provider.values import UNKNOWN
from localtender.provider.waiting import duration_seconds, pauses, wait_until


def test_waiting_ends_with_what_was_waited_for() -> None:
    answers = iter([None, False, "ACTIVE"])
    found = wait_until(lambda: next(answers), awaited="it", timeout=5, stopping=Event())
    assert found == "ACTIVE"


def test_waiting_ends_when_the_time_is_over() -> None:
    with pytest.raises(WaitTimeoutError, match="for table Orders"):
        wait_until(lambda: None, awaited="table Orders", timeout=0, stopping=Event())


def test_waiting_ends_when_terraform_is_interrupted() -> None:
    stopping = Event()
    stopping.set()
    with pytest.raises(StoppedError):
        wait_until(lambda: None, awaited="it", timeout=60, stopping=stopping)


def test_pauses_begin_short_and_stay_under_half_a_second() -> None:
    first = list(itertools.islice(pauses(), 20))
    assert first[0] == 0.02
    assert first == sorted(first)
    assert first[-1] == 0.5


@pytest.mark.parametrize(
    ("text", "seconds"), [("10m", 600), ("1h30m", 5400), ("1.5s", 1.5), ("200ms", 0.2)]
)
def test_durations_are_read_as_go_reads_them(text: str, seconds: float) -> None:
    assert duration_seconds(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "10", "m", "10 m", "1d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgumentError):
        duration_seconds(text)


def test_made_up_names_have_the_real_providers_form() -> None:
    name = unique_name("orders-")
    assert re.fullmatch(r"orders-\d{18}[0-9a-f]{8}", name)
    assert prefix_of(name) == "orders-"
    assert prefix_of("orders") == ""
    assert configured_name({"name": "a", "name_prefix": None}) == "a"
    fifo = configured_name({"name": None, "name_prefix": "o-"}, suffix=".fifo")
    assert prefix_of(fifo, suffix=".fifo") == "o-"
    assert unique_name() != unique_name()


def test_default_tags_are_merged_and_taken_apart_again() -> None:
    rules = TagRules({"stack": "local"}, frozenset({"by"}), ("temporary-",))
    assert rules.planned_tags_all({"team": "a"}) == {"stack": "local", "team": "a"}
    assert rules.planned_tags_all(UNKNOWN) is UNKNOWN
    on_object = {"stack": "local", "team": "a", "by": "x", "temporary-1": "x", "aws:id": "x"}
    own, every = rules.split(on_object, {"team": "a"})
    assert own == {"team": "a"}
    assert every == {"stack": "local", "team": "a"}
    own, _every = rules.split(on_object, {"stack": "local"})
    assert own == {"stack": "local", "team": "a"}


def test_tags_to_set_and_to_remove_are_told_apart() -> None:
    prior = {"tags_all": {"a": "1", "b": "2", "c": "3"}}
    planned = {"tags_all": {"a": "1", "b": "9", "d": "4"}}
    assert tag_changes(prior, planned) == ({"b": "9", "d": "4"}, ["c"])
