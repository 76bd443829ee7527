"""What can be measured, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from localtender.harness.bench import (
    burst,
    control_plane,
    dynamodb,
    gateway,
    hot_reload,
    memory,
    payments,
    terraform,
)
from localtender.harness.bench.figures import Figure
from localtender.harness.bench.settings import BenchSettings
from localtender.harness.errors import BenchError
from localtender.harness.progress import StepReporter


class Measurement(Protocol):
    """What a subject has measured."""

    def figures(self) -> tuple[Figure, ...]:
        """The lines of the report."""
        ...


SUBJECTS: Mapping[str, Callable[[BenchSettings], Measurement]] = {
    payments.SUBJECT: payments.measure_payments,
    gateway.SUBJECT: gateway.measure_gateway,
    control_plane.SUBJECT: control_plane.measure_control_plane,
    dynamodb.SUBJECT: dynamodb.measure_dynamodb,
    burst.SUBJECT: burst.measure_burst,
    memory.SUBJECT: memory.measure_memory,
    hot_reload.SUBJECT: hot_reload.measure_hot_reload,
    terraform.SUBJECT: terraform.measure_terraform,
}


def measure(
    names: Sequence[str], settings: BenchSettings, reporter: StepReporter
) -> Iterator[Figure]:
    """Measure these subjects, or all of them, one after the other. Raises HarnessError."""
    unknown = [name for name in names if name not in SUBJECTS]
    if unknown:
        raise BenchError(f"{unknown[0]} is no subject; choose from {', '.join(SUBJECTS)}.")
    for name in names or SUBJECTS:
        with reporter.step(f"Measure {name}"):
            measurement = SUBJECTS[name](settings)
        yield from measurement.figures()
