from __future__ import annotations

import io
import json

from rich.console import Console

from localtender.harness.bench.figures import Figure, Mark
from localtender.harness.bench.machine import Machine
from localtender.harness.bench.report import as_document, conditions, table

MACHINE = Machine(cores=2, python="3.12.1", load_before=0.4, load_after=3.6)
FIGURES = (
    Figure("gateway", "silent, sequential: p50", 1.876, "ms", (Mark("at most", 3.0),)),
    Figure("gateway", "silent, sequential: rate", 512.4, "1/s", (Mark("at least", 600.0),)),
    Figure("memory", "supervisor", 8.0, "MB"),
)


def shown() -> list[str]:
    console = Console(file=io.StringIO(), width=80)
    console.print(table(FIGURES))
    assert isinstance(console.file, io.StringIO)
    return [line.strip("│ ") for line in console.file.getvalue().splitlines()]


def test_each_figure_stands_beside_its_mark_and_whether_it_is_met() -> None:
    rows = [[cell.strip() for cell in line.split("│")] for line in shown()]
    assert ["silent, sequential: p50", "1.88 ms", "≤ 3 ms", "yes"] in rows
    assert ["silent, sequential: rate", "512 1/s", "≥ 600 1/s", "no"] in rows
    assert ["supervisor", "8 MB"] in [row[:2] for row in rows]


def test_figures_stand_under_the_name_of_their_subject() -> None:
    lines = shown()
    order = [
        next(i for i, line in enumerate(lines) if line.startswith(text))
        for text in (
            "gateway",
            "silent, sequential: p50",
            "memory",
            "supervisor",
        )
    ]
    assert order == sorted(order)


def test_the_report_says_on_how_many_cores_it_ran_and_how_busy_they_were() -> None:
    text = conditions(MACHINE)
    assert "2 cores" in text
    assert "0.4 before, 3.6 after" in text


def test_the_json_has_the_figures_in_full_and_is_json() -> None:
    document = json.loads(json.dumps(as_document(FIGURES, MACHINE)))
    assert document["machine"]["cores"] == 2
    assert [figure["met"] for figure in document["figures"]] == [True, False, None]
    assert document["figures"][0] == {
        "subject": "gateway",
        "name": "silent, sequential: p50",
        "value": 1.876,
        "unit": "ms",
        "marks": [{"bound": "at most", "limit": 3.0, "whose": ""}],
        "met": True,
    }
