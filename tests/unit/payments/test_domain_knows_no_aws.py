from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import payments

MODULES = sorted(Path(payments.__file__ or "").parent.glob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_of_the_domain_imports_only_the_domain_and_the_standard_library(
    module: Path,
) -> None:
    imported = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported <= sys.stdlib_module_names | {"payments"}
