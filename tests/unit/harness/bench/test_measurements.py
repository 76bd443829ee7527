from __future__ import annotations

from localtender.harness.bench.burst import BurstMeasurement
from localtender.harness.bench.control_plane import ControlPlaneMeasurement
from localtender.harness.bench.dynamodb import DynamoDbMeasurement, OperationOverhead
from localtender.harness.bench.figures import Figure
from localtender.harness.bench.gateway import GatewayMeasurement, GatewayRow
from localtender.harness.bench.latencies import Latencies
from localtender.harness.bench.memory import MemoryMeasurement
from localtender.harness.bench.payments import PaymentsMeasurement

FAST, SLOW = Latencies(2.0, 4.0, 400.0), Latencies(50.0, 60.0, 20.0)


def met(figures: tuple[Figure, ...]) -> dict[str, bool | None]:
    return {figure.name: figure.is_met for figure in figures}


def test_the_gateway_is_held_to_its_own_marks_for_a_silent_handler_alone() -> None:
    row = GatewayRow("silent", 1, FAST, SLOW, generator_busy=0.05)
    assert row.times_the_rate == 20.0
    figures = {figure.name: figure for figure in row.figures()}
    assert [mark.limit for mark in figures["silent, sequential: p50"].marks] == [3.0, 50.0]
    assert figures["silent, sequential: times engine's rate"].is_met is True
    slower = GatewayRow("silent", 1, Latencies(3.1, 4.0, 79.0), SLOW, generator_busy=0.05)
    assert met(slower.figures()) == {
        "silent, sequential: p50": False,
        "silent, sequential: p99": True,
        "silent, sequential: rate": True,
        "silent, sequential: times engine's rate": False,
    }


def test_every_row_of_the_gateway_is_held_against_the_engine() -> None:
    row = GatewayRow("printing", 8, SLOW, FAST, generator_busy=0.05)
    assert met(row.figures()) == {
        "printing, 8 clients: p50": False,
        "printing, 8 clients: p99": False,
        "printing, 8 clients: rate": False,
        "printing, 8 clients: times engine's rate": None,
    }


def test_the_busiest_row_tells_whether_the_generator_was_in_the_way() -> None:
    rows = tuple(GatewayRow("silent", n, FAST, SLOW, generator_busy=n / 10) for n in (1, 8))
    assert GatewayMeasurement(rows).figures()[-1].value == 80.0


def test_a_lost_request_misses_the_mark_of_the_burst() -> None:
    whole = BurstMeasurement(1000, 64, 0, 2.0, FAST)
    assert whole.figures()[0].is_met is True
    assert BurstMeasurement(1000, 64, 1, 2.0, FAST).figures()[0].is_met is False


def test_dynamodb_is_held_to_what_the_edge_adds_not_to_the_engines_own_time() -> None:
    slow_engine = OperationOverhead("GetItem", edge_ms=10.4, engine_ms=10.0, added_ms=0.4)
    measurement = DynamoDbMeasurement((slow_engine,))
    assert list(met(measurement.figures()).values()) == [None, None, True]


def test_the_control_plane_has_three_seconds() -> None:
    assert ControlPlaneMeasurement(100, 303, 3.0).figures()[0].is_met is True
    assert ControlPlaneMeasurement(100, 303, 3.1).figures()[0].is_met is False


def test_memory_counts_the_edge_the_largest_environment_and_the_whole() -> None:
    processes = {"supervisor": 8.0, "localtender.edge": 120.0, "sandbox_mocks": 30.0}
    figures = MemoryMeasurement(processes, (40.0, 46.0), 16.0).figures()
    assert {figure.name: figure.value for figure in figures} == {
        "edge and engine": 120.0,
        "warm environment, a small function": 16.0,
        "warm environment, payments (of 2)": 46.0,
        "supervisor": 8.0,
        "sandbox_mocks": 30.0,
        "the whole stack": 244.0,
    }
    assert met(figures)["warm environment, a small function"] is True
    assert met(figures)["warm environment, payments (of 2)"] is False


def test_payments_show_medians_of_repeated_commands_and_of_payments() -> None:
    figures = PaymentsMeasurement(7.0, (1.0, 9.0, 2.0), (10.0, 30.0, 20.0), 1.0).figures()
    assert [figure.value for figure in figures][:3] == [7.0, 2.0, 20.0]
    assert all(figure.is_met for figure in figures if figure.marks)
