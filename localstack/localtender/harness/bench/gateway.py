"""The same small function behind the same API, through the edge and through the engine alone."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from localtender.harness.bench.emulators import Emulator, running_bare_engine, running_edge
from localtender.harness.bench.figures import Figure, Mark
from localtender.harness.bench.latencies import Latencies, latencies
from localtender.harness.bench.load import run_faultless_load
from localtender.harness.bench.load_plan import Lane, LoadPlan, call
from localtender.harness.bench.sample_api import PRINTING, SILENT, SampleApi, deploy
from localtender.harness.bench.settings import BenchSettings

SUBJECT = "gateway"
_P50_MARK_MS = 3.0
_RATE_MARK = 4.0
_CLIENTS = (1, 8)
_ROUNDS = 5
_WARM_UP_A_CLIENT = 50
# The engine takes so much longer that as many requests would not tell more.
_ENGINE_SHARE = 4
_HANDLERS = {"silent": SILENT, "printing": PRINTING}


@dataclass(frozen=True)
class GatewayRow:
    """One handler, called by so many clients at once."""

    handler: str
    clients: int
    edge: Latencies
    engine: Latencies
    generator_busy: float

    @property
    def times_the_rate(self) -> float:
        """How many requests the edge serves in the time in which the engine serves one."""
        return self.edge.requests_per_second / self.engine.requests_per_second

    def figures(self) -> tuple[Figure, ...]:
        """The row for the report: never slower than the engine."""
        clients = "sequential" if self.clients == 1 else f"{self.clients} clients"
        name = f"{self.handler}, {clients}"
        silent_alone = self.handler == "silent" and self.clients == 1
        p50_mark = (Mark("at most", _P50_MARK_MS),) if silent_alone else ()
        rate_mark = (Mark("at least", _RATE_MARK),) if silent_alone else ()
        edge, engine = self.edge, self.engine
        p50 = Mark("at most", engine.p50_ms, "engine")
        p99 = Mark("at most", engine.p99_ms, "engine")
        rate = Mark("at least", engine.requests_per_second, "engine")
        return (
            Figure(SUBJECT, f"{name}: p50", edge.p50_ms, "ms", (*p50_mark, p50)),
            Figure(SUBJECT, f"{name}: p99", edge.p99_ms, "ms", (p99,)),
            Figure(SUBJECT, f"{name}: rate", edge.requests_per_second, "1/s", (rate,)),
            Figure(SUBJECT, f"{name}: times engine's rate", self.times_the_rate, "", rate_mark),
        )


@dataclass(frozen=True)
class GatewayMeasurement:
    """Every row."""

    rows: tuple[GatewayRow, ...]

    def figures(self) -> tuple[Figure, ...]:
        """The rows for the report, and whether the load generator was in the way."""
        busy = max(row.generator_busy for row in self.rows) * 100
        return (
            *(figure for row in self.rows for figure in row.figures()),
            Figure(SUBJECT, "load generator busy, at most", busy, "%"),
        )


def measure_gateway(settings: BenchSettings) -> GatewayMeasurement:
    """Call both emulators in turns, so that a busy machine slows both. Raises BenchError."""
    with ExitStack() as running:
        edge = running.enter_context(running_edge(settings.configuration))
        engine = running.enter_context(running_bare_engine(settings.configuration))
        rows = []
        for handler, code in _HANDLERS.items():
            apis = {one: deploy(one, f"bench-{handler}", code) for one in (edge, engine)}
            rows += [_row(handler, clients, apis, settings.requests) for clients in _CLIENTS]
        return GatewayMeasurement(tuple(rows))


def _row(handler: str, clients: int, apis: dict[Emulator, SampleApi], requests: int) -> GatewayRow:
    shares = (1, _ENGINE_SHARE)
    lanes = tuple(
        _lane(emulator, api, max(clients, requests // _ROUNDS // share))
        for (emulator, api), share in zip(apis.items(), shares, strict=True)
    )
    outcome = run_faultless_load(
        LoadPlan(
            lanes,
            clients=clients,
            rounds=_ROUNDS,
            warm_up=min(_WARM_UP_A_CLIENT * clients, requests),
        )
    )
    edge, engine = (latencies(lane.milliseconds, lane.elapsed_seconds) for lane in outcome.lanes)
    return GatewayRow(handler, clients, edge, engine, outcome.lanes[0].generator_busy)


def _lane(emulator: Emulator, api: SampleApi, count: int) -> Lane:
    calls = tuple(call("GET", api.path(number), expected_body=str(number)) for number in range(100))
    return Lane(emulator.port, calls, count)
