from __future__ import annotations

import os
import socket
from pathlib import Path

import psutil
import pytest

from localtender.configuration import Configuration, read_configuration
from localtender.harness.errors import LogsError, StackNotRunningError
from localtender.harness.stack_logs import print_logs
from localtender.harness.stack_record import StackRecord, write_record


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    for folder in ("lambda", "terraform", ".localtender/logs"):
        (tmp_path / folder).mkdir(parents=True)
    return read_configuration({}, tmp_path)


class EnoughError(Exception):
    """Ends following a log."""


def test_the_last_lines_of_a_process_s_log_are_printed(configuration: Configuration) -> None:
    (configuration.logs_directory / "edge.log").write_text("one\ntwo\nthree\n")
    written: list[str] = []
    count = print_logs(configuration, "edge", lines=2, follow=False, write=written.append)
    assert written == ["two", "three"]
    assert count == 2


def test_following_shows_what_comes_and_a_log_begun_anew_from_its_start(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = configuration.logs_directory / "edge.log"
    log.write_text("old\n")
    steps = iter(["old\nnew\nhalf", "old\nnew\nhalf and half\n", "again\n"])

    def next_step(_seconds: float) -> None:
        text = next(steps, None)
        if text is None:
            raise EnoughError
        log.write_text(text)

    monkeypatch.setattr("time.sleep", next_step)
    written: list[str] = []
    with pytest.raises(EnoughError):
        print_logs(configuration, "edge", lines=10, follow=True, write=written.append)
    assert written == ["old", "new", "half and half", "again"]


def test_a_process_that_wrote_no_log_is_named(configuration: Configuration) -> None:
    with pytest.raises(LogsError, match=r"sandboxes has written no log here yet.*make up"):
        print_logs(configuration, "sandboxes", lines=1, follow=False, write=print)


def test_functions_have_logs_only_while_a_stack_runs(configuration: Configuration) -> None:
    with pytest.raises(StackNotRunningError, match="make up"):
        print_logs(configuration, None, lines=1, follow=False, write=print)


def test_an_emulator_that_does_not_answer_is_one_clear_error(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        record = StackRecord(
            supervisor_pid=os.getpid(),
            supervisor_started=psutil.Process().create_time(),
            engine="embedded",
            endpoint_url=f"http://127.0.0.1:{silent.getsockname()[1]}",
            sandbox_url="http://127.0.0.1:1",
            region="us-east-1",
        )
        write_record(configuration.state_directory, record)
        with pytest.raises(LogsError, match="Could not connect"):
            print_logs(configuration, None, lines=1, follow=False, write=print)
