"""Events reach CloudWatch Logs in order, in batches, and never cost the caller."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from localtender.engines.client import EngineCallError
from localtender.telemetry.log_delivery import LogDelivery

pytestmark = pytest.mark.anyio

ACCOUNT, REGION, GROUP, STREAM = "123456789012", "us-east-1", "/aws/lambda/x", "stream"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class PretendedLogs:
    """CloudWatch Logs with its rules about groups, streams and order."""

    groups: dict[str, dict[str, list[tuple[int, str]]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    broken: bool = False

    async def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str,
        region: str,
    ) -> dict[str, Any]:
        await asyncio.sleep(0)
        self.calls.append(operation)
        if self.broken:
            raise EngineCallError(service, operation, "ServiceUnavailable", "down", 503)
        group = parameters["logGroupName"]
        if operation == "CreateLogGroup":
            self.groups.setdefault(group, {})
            return {}
        stream = parameters["logStreamName"]
        if group not in self.groups:
            raise EngineCallError(service, operation, "ResourceNotFoundException", "none", 400)
        if operation == "CreateLogStream":
            self.groups[group].setdefault(stream, [])
            return {}
        if stream not in self.groups[group]:
            raise EngineCallError(service, operation, "ResourceNotFoundException", "none", 400)
        events = [(event["timestamp"], event["message"]) for event in parameters["logEvents"]]
        assert len(events) <= 10_000
        assert events == sorted(events, key=lambda event: event[0])
        self.groups[group][stream] += events
        return {}

    @property
    def messages(self) -> list[str]:
        return [message for _, message in self.groups[GROUP][STREAM]]


def deliver(logs: LogDelivery, message: str, timestamp_ms: int | None = None) -> None:
    logs.deliver(ACCOUNT, REGION, GROUP, STREAM, message, timestamp_ms)


async def test_group_and_stream_are_made_when_absent() -> None:
    engine = PretendedLogs()
    logs = LogDelivery(engine, interval_seconds=0.01)
    await logs.start()
    deliver(logs, "a\n")
    await logs.stop()
    assert engine.messages == ["a\n"]


async def test_events_of_a_moment_are_one_batch() -> None:
    engine = PretendedLogs({GROUP: {STREAM: []}})
    logs = LogDelivery(engine, interval_seconds=0.01)
    await logs.start()
    for number in range(100):
        deliver(logs, str(number))
    await logs.stop()
    assert engine.calls.count("PutLogEvents") == 1
    assert engine.messages == [str(number) for number in range(100)]


async def test_the_order_of_delivery_is_kept_against_clocks() -> None:
    engine = PretendedLogs()
    logs = LogDelivery(engine, interval_seconds=0)
    await logs.start()
    deliver(logs, "late", 2000)
    deliver(logs, "early", 1000)
    await logs.flush()
    deliver(logs, "last", 1500)
    await logs.stop()
    assert engine.groups[GROUP][STREAM] == [(2000, "late"), (2000, "early"), (2000, "last")]


async def test_flushing_while_writing_keeps_the_order() -> None:
    engine = PretendedLogs()
    logs = LogDelivery(engine, interval_seconds=0)
    await logs.start()
    for number in range(50):
        deliver(logs, str(number))
        if number % 7 == 0:
            await asyncio.gather(logs.flush(), logs.flush())
    await logs.stop()
    assert engine.messages == [str(number) for number in range(50)]


async def test_a_stream_that_vanished_is_made_again() -> None:
    engine = PretendedLogs()
    logs = LogDelivery(engine)
    deliver(logs, "a")
    await logs.flush()
    engine.groups.clear()
    deliver(logs, "b")
    await logs.flush()
    assert engine.messages == ["b"]


async def test_an_engine_that_is_down_costs_the_events_and_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine = PretendedLogs(broken=True)
    logs = LogDelivery(engine)
    deliver(logs, "lost")
    await logs.flush()
    assert "1 log events for /aws/lambda/x were lost" in caplog.text
    engine.broken = False
    deliver(logs, "kept")
    await logs.flush()
    assert engine.messages == ["kept"]


async def test_large_batches_are_split() -> None:
    engine = PretendedLogs()
    logs = LogDelivery(engine)
    for _ in range(10_001):
        deliver(logs, "x")
    for _ in range(3):
        deliver(logs, "y" * 500_000)
    deliver(logs, "z" * 2_000_000)
    await logs.flush()
    assert len(engine.messages) == 10_005
    assert len(engine.messages[-1]) == 1_048_550
    assert engine.calls.count("PutLogEvents") == 4


async def test_events_before_the_start_are_kept() -> None:
    engine = PretendedLogs()
    logs = LogDelivery(engine, interval_seconds=0)
    deliver(logs, "early")
    await logs.start()
    await logs.stop()
    assert engine.messages == ["early"]
