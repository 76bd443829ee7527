"""Whoever watches functions is told of every invocation and event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from localtender.edge.functions.names import FunctionReference
from localtender.edge.functions.observer import NobodyWatches
from tests.lambda_workbench import (
    ACCOUNT,
    LambdaWorkbench,
    an_invokable_runtime,
    lambda_workbench,
)

pytestmark = pytest.mark.anyio
FAILS = "def handler(event, context): raise ValueError('not today')"


@dataclass
class Notes(NobodyWatches):
    """Keeps what it was told."""

    told: list[tuple[str, ...]] = field(default_factory=list)
    durations: list[float] = field(default_factory=list)

    def started(self, function: FunctionReference) -> None:
        self.told.append(("started", function.name))

    def ended(
        self, function: FunctionReference, version: str, *, duration_ms: float, failed: bool
    ) -> None:
        self.durations.append(duration_ms)
        self.told.append(("ended", function.name, version, "failed" if failed else "succeeded"))

    def throttled(self, function: FunctionReference) -> None:
        self.told.append(("throttled", function.name))

    def event_received(self, function: FunctionReference) -> None:
        self.told.append(("received", function.name))

    def event_dropped(self, function: FunctionReference) -> None:
        self.told.append(("dropped", function.name))


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
async def watched(tmp_path: Path, notes: Notes) -> AsyncIterator[LambdaWorkbench]:
    runtimes = an_invokable_runtime()
    async with lambda_workbench(tmp_path, observer=notes, runtime_directories=runtimes) as made:
        yield made


async def test_an_invocation_begins_and_ends(watched: LambdaWorkbench, notes: Notes) -> None:
    await watched.create()
    await watched.invoke()
    assert notes.told == [("started", "worker"), ("ended", "worker", "$LATEST", "succeeded")]
    assert notes.durations[0] > 0


async def test_a_throttled_invocation_does_not_begin(
    watched: LambdaWorkbench, notes: Notes
) -> None:
    await watched.create()
    await watched.call(
        "PutFunctionConcurrency", FunctionName="worker", ReservedConcurrentExecutions=0
    )
    answer = await watched.call("Invoke", FunctionName="worker", Payload=b"{}")
    assert answer["Error"]["Code"] == "TooManyRequestsException"
    assert notes.told == [("throttled", "worker")]


async def test_an_event_is_received_tried_and_dropped(
    watched: LambdaWorkbench, notes: Notes
) -> None:
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"
    await watched.create(code=FAILS, DeadLetterConfig={"TargetArn": queue})
    await watched.call("Invoke", FunctionName="worker", InvocationType="Event", Payload=b"{}")
    async with asyncio.timeout(10):
        while ("dropped", "worker") not in notes.told:
            await asyncio.sleep(0.01)
    assert notes.told[0] == ("received", "worker")
    assert notes.told.count(("ended", "worker", "$LATEST", "failed")) == 3
