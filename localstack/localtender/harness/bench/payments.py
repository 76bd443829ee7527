"""What a user of the stack waits for: start, change, payment, stop."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from localtender.harness.bench.bench_stack import bench_stack, paying_client
from localtender.harness.bench.figures import Figure, Mark
from localtender.harness.bench.latencies import percentile
from localtender.harness.bench.settings import BenchSettings

SUBJECT = "payments"
_REPEATED_STARTS = 3


@dataclass(frozen=True)
class PaymentsMeasurement:
    """Seconds of the commands, milliseconds of the payments."""

    up_seconds: float
    up_again_seconds: tuple[float, ...]
    payment_milliseconds: tuple[float, ...]
    down_seconds: float

    def figures(self) -> tuple[Figure, ...]:
        """The measurement for the report."""
        payments = self.payment_milliseconds
        return (
            _figure("up from nothing running", self.up_seconds, "s", 8),
            _figure(
                f"up, unchanged (median of {len(self.up_again_seconds)})",
                statistics.median(self.up_again_seconds),
                "s",
                3,
            ),
            _figure(
                f"a payment, warm: p50 of {len(payments)}", statistics.median(payments), "ms", 25
            ),
            Figure(SUBJECT, "a payment, warm: p99", percentile(payments, 99), "ms"),
            _figure("down", self.down_seconds, "s", 2),
        )


def measure_payments(settings: BenchSettings) -> PaymentsMeasurement:
    """Start a stack, pay, stop it. Raises HarnessError."""
    with bench_stack(settings.configuration) as stack:
        up = _seconds(lambda: stack.run("up"))
        again = tuple(_seconds(lambda: stack.run("up")) for _ in range(_REPEATED_STARTS))
        with paying_client(stack.record()) as client:
            payments = tuple(_seconds(client.pay) * 1000 for _ in range(settings.payments))
        down = _seconds(lambda: stack.run("down"))
    return PaymentsMeasurement(up, again, payments, down)


def _figure(name: str, value: float, unit: str, limit: float) -> Figure:
    return Figure(SUBJECT, name, value, unit, (Mark("at most", limit),))


def _seconds(action: Callable[[], None]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
