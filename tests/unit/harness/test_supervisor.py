from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

SLEEPER = "import time; time.sleep(300)"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[dict[str, str]], subprocess.Popen[bytes]]]:
    running: list[subprocess.Popen[bytes]] = []

    def begin(programs: dict[str, str]) -> subprocess.Popen[bytes]:
        specification = tmp_path / "supervisor.json"
        specification.write_text(
            json.dumps(
                [
                    {
                        "name": name,
                        "arguments": [sys.executable, "-c", program],
                        "log": str(tmp_path / f"{name}.log"),
                    }
                    for name, program in programs.items()
                ]
            )
        )
        with (tmp_path / "supervisor.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "localtender.harness.supervisor", str(specification)],
                stderr=log,
                start_new_session=True,
            )
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()


def children(folder: Path, *, other_than: dict[str, int] | None = None) -> dict[str, int]:
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        try:
            pids: dict[str, int] = json.loads((folder / "processes.json").read_text())
        except FileNotFoundError:
            pids = {}
        if pids and pids != other_than:
            return pids
        time.sleep(0.02)
    raise AssertionError("the supervisor did not write its children's pids")


def wait_until_gone(pids: dict[str, int]) -> bool:
    psutil.wait_procs(
        [psutil.Process(pid) for pid in pids.values() if psutil.pid_exists(pid)], timeout=20
    )
    return not any(psutil.pid_exists(pid) for pid in pids.values())


def test_sigterm_ends_the_supervisor_and_all_it_started(
    tmp_path: Path, start: Callable[[dict[str, str]], subprocess.Popen[bytes]]
) -> None:
    supervisor = start({"edge": SLEEPER, "sandboxes": SLEEPER})
    pids = children(tmp_path)
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(20) == 0
    assert wait_until_gone(pids)


def test_a_child_that_dies_is_started_again(
    tmp_path: Path, start: Callable[[dict[str, str]], subprocess.Popen[bytes]]
) -> None:
    start({"edge": SLEEPER, "provider": SLEEPER})
    before = children(tmp_path)
    os.kill(before["provider"], signal.SIGKILL)
    after = children(tmp_path, other_than=before)
    assert after["edge"] == before["edge"]
    assert after["provider"] != before["provider"]


def test_the_end_of_the_edge_is_the_end_of_the_stack(
    tmp_path: Path, start: Callable[[dict[str, str]], subprocess.Popen[bytes]]
) -> None:
    supervisor = start({"edge": SLEEPER, "sandboxes": SLEEPER})
    pids = children(tmp_path)
    os.kill(pids["edge"], signal.SIGKILL)
    assert supervisor.wait(20) == 1
    assert wait_until_gone(pids)


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_children_end_when_the_supervisor_is_killed(
    tmp_path: Path, start: Callable[[dict[str, str]], subprocess.Popen[bytes]]
) -> None:
    supervisor = start({"edge": SLEEPER, "sandboxes": SLEEPER})
    pids = children(tmp_path)
    supervisor.kill()
    supervisor.wait(20)
    assert wait_until_gone(pids)
