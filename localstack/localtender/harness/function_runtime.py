"""Installs what AWS's Lambda runtime has beside a function's code: its client and boto3.

AWS's page "Lambda runtimes" says that the Python runtimes include boto3; the runtime interface
client is AWS's own `awslambdaric`.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from localtender.harness.errors import FunctionRuntimeError

_LOCK = Path(__file__).with_name("function_runtime.lock")


def runtimes_directory(cache_directory: Path) -> Path:
    """The folder with one folder an interpreter version: `python3.12`."""
    return cache_directory / "runtimes"


def install_function_runtime(cache_directory: Path, version: str) -> bool:
    """Install the locked packages for a Python version; False when they already stand there.

    Raises FunctionRuntimeError when pip fails.
    """
    directory = runtimes_directory(cache_directory) / f"python{version}"
    mark = directory / ".lock.sha256"
    digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text() == digest:
        return False
    unfinished = directory.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    pip = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--target", str(unfinished), "--python-version", version),
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
    (unfinished / ".lock.sha256").write_text(digest)
    shutil.rmtree(directory, ignore_errors=True)
    unfinished.rename(directory)
    return True
