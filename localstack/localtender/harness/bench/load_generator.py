"""The process that makes the requests: `python -m localtender.harness.bench.load_generator`.

It reads a plan on standard input and writes the outcome on standard output. It stands apart from
the servers and does little for each request (about 30 µs), since an HTTP client library takes
longer than the edge takes to answer, and would be what is measured.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

import httptools

from localtender.configuration import LOOPBACK
from localtender.harness.bench.load_plan import (
    Call,
    Lane,
    LaneOutcome,
    LoadOutcome,
    LoadPlan,
    plan_of,
    to_json,
)

_ANSWER_SECONDS = 60.0


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    milliseconds: float


class _Connection(asyncio.Protocol):
    """One kept connection; requests on it follow one another."""

    def __init__(self) -> None:
        self._parser: Any = httptools.HttpResponseParser(self)
        self._transport: Any = None
        self._body: list[bytes] = []
        self._began = 0.0
        self._answer: asyncio.Future[_Answer] | None = None

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, request: bytes) -> _Answer:
        self._answer = asyncio.get_running_loop().create_future()
        self._began = time.perf_counter()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the connection was closed"))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            if self._answer is not None and not self._answer.done():
                self._answer.set_exception(error)
            self._transport.abort()

    def on_message_begin(self) -> None:
        self._body = []

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        milliseconds = (time.perf_counter() - self._began) * 1000
        if self._answer is not None and not self._answer.done():
            status = self._parser.get_status_code()
            self._answer.set_result(_Answer(status, b"".join(self._body), milliseconds))


@dataclass
class _LaneRun:
    """A lane with its connections and what was measured so far."""

    lane: Lane
    connections: list[_Connection | None]
    milliseconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    elapsed_seconds: float = 0.0
    computed_seconds: float = 0.0

    def __post_init__(self) -> None:
        self._requests = cycle([(one, one.request.encode("latin-1")) for one in self.lane.calls])

    async def make(self, count: int) -> None:
        """Make so many calls with all clients."""
        shared = islice(self._requests, count)
        began, computed = time.perf_counter(), time.process_time()
        if len(self.connections) == 1:
            await self._work(0, shared)
        else:
            clients = range(len(self.connections))
            await asyncio.gather(*(self._work(client, shared) for client in clients))
        self.elapsed_seconds += time.perf_counter() - began
        self.computed_seconds += time.process_time() - computed

    def forget(self) -> None:
        """Begin anew after a warm-up; a failure in it counts."""
        self.milliseconds.clear()
        self.elapsed_seconds = self.computed_seconds = 0.0

    def outcome(self) -> LaneOutcome:
        """What was measured."""
        return LaneOutcome(
            milliseconds=tuple(self.milliseconds),
            elapsed_seconds=self.elapsed_seconds,
            computed_seconds=self.computed_seconds,
            failures=tuple(self.failures),
        )

    def close(self) -> None:
        """Close every connection."""
        for client in range(len(self.connections)):
            self._give_up(client)

    async def _work(self, client: int, calls: Iterator[tuple[Call, bytes]]) -> None:
        for one, request in calls:
            try:
                connection = self.connections[client]
                if connection is None or not connection.is_open:
                    connection = self.connections[client] = await _connected(self.lane.port)
                async with asyncio.timeout(_ANSWER_SECONDS):
                    answer = await connection.exchange(request)
            except (OSError, TimeoutError, httptools.HttpParserError) as error:
                self.failures.append(f"{type(error).__name__}: {error}")
                self._give_up(client)
                continue
            failure = _failure(one, answer)
            if failure is None:
                self.milliseconds.append(answer.milliseconds)
            else:
                self.failures.append(failure)

    def _give_up(self, client: int) -> None:
        connection, self.connections[client] = self.connections[client], None
        if connection is not None:
            connection.close()


def _failure(one: Call, answer: _Answer) -> str | None:
    text = answer.body.decode("utf-8", "replace")
    if answer.status != 200:
        return f"{answer.status} {text[:200]}"
    if one.expected_body is not None and text != one.expected_body:
        return f"200 {text[:200]} instead of {one.expected_body[:200]}"
    return None


async def _connected(port: int) -> _Connection:
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(_Connection, LOOPBACK, port)
    return connection


async def run(plan: LoadPlan) -> LoadOutcome:
    """Carry a plan out."""
    runs = [_LaneRun(lane, [None] * plan.clients) for lane in plan.lanes]
    for lane_run in runs:
        await lane_run.make(plan.warm_up)
        lane_run.forget()
    for number in range(plan.rounds):
        for lane_run in runs if number % 2 == 0 else reversed(runs):
            await lane_run.make(lane_run.lane.count)
    for lane_run in runs:
        lane_run.close()
    return LoadOutcome(tuple(lane_run.outcome() for lane_run in runs))


def main() -> None:
    """Read the plan, carry it out, write the outcome."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        outcome = runner.run(run(plan_of(sys.stdin.read())))
    # A stream of its own: with PYTHONUNBUFFERED what a pipe does not take at once would be lost.
    with open(sys.stdout.fileno(), "w", closefd=False) as output:
        output.write(to_json(outcome))


if __name__ == "__main__":
    main()
