from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from localtender.harness.stack_record import (
    StackRecord,
    read_record,
    remove_record,
    write_record,
)

RECORD = StackRecord(
    supervisor_pid=os.getpid(),
    supervisor_started=psutil.Process().create_time(),
    engine="embedded",
    endpoint_url="http://127.0.0.1:4566",
    sandbox_url="http://127.0.0.1:4567",
    region="us-east-1",
    instance_id="abc",
    outputs={"api_key": "secret"},
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_record(tmp_path, RECORD)
    assert read_record(tmp_path) == RECORD


def test_only_its_owner_may_read_the_record_for_it_holds_an_api_key(tmp_path: Path) -> None:
    write_record(tmp_path, RECORD)
    assert stat.S_IMODE((tmp_path / "stack.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"supervisor_pid": 1}',
        json.dumps({**RECORD.__dict__, "supervisor_pid": "1"}),
        json.dumps({**RECORD.__dict__, "supervisor_pid": -1}),
        json.dumps({**RECORD.__dict__, "outputs": None}),
        json.dumps({**RECORD.__dict__, "endpoint_url": None}),
        json.dumps({**RECORD.__dict__, "of_a_later_version": 1}),
    ],
)
def test_a_damaged_record_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "stack.json").write_text(content)
    assert read_record(tmp_path) is None


def test_a_process_that_got_the_pid_later_is_not_the_stack() -> None:
    assert RECORD.is_running()
    assert not replace(RECORD, supervisor_started=RECORD.supervisor_started - 60).is_running()


def test_removing_a_record_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    remove_record(tmp_path)
    write_record(tmp_path, RECORD)
    remove_record(tmp_path)
    assert read_record(tmp_path) is None
