from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from localtender.harness.current_stack import current_configuration
from localtender.harness.stack_record import StackRecord, write_record


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("lambda", "terraform", ".localtender"):
        (tmp_path / folder).mkdir()
    return tmp_path


def record_of(pid: int, started: float) -> StackRecord:
    return StackRecord(
        supervisor_pid=pid,
        supervisor_started=started,
        engine="embedded",
        endpoint_url="http://127.0.0.1:5566",
        sandbox_url="http://127.0.0.1:5567",
        region="us-east-1",
    )


def a_stack_runs(project: Path) -> None:
    pid = os.getpid()
    write_record(project / ".localtender", record_of(pid, psutil.Process(pid).create_time()))


def test_a_running_stack_is_found_on_the_ports_it_was_started_on(project: Path) -> None:
    a_stack_runs(project)
    configuration = current_configuration({}, project)
    assert (configuration.edge_port, configuration.sandbox_port) == (5566, 5567)


def test_a_port_that_is_named_wins_over_the_running_stack_s(project: Path) -> None:
    a_stack_runs(project)
    configuration = current_configuration({"EDGE_PORT": "6000", "SANDBOX_PORT": ""}, project)
    assert (configuration.edge_port, configuration.sandbox_port) == (6000, 5567)


def test_the_ports_of_a_stack_that_ended_are_forgotten(project: Path) -> None:
    write_record(project / ".localtender", record_of(os.getpid(), 1.0))
    configuration = current_configuration({}, project)
    assert (configuration.edge_port, configuration.sandbox_port) == (4566, 4567)
