"""Processes of functions never outlive the emulator."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.lambda_workbench import an_invokable_runtime

SERVER = """
import asyncio, sys
from pathlib import Path
from tests.lambda_workbench import lambda_workbench, an_invokable_runtime

CODE = '''
import os, subprocess, time
child = subprocess.Popen(["sleep", "60"])
def handler(event, context):
    if event:
        time.sleep(60)
    return [os.getpid(), child.pid]
'''

async def main():
    runtimes = an_invokable_runtime()
    async with lambda_workbench(Path(sys.argv[1]), runtime_directories=runtimes) as bench:
        await bench.create(code=CODE, Timeout=60)
        print(*(await bench.invoke()).payload, flush=True)
        await bench.invoke(event=1)

asyncio.run(main())
"""


def alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    return "State:\tZ" not in status


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_killed_emulator_takes_its_functions_with_it(tmp_path: Path) -> None:
    an_invokable_runtime()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as server:
        assert server.stdout is not None
        pids = [int(word) for word in server.stdout.readline().split()]
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
        server.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [pid for pid in pids if alive(pid)] == []
