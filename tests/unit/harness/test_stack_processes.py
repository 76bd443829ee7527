from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from localtender.configuration import Configuration, read_configuration
from localtender.harness.stack_processes import stop_processes
from localtender.harness.stack_record import StackRecord, write_record


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    for folder in ("lambda", "terraform", ".localtender"):
        (tmp_path / folder).mkdir()
    return read_configuration({}, tmp_path)


@pytest.fixture
def supervisor(configuration: Configuration) -> Iterator[subprocess.Popen[bytes]]:
    """A supervisor of the stack, with nothing to supervise."""
    specification = configuration.state_directory / "supervisor.json"
    specification.write_text(json.dumps([]))
    with subprocess.Popen(
        [sys.executable, "-m", "localtender.harness.supervisor", str(specification)],
        start_new_session=True,
    ) as process:
        yield process
        process.kill()


def record_of(process: subprocess.Popen[bytes]) -> StackRecord:
    return StackRecord(
        supervisor_pid=process.pid,
        supervisor_started=psutil.Process(process.pid).create_time(),
        engine="embedded",
        endpoint_url="http://127.0.0.1:4566",
        sandbox_url="http://127.0.0.1:4567",
        region="us-east-1",
    )


def test_the_recorded_supervisor_is_stopped_and_forgotten(
    configuration: Configuration, supervisor: subprocess.Popen[bytes]
) -> None:
    write_record(configuration.state_directory, record_of(supervisor))
    assert stop_processes(configuration)
    assert supervisor.wait(20) is not None
    assert not (configuration.state_directory / "stack.json").exists()


@pytest.mark.parametrize("record", [None, "{", '{"supervisor_pid": 1}'])
def test_a_supervisor_whose_record_is_lost_is_found_by_its_folder(
    configuration: Configuration, supervisor: subprocess.Popen[bytes], record: str | None
) -> None:
    if record is not None:
        (configuration.state_directory / "stack.json").write_text(record)
    assert stop_processes(configuration)
    assert supervisor.wait(20) is not None


def test_the_supervisor_of_another_folder_is_left_alone(
    configuration: Configuration, supervisor: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    other = read_configuration({"LOCALTENDER_STATE_DIR": ".localtender/other"}, tmp_path)
    assert not stop_processes(other)
    assert supervisor.poll() is None


def test_where_nothing_runs_nothing_is_stopped(configuration: Configuration) -> None:
    assert not stop_processes(configuration)
