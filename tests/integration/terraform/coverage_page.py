"""docs/terraform-coverage.md: what the tests do with each resource type, from the lives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from localtender.provider.providers import SERVED
from tests.integration.terraform.life import Life, Lives

PAGE: Final = Path(__file__).parents[3] / "docs" / "terraform-coverage.md"
COLUMNS: Final = ("create", "read", "update", "replace", "delete", "import", "drift", "vanish")
_DATA: Final = re.compile(r'^\s*data\s+"([a-z0-9_]+)"', re.MULTILINE)
_HEAD: Final = """\
# Terraform coverage

What the tests do, with the real Terraform CLI, to each resource type that the local providers
implement. `python -m tools.terraform_coverage` writes this page from
`tests/integration/terraform/lives/`; a test keeps it true.

- create, read, delete: applied, seen as unchanged, asked for at the service, destroyed
- update, replace: a change of the configuration is planned in place, or as a new object
- drift, vanish: what is changed or deleted behind Terraform's back is seen
- import: by an `import` block, with an empty plan after it

`yes` is tested; `-` does not exist for the type (nothing to change in place, no importer), or is
not tested.

"""


def covered(life: Life) -> frozenset[str]:
    """Return the columns that a life covers."""
    optional = {
        "update": life.update,
        "replace": life.replace,
        "import": life.import_id,
        "drift": life.drift,
        "vanish": life.vanish,
    }
    present = {name for name, value in optional.items() if value is not None}
    return frozenset({"create", "read", "delete"} | present)


def coverage(lives: Iterable[Lives]) -> str:
    """Return the page for every type that a provider here implements."""
    registries = [load().registry for load in SERVED.values()]
    return render(
        lives,
        [name for registry in registries for name in registry.resources],
        [name for registry in registries for name in registry.data_sources],
    )


def render(lives: Iterable[Lives], resources: Iterable[str], data_sources: Iterable[str]) -> str:
    """Return the page for the given types."""
    declared = list(lives)
    by_type: dict[str, frozenset[str]] = {}
    for each in declared:
        for life in each.lives:
            by_type[life.type_name] = by_type.get(life.type_name, frozenset()) | covered(life)
    read = data_sources_read(declared)
    lines = [_HEAD, "## Resources\n\n", _row(("type", *COLUMNS)), _row(["---"] * 9)]
    lines += [_row((f"`{name}`", *_cells(by_type, name))) for name in sorted(resources)]
    lines += ["\n## Data sources\n\n", _row(("type", "read")), _row(["---"] * 2)]
    lines += [_row((f"`{name}`", "yes" if name in read else "-")) for name in sorted(data_sources)]
    return "".join(lines)


def data_sources_read(lives: Iterable[Lives]) -> set[str]:
    """Return the data sources that stand in any configuration."""
    return {name for each in lives for name in _DATA.findall(each.configuration)}


def _cells(by_type: Mapping[str, frozenset[str]], name: str) -> list[str]:
    return ["yes" if column in by_type.get(name, ()) else "-" for column in COLUMNS]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
