from __future__ import annotations

import asyncio
import fcntl
import os
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from localtender.harness.bench.load_generator import run
from localtender.harness.bench.load_plan import (
    Lane,
    LaneOutcome,
    LoadOutcome,
    LoadPlan,
    call,
    outcome_of,
    plan_of,
    to_json,
)

Answer = Callable[[str], bytes | None]
_PIPE_BYTES = 64 * 1024


class Server:
    """Answers each request by its path; None closes the connection without an answer."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.paths: list[str] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split()[1].decode()
                self.paths.append(path)
                body = self._answer(path)
                if body is None:
                    return
                status = b"500 Bad" if path == "/bad" else b"200 OK"
                length = str(len(body)).encode()
                writer.write(
                    b"HTTP/1.1 " + status + b"\r\nContent-Length: " + length + b"\r\n\r\n" + body
                )
        except asyncio.IncompleteReadError:
            return
        finally:
            writer.close()


def generate(
    answer: Answer, plan: Callable[[int, int], LoadPlan]
) -> tuple[LoadOutcome, Server, Server]:
    """Run a plan for the ports of two servers that answer alike."""

    async def scene() -> tuple[LoadOutcome, Server, Server]:
        servers = Server(answer), Server(answer)
        listening = [await asyncio.start_server(one.serve, "127.0.0.1", 0) for one in servers]
        ports = [one.sockets[0].getsockname()[1] for one in listening]
        outcome = await run(plan(*ports))
        for one in listening:
            one.close()
        await asyncio.sleep(0)
        return outcome, *servers

    return asyncio.run(scene())


def echo(path: str) -> bytes:
    return path.encode()


def lane(port: int, *paths: str, count: int) -> Lane:
    return Lane(port, tuple(call("GET", path, expected_body=path) for path in paths), count)


def test_calls_are_made_in_turn_over_one_connection() -> None:
    outcome, first, _ = generate(
        echo, lambda port, _: LoadPlan((lane(port, "/a", "/b", count=5),), clients=1, rounds=1)
    )
    assert first.paths == ["/a", "/b", "/a", "/b", "/a"]
    assert first.connections == 1
    assert len(outcome.lanes[0].milliseconds) == 5
    assert outcome.lanes[0].failures == ()
    assert outcome.lanes[0].computed_seconds > 0


def test_clients_share_the_calls_of_a_lane() -> None:
    outcome, first, _ = generate(
        echo, lambda port, _: LoadPlan((lane(port, "/a", count=30),), clients=3, rounds=1)
    )
    assert len(first.paths) == len(outcome.lanes[0].milliseconds) == 30
    assert first.connections == 3


def test_a_warm_up_is_made_and_not_counted() -> None:
    outcome, first, _ = generate(
        echo,
        lambda port, _: LoadPlan((lane(port, "/a", count=2),), clients=1, rounds=2, warm_up=7),
    )
    assert len(first.paths) == 11
    assert len(outcome.lanes[0].milliseconds) == 4


def test_lanes_take_turns_and_change_who_is_first() -> None:
    order: list[str] = []

    def noting(path: str) -> bytes:
        order.append(path)
        return path.encode()

    generate(
        noting,
        lambda one, two: LoadPlan(
            (lane(one, "/one", count=1), lane(two, "/two", count=1)), clients=1, rounds=4
        ),
    )
    assert order == ["/one", "/two", "/two", "/one", "/one", "/two", "/two", "/one"]


def test_an_error_or_another_requests_answer_is_a_failure_not_a_time() -> None:
    outcome, *_ = generate(
        lambda path: b"/other" if path == "/mixed-up" else path.encode(),
        lambda port, _: LoadPlan(
            (lane(port, "/bad", "/mixed-up", "/good", count=3),), clients=1, rounds=1
        ),
    )
    assert len(outcome.lanes[0].milliseconds) == 1
    assert outcome.lanes[0].failures == ("500 /bad", "200 /other instead of /mixed-up")


def test_a_dropped_connection_costs_its_request_and_no_other() -> None:
    outcome, first, _ = generate(
        lambda path: None if path == "/drop" else path.encode(),
        lambda port, _: LoadPlan((lane(port, "/a", "/drop", "/b", count=3),), clients=1, rounds=1),
    )
    assert first.paths == ["/a", "/drop", "/b"]
    assert len(outcome.lanes[0].milliseconds) == 2
    assert len(outcome.lanes[0].failures) == 1


def test_a_server_that_is_not_there_fails_every_request() -> None:
    plan = LoadPlan((lane(_nobodys_port(), "/a", count=2),), clients=1, rounds=1)
    outcome = asyncio.run(run(plan))
    assert outcome.lanes[0].milliseconds == ()
    assert len(outcome.lanes[0].failures) == 2


def test_a_reader_that_takes_its_time_gets_a_large_outcome_whole(tmp_path: Path) -> None:
    calls = (call("GET", "/"),)
    plan = LoadPlan((Lane(_nobodys_port(), calls, 2_000),), clients=4, rounds=1)
    (tmp_path / "plan.json").write_text(to_json(plan))
    with (
        (tmp_path / "plan.json").open() as given,
        subprocess.Popen(
            [sys.executable, "-m", "localtender.harness.bench.load_generator"],
            stdin=given,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        ) as process,
    ):
        assert process.stdout is not None
        while process.poll() is None and _bytes_waiting(process.stdout) < _PIPE_BYTES:
            time.sleep(0.02)
        outcome = outcome_of(process.stdout.read().decode())
    assert len(outcome.lanes[0].failures) == 2_000


def _nobodys_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _bytes_waiting(pipe: IO[bytes]) -> int:
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


def test_plans_and_outcomes_come_through_a_pipe_as_they_were() -> None:
    body = b'{"key": "\xc3\xa9"}'
    plan = LoadPlan(
        (Lane(4000, (call("POST", "/", headers={"Host": "h"}, body=body, expected_body="é"),), 3),),
        clients=2,
        rounds=4,
        warm_up=5,
    )
    assert plan_of(to_json(plan)) == plan
    request = plan.lanes[0].calls[0].request.encode("latin-1")
    assert request == b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 13\r\n\r\n" + body
    outcome = LoadOutcome((LaneOutcome((1.0, 2.5), 0.1, 0.01, ("500",)),))
    assert outcome_of(to_json(outcome)) == outcome
    assert outcome.lanes[0].generator_busy == pytest.approx(0.1)
