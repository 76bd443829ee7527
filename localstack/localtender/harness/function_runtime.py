"""Installs what AWS's Lambda runtime has beside a function's code: its client and boto3.

AWS's page "Lambda runtimes" says that the Python runtimes include boto3; the runtime interface
client is AWS's own `awslambdaric`.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from localtender.edge.functions.interpreters import find_interpreter
from localtender.harness.errors import FunctionRuntimeError

FUNCTION_PYTHON = "3.12"
_LOCK = Path(__file__).with_name("function_runtime.lock")


def runtimes_directory(cache_directory: Path) -> Path:
    """The folder with one folder an interpreter version: `python3.12`."""
    return cache_directory / "runtimes"


def function_python() -> str:
    """The Python that functions run on: 3.12 as on AWS, or this one where there is none."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = find_interpreter(f"python{FUNCTION_PYTHON}") is not None
    return FUNCTION_PYTHON if found or own == FUNCTION_PYTHON else own


def install_function_runtime(cache_directory: Path, version: str) -> bool:
    """Install the locked packages for a Python version; False when they already stand there.

    Raises FunctionRuntimeError when pip fails.
    """
    directory = runtimes_directory(cache_directory) / f"python{version}"
    mark = directory / ".lock.sha256"
    digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text() == digest:
        return False
    directory.parent.mkdir(parents=True, exist_ok=True)
    # Renamed into place when complete; another stack may be installing the same at this moment.
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix="installing-") as temporary:
        unfinished = Path(temporary) / directory.name
        _pip_install(unfinished, version)
        (unfinished / mark.name).write_text(digest)
        shutil.rmtree(directory, ignore_errors=True)
        try:
            unfinished.rename(directory)
        except OSError:
            if not (mark.is_file() and mark.read_text() == digest):
                raise
    return True


def _pip_install(target: Path, version: str) -> None:
    pip = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--target", str(target), "--python-version", version),
            *("--implementation", "cp", "--only-binary=:all:", "--no-deps"),
            *("--requirement", str(_LOCK)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if pip.returncode != 0:
        raise FunctionRuntimeError(
            f"The Lambda runtime for Python {version} could not be installed:\n"
            f"{pip.stderr.strip()}\nCheck the network and run `make up` again."
        )
