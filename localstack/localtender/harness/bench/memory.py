"""What the processes of a stack hold after some payments, and a small function's by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psutil

from localtender.harness.bench.bench_stack import bench_stack, paying_client
from localtender.harness.bench.emulators import running_edge
from localtender.harness.bench.figures import Figure, Mark
from localtender.harness.bench.load import run_faultless_load
from localtender.harness.bench.load_plan import Lane, LoadPlan, call
from localtender.harness.bench.sample_api import SILENT, deploy
from localtender.harness.bench.settings import BenchSettings
from localtender.harness.stack_record import StackRecord

SUBJECT = "memory"
_EDGE = "localtender.edge"
_EDGE_MARK_MB = 150.0
_ENVIRONMENT_MARK_MB = 45.0
_ALL_MARK_MB = 350.0


@dataclass(frozen=True)
class MemoryMeasurement:
    """Megabytes (10^6 bytes) by process, and of each environment of the payments' functions.

    `small_environment` is that of a function that imports nothing.
    """

    processes: Mapping[str, float]
    environments: tuple[float, ...]
    small_environment: float

    def figures(self) -> tuple[Figure, ...]:
        """The measurement for the report."""
        others = {name: size for name, size in self.processes.items() if name != _EDGE}
        everything = sum(self.processes.values()) + sum(self.environments)
        return (
            _figure("edge and engine", self.processes[_EDGE], _EDGE_MARK_MB),
            _figure(
                "warm environment, a small function", self.small_environment, _ENVIRONMENT_MARK_MB
            ),
            _figure(
                f"warm environment, payments (of {len(self.environments)})",
                max(self.environments),
                _ENVIRONMENT_MARK_MB,
            ),
            *(Figure(SUBJECT, name, size, "MB") for name, size in others.items()),
            _figure("the whole stack", everything, _ALL_MARK_MB),
        )


def measure_memory(settings: BenchSettings) -> MemoryMeasurement:
    """Start a stack, pay, look. Raises HarnessError."""
    with bench_stack(settings.configuration) as stack:
        stack.run("up")
        record = stack.record()
        with paying_client(record) as client:
            for _ in range(settings.payments):
                client.pay()
        processes, environments = memory_of(record)
    return MemoryMeasurement(processes, environments, _small_environment(settings))


def memory_of(record: StackRecord) -> tuple[Mapping[str, float], tuple[float, ...]]:
    """The memory of a running stack by process, and of each environment of its functions.

    Shared pages count once, by proportion.
    """
    supervisor = psutil.Process(record.supervisor_pid)
    processes = {"supervisor": megabytes(supervisor)}
    environments: list[float] = []
    for child in supervisor.children():
        processes[_module(child)] = megabytes(child)
        environments += [megabytes(grandchild) for grandchild in child.children(recursive=True)]
    return processes, tuple(environments)


def _small_environment(settings: BenchSettings) -> float:
    with running_edge(settings.configuration) as edge:
        api = deploy(edge, "bench-memory", SILENT)
        calls = (call("GET", api.path(1), expected_body="1"),)
        run_faultless_load(LoadPlan((Lane(edge.port, calls, settings.requests),), 1, rounds=1))
        (process,) = psutil.Process(edge.process_id).children()
        return megabytes(process)


def _figure(name: str, value: float, limit: float) -> Figure:
    return Figure(SUBJECT, name, value, "MB", (Mark("at most", limit),))


def megabytes(process: psutil.Process) -> float:
    """What a process holds resident; shared pages count by proportion."""
    memory: Any = process.memory_full_info()
    # Where the system does not tell shares (macOS), what the process alone holds.
    return float(getattr(memory, "pss", memory.uss)) / 1e6


def _module(process: psutil.Process) -> str:
    command = process.cmdline()
    return command[command.index("-m") + 1] if "-m" in command else process.name()
