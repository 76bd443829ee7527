"""The page docs/conformance.md: written from observations, and read back by the tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from tests.integration.conformance.row import Row

PAGE = Path(__file__).resolve().parents[3] / "docs" / "conformance.md"
_SAME = "✓"
_CELL = re.compile(r"(?<!\\)\|")

_HEAD = """\
# Conformance with AWS

One line is one behaviour that AWS documents, one probe that observes it, and one test in \
`tests/integration/conformance/`. The same probe was run on Localtender and on its embedded \
engine, ministack {engine}, started by itself with its own API Gateway and Lambda. {same} is AWS's \
documented answer; anything else is what was seen instead. `make conformance` writes this page \
([how to add a row](add-a-conformance-row.md)).
"""


@dataclass(frozen=True)
class Observed:
    """What the two endpoints did for one row, in the probe's words."""

    ours: str
    engine: str


@dataclass(frozen=True)
class Line:
    """A row as the page has it; an observation that is AWS's answer reads as that answer."""

    area: str
    behaviour: str
    documented: str
    observed: Observed


def render(rows: Sequence[Row], observed: Mapping[Row, Observed]) -> str:
    """The page."""
    areas = [(title, list(members)) for title, members in groupby(rows, lambda row: row.area)]
    parts = [_HEAD.format(engine=version("ministack"), same=_SAME)]
    parts.append(
        "| area | behaviours | Localtender as AWS | the engine as AWS |\n|---|---|---|---|"
    )
    for title, members in areas:
        ours = sum(observed[row].ours == row.documented for row in members)
        engine = sum(observed[row].engine == row.documented for row in members)
        parts.append(f"| {title} | {len(members)} | {ours} | {engine} |")
    for title, members in areas:
        parts.append(
            f"\n## {title}\n\n| behaviour | AWS | Localtender | the engine |\n|---|---|---|---|"
        )
        parts.extend(_line(row, observed[row]) for row in members)
        if members[0].engine_settings:
            settings = " ".join("=".join(pair) for pair in members[0].engine_settings)
            parts.append(f"\nThe engine was started with `{settings}` for these.")
        deviations = [row for row in members if row.deviation]
        if deviations:
            parts.append("")
        parts.extend(f"- **{row.behaviour}**: {row.deviation}" for row in deviations)
    sources = sorted({(row.source.title, row.source.url) for row in rows})
    parts.append("")
    parts.extend(f"[{title}]: {url}" for title, url in sources)
    return "\n".join(parts) + "\n"


def read(text: str) -> list[Line]:
    """The rows of a page."""
    lines: list[Line] = []
    area = ""
    for text_line in text.splitlines():
        if text_line.startswith("## "):
            area = text_line.removeprefix("## ")
        cells = [cell.strip() for cell in _CELL.split(text_line)[1:-1]]
        if not area or len(cells) != 4 or cells[0] in ("behaviour", "---"):
            continue
        documented = _unquoted(cells[1].rpartition(" ([")[0])
        ours, engine = (documented if cell == _SAME else _unquoted(cell) for cell in cells[2:])
        lines.append(Line(area, cells[0], documented, Observed(ours, engine)))
    return lines


def committed() -> dict[tuple[str, str], Line]:
    """The rows of the page in docs/, by area and behaviour; none where there is no page yet."""
    text = PAGE.read_text() if PAGE.exists() else ""
    return {(line.area, line.behaviour): line for line in read(text)}


def _line(row: Row, observed: Observed) -> str:
    documented = f"{_quoted(row.documented)} ([{row.source.title}])"
    seen: Iterable[str] = (
        _SAME if each == row.documented else _quoted(each)
        for each in (observed.ours, observed.engine)
    )
    return "| " + " | ".join((row.behaviour, documented, *seen)) + " |"


def _quoted(text: str) -> str:
    return "`" + text.replace("`", "'").replace("|", "\\|") + "`"


def _unquoted(cell: str) -> str:
    return cell.replace("\\|", "|").removeprefix("`").removesuffix("`")
