"""What the load generator is told to do, and what it has seen; both cross a pipe as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from localtender.configuration import LOOPBACK


@dataclass(frozen=True)
class Call:
    """One request as its bytes (in latin-1), and the body of its answer where that is known."""

    request: str
    expected_body: str | None = None


@dataclass(frozen=True)
class Lane:
    """Calls to one server, taken in turn; `count` of them are made in each round."""

    port: int
    calls: tuple[Call, ...]
    count: int


@dataclass(frozen=True)
class LoadPlan:
    """Rounds of every lane, one lane after the other; so many clients share a lane's calls.

    Each client keeps its connection. Every other round goes through the lanes backwards, so that
    none is always measured first. Before the first round each lane gets `warm_up` calls that do
    not count.
    """

    lanes: tuple[Lane, ...]
    clients: int
    rounds: int
    warm_up: int = 0


@dataclass(frozen=True)
class LaneOutcome:
    """Milliseconds of each answered request, in order, and what was wrong with the others.

    `computed_seconds` is the processor time that the generator itself took of the elapsed.
    """

    milliseconds: tuple[float, ...]
    elapsed_seconds: float
    computed_seconds: float
    failures: tuple[str, ...] = ()

    @property
    def generator_busy(self) -> float:
        """The share of the time in which the generator computed, from 0 to 1."""
        return self.computed_seconds / self.elapsed_seconds


@dataclass(frozen=True)
class LoadOutcome:
    """What became of the lanes."""

    lanes: tuple[LaneOutcome, ...]


def call(
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    expected_body: str | None = None,
) -> Call:
    """A call of HTTP/1.1 over a connection that is kept; `Host` is any unless it is given."""
    lines = {"Host": LOOPBACK, **(headers or {})}
    if body or method not in ("GET", "HEAD"):
        lines["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    request = f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
    return Call(request.decode("latin-1"), expected_body)


def to_json(value: LoadPlan | LoadOutcome) -> str:
    """A plan or an outcome as JSON."""
    return json.dumps(asdict(value))


def plan_of(text: str) -> LoadPlan:
    """The plan that was written as JSON."""
    document: dict[str, Any] = json.loads(text)
    lanes = tuple(
        Lane(lane["port"], tuple(Call(**one) for one in lane["calls"]), lane["count"])
        for lane in document.pop("lanes")
    )
    return LoadPlan(lanes=lanes, **document)


def outcome_of(text: str) -> LoadOutcome:
    """The outcome that was written as JSON."""
    lanes = json.loads(text)["lanes"]
    return LoadOutcome(
        tuple(
            LaneOutcome(
                tuple(lane["milliseconds"]),
                lane["elapsed_seconds"],
                lane["computed_seconds"],
                tuple(lane["failures"]),
            )
            for lane in lanes
        )
    )
