"""The conformance table: one test a row, and the page that shows it."""

from __future__ import annotations

import pytest

from tests.integration.conformance.catalogue import all_rows
from tests.integration.conformance.observations import Observations
from tests.integration.conformance.page import PAGE, committed, render
from tests.integration.conformance.row import Row

REWRITE = "docs/conformance.md is out of date: run `make conformance`"
# Rows that wait come first: while one worker waits for all of them, another does the rest.
ROWS = sorted(all_rows(), key=lambda row: not row.waits)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.area}: {row.name}")
def test_it_is_as_aws_documents_it(row: Row, observations: Observations) -> None:
    observed = observations.of(row)
    if row.deviation:
        assert observed != row.documented, "no longer deviates: take the mark away"
        line = committed().get((row.area, row.behaviour))
        assert line is not None, REWRITE
        assert line.observed.ours == observed, REWRITE
        pytest.xfail(row.deviation)
    assert observed == row.documented


def test_the_page_is_what_the_tests_observe() -> None:
    lines = committed()
    rows = all_rows()
    missing = [row.behaviour for row in rows if (row.area, row.behaviour) not in lines]
    assert missing == [], REWRITE
    observed = {row: lines[row.area, row.behaviour].observed for row in rows}
    assert PAGE.read_text() == render(rows, observed), REWRITE
    for row in rows:
        assert (observed[row].ours == row.documented) != bool(row.deviation), REWRITE
