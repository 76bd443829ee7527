"""All rows: every module below `rows` declares an area."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

from tests.integration.conformance.row import Area, Row

_PACKAGE = "tests.integration.conformance.rows"


def all_rows() -> Sequence[Row]:
    """The rows in the order of the modules' names; rows stand as they are declared."""
    modules = sorted(Path(__file__).with_name("rows").glob("[a-z]*.py"))
    areas: list[Area] = [
        importlib.import_module(f"{_PACKAGE}.{module.stem}").AREA for module in modules
    ]
    return tuple(row for area in areas for row in area)
