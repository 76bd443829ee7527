"""Runs probes: rows that mostly wait run side by side, so that their waits are one."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from tests.integration.conformance.endpoint import Endpoint
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.row import Row, stable

# So many functions start at once; more would wait for the machine instead.
WAITING_AT_ONCE = 16


def observe(row: Row, endpoint: Endpoint) -> str:
    """What a row's probe sees on an endpoint, without what differs from run to run."""
    with Laboratory(endpoint) as laboratory:
        return stable(row.probe(laboratory))


class Observations:
    """Observes the rows of one endpoint, each when it is asked for."""

    def __init__(self, endpoint: Endpoint, rows: Sequence[Row]) -> None:
        self._endpoint = endpoint
        self._waiting_rows = [row for row in rows if row.waits]
        self._pool = ThreadPoolExecutor(WAITING_AT_ONCE)
        self._waiting: dict[Row, Future[str]] = {}

    def of(self, row: Row) -> str:
        """The observation of a row; the first that waits begins all that do."""
        if not row.waits:
            return observe(row, self._endpoint)
        if not self._waiting:
            self._waiting = {
                each: self._pool.submit(observe, each, self._endpoint)
                for each in self._waiting_rows
            }
        return self._waiting[row].result()
