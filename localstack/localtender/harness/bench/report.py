"""The figures as a table for people and as JSON for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from rich.table import Table
from rich.text import Text

from localtender.harness.bench.figures import Figure, Mark
from localtender.harness.bench.machine import Machine

_BOUNDS = {"at most": "≤", "at least": "≥"}


def table(figures: Sequence[Figure]) -> Table:
    """Every figure beside its marks, subject by subject."""
    shown = Table("figure", title="localtender bench", title_justify="left")
    for heading in ("measured", "mark"):
        shown.add_column(heading, justify="right", no_wrap=True)
    shown.add_column("met")
    for subject, group in groupby(figures, key=lambda figure: figure.subject):
        shown.add_row(Text(subject, style="bold"))
        for figure in group:
            shown.add_row(
                f"  {figure.name}",
                _number(figure.value, figure.unit),
                "\n".join(_mark(mark, figure.unit) for mark in figure.marks),
                _met(figure.is_met),
            )
        shown.add_section()
    return shown


def conditions(machine: Machine) -> str:
    """One line on where the figures come from."""
    return (
        f"Measured on {machine.cores} cores by Python {machine.python}, the load generator in a "
        f"process of its own on the same cores; load average {machine.load_before:.1f} before, "
        f"{machine.load_after:.1f} after."
    )


def as_document(figures: Sequence[Figure], machine: Machine) -> dict[str, Any]:
    """The report for JSON; `met` is null for a figure without a mark."""
    return {
        "machine": asdict(machine),
        "figures": [{**asdict(figure), "met": figure.is_met} for figure in figures],
    }


def _number(value: float, unit: str) -> str:
    digits = 0 if value == int(value) or abs(value) >= 100 else 2
    return f"{value:.{digits}f} {unit}".rstrip()


def _mark(mark: Mark, unit: str) -> str:
    whose = f" ({mark.whose})" if mark.whose else ""
    return f"{_BOUNDS[mark.bound]} {_number(mark.limit, unit)}{whose}"


def _met(is_met: bool | None) -> Text:
    if is_met is None:
        return Text("")
    return Text("yes", style="green") if is_met else Text("no", style="bold red")
