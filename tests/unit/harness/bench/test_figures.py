from __future__ import annotations

import pytest

from localtender.harness.bench.figures import Figure, Mark


@pytest.mark.parametrize(
    ("mark", "value", "met"),
    [
        (Mark("at most", 3.0), 3.0, True),
        (Mark("at most", 3.0), 3.01, False),
        (Mark("at least", 4.0), 4.0, True),
        (Mark("at least", 4.0), 3.99, False),
        (Mark("at most", 0.0), 0.0, True),
    ],
)
def test_a_mark_is_met_at_its_limit_and_missed_beyond(mark: Mark, value: float, met: bool) -> None:
    assert mark.is_met_by(value) is met


def test_a_figure_meets_its_marks_only_all_together() -> None:
    marks = (Mark("at most", 3.0), Mark("at most", 2.0, "engine"))
    assert Figure("gateway", "p50", 1.9, "ms", marks).is_met is True
    assert Figure("gateway", "p50", 2.5, "ms", marks).is_met is False


def test_a_figure_without_marks_is_neither_met_nor_missed() -> None:
    assert Figure("memory", "supervisor", 8.0, "MB").is_met is None
