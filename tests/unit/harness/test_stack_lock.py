from __future__ import annotations

import os
from pathlib import Path

import pytest

from localtender.harness.errors import StackBusyError
from localtender.harness.stack_lock import only_one


def test_a_second_command_is_refused_with_the_first_one_s_process(tmp_path: Path) -> None:
    with (
        only_one(tmp_path),
        pytest.raises(StackBusyError, match=rf"process {os.getpid()}\)"),
        only_one(tmp_path),
    ):
        pass


def test_the_end_of_the_first_lets_the_second_in(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), only_one(tmp_path):
        raise RuntimeError
    with only_one(tmp_path):
        assert (tmp_path / "up.lock").read_text() == f"{os.getpid()}\n"
