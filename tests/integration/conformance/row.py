"""What a row of the conformance table is, and how an area's module declares its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.conformance.documentation import Documentation
    from tests.integration.conformance.laboratory import Laboratory

Probe = Callable[["Laboratory"], str]


@dataclass(frozen=True)
class Row:
    """One documented behaviour and the probe that observes it.

    `documented` is what the probe returns where an endpoint does as AWS does. `waits` marks a
    probe that mostly waits: it runs beside the others of its kind. `deviation` is why ours is
    known not to do as AWS does, empty for nearly every row. `engine_settings` are variables that
    the engine by itself needs to try at all.
    """

    area: str
    name: str
    behaviour: str
    documented: str
    source: Documentation
    probe: Probe
    waits: bool = False
    deviation: str = ""
    engine_settings: tuple[tuple[str, str], ...] = ()


class Area:
    """The rows of one module; its decorator turns a probe into a row."""

    def __init__(self, title: str, **engine_settings: str) -> None:
        self.title = title
        self._engine_settings = tuple(engine_settings.items())
        self._rows: list[Row] = []

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def row(
        self,
        behaviour: str,
        *,
        aws: str,
        source: Documentation,
        waits: bool = False,
        deviation: str = "",
    ) -> Callable[[Probe], Probe]:
        """Make the probe a row; `aws` is the documented answer in the probe's words."""

        def declare(probe: Probe) -> Probe:
            name = probe.__name__.replace("_", " ").strip()
            if stable(aws) != aws:
                raise ValueError(f"{behaviour}: {aws!r} is not what a page can hold")
            row = Row(
                self.title,
                name,
                behaviour,
                aws,
                source,
                probe,
                waits,
                deviation,
                self._engine_settings,
            )
            if any(known.behaviour == behaviour or known.name == name for known in self._rows):
                raise ValueError(f"{self.title} has two rows called {behaviour!r} or {name!r}")
            self._rows.append(row)
            return probe

        return declare


_VOLATILE = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*(Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"(127\.0\.0\.1|localhost):\d+"), r"\1:<port>"),
    (re.compile(r"\b(edge|c)-[0-9a-f]{12}\b"), "<name>"),
    (re.compile(r"/tmp/[\w./-]+"), "<file>"),
    (re.compile(r"\s+"), " "),
    (re.compile("`"), "'"),
)
_LONGEST = 320


def stable(observed: str) -> str:
    """An observation without what differs from run to run, on one line of bounded length."""
    for pattern, replacement in _VOLATILE:
        observed = pattern.sub(replacement, observed)
    observed = observed.strip() or "(nothing)"
    return observed if len(observed) <= _LONGEST else observed[: _LONGEST - 1] + "…"
