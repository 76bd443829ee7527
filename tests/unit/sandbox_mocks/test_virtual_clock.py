from __future__ import annotations

import pytest

from sandbox_mocks.shared.clock import VirtualClock, internet_time
from sandbox_mocks.shared.identifiers import IdentifierSource


def test_the_clock_runs_with_its_source_and_jumps_ahead() -> None:
    clock = VirtualClock(lambda: 100.0)

    clock.advance(5)
    clock.advance(1)

    assert (clock.now(), clock.offset) == (106.0, 6.0)
    clock.reset()
    assert clock.now() == 100.0


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_the_clock_does_not_run_backwards(seconds: float) -> None:
    with pytest.raises(ValueError, match="forward"):
        VirtualClock().advance(seconds)


def test_times_are_written_in_utc_to_the_second() -> None:
    assert internet_time(1_700_000_000.9) == "2023-11-14T22:13:20Z"


def test_identifiers_repeat_with_their_seed() -> None:
    first, second = IdentifierSource(1), IdentifierSource(1)

    assert first.letters(13) == second.letters(13)
    assert len(first.letters(60)) == 60
    assert len(first.hexadecimal(13)) == 13
    assert first.letters(13) != first.letters(13)
