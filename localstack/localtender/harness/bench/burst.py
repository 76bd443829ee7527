"""A burst of requests against a function that has no environment yet: nothing may be lost."""

from __future__ import annotations

from dataclasses import dataclass

from localtender.harness.bench.emulators import running_edge
from localtender.harness.bench.figures import Figure, Mark
from localtender.harness.bench.latencies import Latencies, latencies
from localtender.harness.bench.load import run_load
from localtender.harness.bench.load_plan import Lane, LoadPlan, call
from localtender.harness.bench.sample_api import SILENT, deploy
from localtender.harness.bench.settings import BenchSettings
from localtender.harness.errors import BenchError

SUBJECT = "burst"
_REQUESTS = 1_000
_CLIENTS = 64


@dataclass(frozen=True)
class BurstMeasurement:
    """How many requests were made at once, and how many had no answer or another's."""

    requests: int
    clients: int
    lost: int
    seconds: float
    answered: Latencies

    def figures(self) -> tuple[Figure, ...]:
        """The measurement for the report."""
        name = f"{self.requests} at {self.clients} clients"
        return (
            Figure(SUBJECT, f"{name}: lost", self.lost, "", (Mark("at most", 0),)),
            Figure(SUBJECT, f"{name}: all answered after", self.seconds, "s"),
            Figure(SUBJECT, f"{name}: p50", self.answered.p50_ms, "ms"),
            Figure(SUBJECT, f"{name}: p99", self.answered.p99_ms, "ms"),
        )


def measure_burst(settings: BenchSettings) -> BurstMeasurement:
    """Every request has a number of its own, and its answer must have it. Raises BenchError."""
    with running_edge(settings.configuration) as edge:
        api = deploy(edge, "bench-burst", SILENT)
        calls = tuple(
            call("GET", api.path(number), expected_body=str(number)) for number in range(_REQUESTS)
        )
        plan = LoadPlan((Lane(edge.port, calls, _REQUESTS),), clients=_CLIENTS, rounds=1)
        (lane,) = run_load(plan).lanes
    if not lane.milliseconds:
        raise BenchError(f"No request was answered, the first failure: {lane.failures[0]}")
    return BurstMeasurement(
        requests=_REQUESTS,
        clients=_CLIENTS,
        lost=_REQUESTS - len(lane.milliseconds),
        seconds=lane.elapsed_seconds,
        answered=latencies(lane.milliseconds, lane.elapsed_seconds),
    )
