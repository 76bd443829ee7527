"""How long the first call after a change of a function's source takes."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localtender.harness.bench.emulators import Emulator, running_edge
from localtender.harness.bench.figures import Figure, Mark
from localtender.harness.bench.sample_api import make_function
from localtender.harness.bench.settings import BenchSettings
from localtender.harness.errors import BenchError

SUBJECT = "hot-reload"
_MARK_MS = 500.0
_CHANGES = 10
_NAME = "bench-reload"
# Imports what a function of AWS imports, since that is what starting one takes.
_CODE = """
import boto3

def handler(event, context):
    return {number}
"""
_PAUSES = {"after a pause": 2.0, "change upon change": 0.0}


@dataclass(frozen=True)
class ReloadMeasurement:
    """Milliseconds of each first call, by how soon the changes followed one another."""

    milliseconds: dict[str, list[float]]

    def figures(self) -> tuple[Figure, ...]:
        """The median and the slowest."""
        mark = (Mark("at most", _MARK_MS),)
        return tuple(
            Figure(SUBJECT, f"first call, {name}: {kind}", value, "ms", mark)
            for name, calls in self.milliseconds.items()
            for kind, value in (("p50", statistics.median(calls)), ("slowest", max(calls)))
        )


def measure_hot_reload(settings: BenchSettings) -> ReloadMeasurement:
    """Change a source and call, again and again. Raises BenchError for a stale answer."""
    with tempfile.TemporaryDirectory(prefix="localtender-bench-") as directory:
        source = Path(directory, "app.py")
        _change(source, 0)
        with running_edge(settings.configuration, "--hot-reload", f"*={directory}") as edge:
            make_function(edge, _NAME, source.read_text())
            _call(edge.client("lambda"), 0)
            return ReloadMeasurement(
                {
                    name: _calls(edge, source, pause, first=1 + place * _CHANGES)
                    for place, (name, pause) in enumerate(_PAUSES.items())
                }
            )


def _calls(edge: Emulator, source: Path, pause: float, first: int) -> list[float]:
    client, took = edge.client("lambda"), []
    for number in range(first, first + _CHANGES):
        time.sleep(pause)
        _change(source, number)
        began = time.perf_counter()
        _call(client, number)
        took.append((time.perf_counter() - began) * 1000)
    return took


def _change(source: Path, number: int) -> None:
    source.write_text(_CODE.format(number=number))


def _call(client: Any, expected: int) -> None:
    answer = json.loads(client.invoke(FunctionName=_NAME, Payload="{}")["Payload"].read())
    if answer != expected:
        raise BenchError(f"The code of change {expected} was not served: {answer}")
