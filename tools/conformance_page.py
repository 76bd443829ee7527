"""Writes docs/conformance.md: every row observed on the edge and on its engine alone.

``python -m tools.conformance_page`` observes all rows; with ``--only TEXT`` those whose area or
behaviour contains the text, and those that the page does not have yet: the others stay as they are.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from botocore.exceptions import ClientError, HTTPClientError

from tests.integration.conformance.catalogue import all_rows
from tests.integration.conformance.endpoint import (
    ANSWER_LIMIT_SECONDS,
    ARGUMENTS,
    SETTINGS,
    Endpoint,
)
from tests.integration.conformance.engine_alone import engine_alone
from tests.integration.conformance.observations import observe
from tests.integration.conformance.observing import NotOfferedError
from tests.integration.conformance.page import PAGE, Observed, committed, render
from tests.integration.conformance.row import Row, stable
from tests.running_edge import running_edge

# A probe makes several calls; this is for one that never comes back.
PROBE_LIMIT_SECONDS = 3 * ANSWER_LIMIT_SECONDS
AT_ONCE = 4
# More would make an endpoint slow, which is another observation.
WAITING_AT_ONCE = 8


def main() -> int:
    """Write the page; 1 when ours differs from AWS in a row that does not say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="rows to observe anew")
    only = parser.parse_args().only.lower()
    rows = all_rows()
    known = committed()
    wanted = [
        row
        for row in rows
        if (row.area, row.behaviour) not in known
        or known[row.area, row.behaviour].documented != row.documented
        or only in f"{row.area} {row.behaviour}".lower()
    ]
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "edge").mkdir()
        with running_edge(Path(directory) / "edge", *ARGUMENTS, environment=SETTINGS) as edge:
            ours = observe_all(wanted, Endpoint(edge.endpoint_url), "Localtender")
        engines: dict[Row, str] = {}
        for settings in sorted({row.engine_settings for row in wanted}):
            alike = [row for row in wanted if row.engine_settings == settings]
            with engine_alone(Path(directory), **dict(settings)) as engine:
                engines.update(
                    observe_all(alike, engine, " ".join(["the engine", *map("=".join, settings)]))
                )
    observed = {
        row: Observed(ours[row], engines[row])
        if row in ours
        else known[row.area, row.behaviour].observed
        for row in rows
    }
    PAGE.write_text(render(rows, observed))
    wrong = [row for row in wanted if (ours[row] == row.documented) == bool(row.deviation)]
    for row in wrong:
        sys.stderr.write(f"{row.area}: {row.behaviour}\n  {row.documented}\n  {ours[row]}\n")
    return 1 if wrong else 0


def observe_all(rows: Sequence[Row], endpoint: Endpoint, name: str) -> dict[Row, str]:
    """What an endpoint does for each row; a failed probe is an observation as well."""
    with ThreadPoolExecutor(AT_ONCE) as pool, ThreadPoolExecutor(WAITING_AT_ONCE) as waiting:
        running = {
            row: (waiting if row.waits else pool).submit(attempt, row, endpoint) for row in rows
        }
        found: dict[Row, str] = {}
        for row, future in running.items():
            found[row] = future.result()
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{name}: {len(found)} of {len(rows)} rows ")
    sys.stderr.write(f"\r{name}: {len(found)} of {len(rows)} rows\n")
    return found


def attempt(row: Row, endpoint: Endpoint) -> str:
    """The observation of a probe, its failure or its silence."""
    result = [f"no answer within {PROBE_LIMIT_SECONDS} s"]

    def run() -> None:
        result[0] = stable(_observation(row, endpoint))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PROBE_LIMIT_SECONDS)
    return result[0]


def _observation(row: Row, endpoint: Endpoint) -> str:
    try:
        return observe(row, endpoint)
    except ClientError as error:
        told = error.response["Error"]
        return f"{error.operation_name} is refused: {told['Code']}: {told['Message']}"
    except NotOfferedError as error:
        return str(error)
    except (requests.Timeout, HTTPClientError):
        return f"no answer within {ANSWER_LIMIT_SECONDS} s"
    except requests.ConnectionError:
        return "the connection breaks"
    except Exception as error:  # whatever an answer of another shape makes of a probe
        return f"another answer than the probe can read: {type(error).__name__}: {error}"


if __name__ == "__main__":
    raise SystemExit(main())
