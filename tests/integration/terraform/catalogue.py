"""All lives, from every module of the folder `lives`."""

from __future__ import annotations

import importlib
from pathlib import Path

from tests.integration.terraform.life import Lives

FOLDER = Path(__file__).parent / "lives"


def all_lives() -> dict[str, Lives]:
    """Return every declared configuration by "module: title"."""
    found: dict[str, Lives] = {}
    for file in sorted(FOLDER.glob("*.py")):
        module = importlib.import_module(f"tests.integration.terraform.lives.{file.stem}")
        for lives in module.LIVES:
            name = f"{file.stem}: {lives.title}"
            assert name not in found, f"two lives are called {name}"
            found[name] = lives
    return found
