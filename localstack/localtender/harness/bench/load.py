"""Runs the load generator as a process of its own."""

from __future__ import annotations

import subprocess
import sys

from localtender.harness.bench.load_plan import LoadOutcome, LoadPlan, outcome_of, to_json
from localtender.harness.errors import BenchError


def run_load(plan: LoadPlan) -> LoadOutcome:
    """Carry a plan out; the outcome may hold failures. Raises BenchError."""
    ended = subprocess.run(
        [sys.executable, "-m", "localtender.harness.bench.load_generator"],
        input=to_json(plan),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise BenchError(f"The load generator failed:\n{ended.stderr.strip()}")
    return outcome_of(ended.stdout)


def run_faultless_load(plan: LoadPlan) -> LoadOutcome:
    """Carry a plan out in which every request must be answered as expected. Raises BenchError."""
    outcome = run_load(plan)
    failures = [failure for lane in outcome.lanes for failure in lane.failures]
    if failures:
        raise BenchError(
            f"{len(failures)} requests were not answered as expected, the first: {failures[0]}"
        )
    return outcome
