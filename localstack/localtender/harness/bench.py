"""Measures what a user waits for: start, change, payment, memory, stop."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import psutil
import requests
from rich.console import Console
from rich.table import Table

from localtender.configuration import Configuration
from localtender.harness.demo_user import demo_token
from localtender.harness.errors import BenchError
from localtender.harness.stack_record import StackRecord
from localtender.harness.stack_status import api_url, require_running

_WARM_UP = 20


def run_bench(configuration: Configuration, console: Console, *, payments: int) -> None:
    """Restart the stack and print each figure beside the mark it is held against."""
    table = Table("figure", "measured", "mark", title="localtender bench")
    _command("down")
    table.add_row("up from nothing running", f"{_command('up'):.2f} s", "8 s")
    repeats = [_command("up") for _ in range(3)]
    table.add_row("up without a change (median of 3)", f"{statistics.median(repeats):.2f} s", "3 s")
    record = require_running(configuration)
    try:
        times = sorted(_payments(record, payments))
    except requests.RequestException as error:
        raise BenchError(f"A payment failed: {error}. See `make logs`.") from error
    table.add_row(
        f"one payment, warm (p50 of {payments})", f"{statistics.median(times):.1f} ms", "25 ms"
    )
    table.add_row("one payment, warm (p99)", f"{times[int(len(times) * 0.99)]:.1f} ms", "-")
    for name, size in _memory(record).items():
        table.add_row(f"memory, {name}", f"{size:.0f} MB", "350 MB" if name == "all" else "-")
    table.add_row("down", f"{_command('down'):.2f} s", "2 s")
    console.print(table)


def _command(name: str) -> float:
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "localtender", name], check=False, stdout=subprocess.DEVNULL
    )
    if ended.returncode != 0:
        raise BenchError(f"`localtender {name}` failed; mend that first.")
    return time.perf_counter() - began


def _payments(record: StackRecord, count: int) -> list[float]:
    """Milliseconds of each of `count` payments, after a warm-up."""
    base = api_url(record.endpoint_url, record.outputs)
    with requests.Session() as session:
        session.trust_env = False  # no proxy stands between this machine and itself
        session.headers.update(
            {"Authorization": demo_token(record), "x-api-key": str(record.outputs["api_key"])}
        )
        customer = {"customer_id": "bench", "email": "bench@example.com"}
        session.post(f"{base}/v1/api/customer", json=customer, timeout=30).raise_for_status()
        payment = {**customer, "amount": 1.25, "currency": "USD"}

        def pay() -> None:
            answer = session.post(f"{base}/v1/api/payments", json=payment, timeout=30)
            answer.raise_for_status()
            if answer.status_code != 200:
                raise BenchError(
                    f"A payment was answered with {answer.status_code} instead of 200: a fault may "
                    "be set in the sandbox. `make reset` clears it."
                )

        for _ in range(_WARM_UP):
            pay()
        return [_milliseconds(pay) for _ in range(count)]


def _milliseconds(action: Callable[[], None]) -> float:
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def _memory(record: StackRecord) -> Mapping[str, float]:
    """Megabytes of every process of the stack; shared pages count once, by proportion."""
    supervisor = psutil.Process(record.supervisor_pid)
    sizes: dict[str, float] = {"supervisor": _size(supervisor)}
    for child in supervisor.children():
        name = _module(child)
        sizes[name] = _size(child)
        for grandchild in child.children(recursive=True):
            key = f"{name}'s functions"
            sizes[key] = sizes.get(key, 0.0) + _size(grandchild)
    sizes["all"] = sum(sizes.values())
    return sizes


def _size(process: psutil.Process) -> float:
    memory: Any = process.memory_full_info()
    return float(getattr(memory, "pss", memory.uss)) / 1e6


def _module(process: psutil.Process) -> str:
    command = process.cmdline()
    return command[command.index("-m") + 1] if "-m" in command else process.name()
