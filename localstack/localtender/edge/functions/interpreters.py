"""Finding the Python interpreter that a Lambda runtime name stands for."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SUPPORTED_RUNTIMES = ("python3.10", "python3.11", "python3.12", "python3.13", "python3.14")
"""Runtimes this service can execute."""


def environment_variable(runtime: str) -> str:
    """Name of the variable that points at an interpreter, LOCALTENDER_PYTHON3_12 for python3.12."""
    return "LOCALTENDER_" + runtime.upper().replace(".", "_")


def find_interpreter(runtime: str, environ: Mapping[str, str] | None = None) -> Path | None:
    """Find the interpreter of a runtime such as ``python3.12``, or None where there is none.

    Looked at in this order: the variable of `environment_variable`, PATH, and pyenv's versions
    (the newest patch release wins).
    """
    variables = os.environ if environ is None else environ
    named = variables.get(environment_variable(runtime))
    if named:
        return Path(named) if os.access(named, os.X_OK) else None
    on_path = shutil.which(runtime, path=variables.get("PATH"))
    if on_path and not _is_pyenv_shim(Path(on_path)):
        return Path(on_path)
    return _in_pyenv(runtime, variables)


def find_interpreters(environ: Mapping[str, str] | None = None) -> dict[str, Path]:
    """The interpreter of every supported runtime that has one on this machine."""
    found = {runtime: find_interpreter(runtime, environ) for runtime in SUPPORTED_RUNTIMES}
    return {runtime: path for runtime, path in found.items() if path is not None}


def _is_pyenv_shim(path: Path) -> bool:
    """A shim exists for every version pyenv ever had, and fails when that one is not active."""
    return path.parent.name == "shims"


def _in_pyenv(runtime: str, variables: Mapping[str, str]) -> Path | None:
    home = Path(variables.get("HOME") or Path.home())
    versions = Path(variables.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    release = re.compile(re.escape(runtime.removeprefix("python")) + r"\.(\d+)")
    found: list[tuple[int, Path]] = []
    for directory in versions.glob(runtime.removeprefix("python") + ".*"):
        matched = release.fullmatch(directory.name)
        interpreter = directory / "bin" / runtime
        if matched and os.access(interpreter, os.X_OK):
            found.append((int(matched.group(1)), interpreter))
    return max(found)[1] if found else None
