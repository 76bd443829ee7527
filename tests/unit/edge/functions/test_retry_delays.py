from __future__ import annotations

import pytest

from localtender.edge.functions.settings import FunctionsSettingError, retry_delays


def test_an_event_is_tried_again_after_one_minute_and_two() -> None:
    assert retry_delays({}) == (60.0, 120.0)


def test_a_shorter_wait_keeps_its_proportion() -> None:
    assert retry_delays({"RETRY_SECONDS": "0.5"}) == (0.5, 1.0)


@pytest.mark.parametrize("text", ["-1", "61", "soon", "nan"])
def test_what_is_no_wait_is_refused_by_name(text: str) -> None:
    with pytest.raises(FunctionsSettingError, match=f"RETRY_SECONDS={text}"):
        retry_delays({"RETRY_SECONDS": text})
