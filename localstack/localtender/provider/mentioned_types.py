"""Which AWS types the calling Terraform's folder speaks of.

Serving the whole schema costs Terraform a third of a second for every command. So the implemented
types are served, and beside them those types of the real provider that stand in the configuration
or the local state, for which the provider then can say by name that it does not implement them.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_SUFFIXES: Final = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfstate")
_TYPE: Final = re.compile(r"\baws_[a-z0-9_]+")


def mentioned_types(folder: Path, data_directory: str = ".terraform") -> frozenset[str]:
    """Return every name of the form ``aws_...`` in the root module, its modules and its state.

    Parameters
    ----------
    data_directory
        ``TF_DATA_DIR`` of the calling Terraform, seen from the folder.
    """
    names: set[str] = set()
    for module in {folder, *_installed_modules(folder, data_directory)}:
        for file in _files(module):
            try:
                names.update(_TYPE.findall(file.read_text(errors="replace")))
            except OSError as failure:
                log.warning("cannot read %s: %s", file, failure)
    return frozenset(names)


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from (file for file in folder.iterdir() if file.name.endswith(_SUFFIXES))
    except OSError as failure:
        log.warning("cannot list %s: %s", folder, failure)
    states = folder / "terraform.tfstate.d"
    if states.is_dir():
        yield from states.glob("*/terraform.tfstate")


def _installed_modules(folder: Path, data_directory: str) -> Iterator[Path]:
    """Yield the folders of the modules that ``terraform init`` has recorded."""
    manifest = folder / data_directory / "modules" / "modules.json"
    try:
        document = json.loads(manifest.read_text())
        yield from (folder / module["Dir"] for module in document["Modules"])
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError) as failure:
        log.warning("cannot read %s: %s", manifest, failure)
