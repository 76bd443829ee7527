"""Builds the deployable zip of ``lambda/``: small, pure Python, the same bytes for the same input.

Third-party code is installed once per content of the requirements file and kept in a cache; a
fingerprint beside the zip tells whether anything has changed since it was built.

Source of the form: AWS Lambda developer guide, "Working with .zip file archives for Python Lambda
functions" (modules at the root of the archive, files readable by everybody).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from localtender.harness.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localtender.configuration import Configuration

MAXIMUM_BYTES: Final = 5 * 1024 * 1024
"""Largest package, in bytes."""

_PYTHON_VERSION: Final = "3.12"
_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold
_MODE: Final = 0o100644 << 16
_COMPRESSION_LEVEL: Final = 9
# Part of the fingerprint: a change here changes the package without any input changing.
_RECIPE: Final = b"1"
_COMPILED: Final = frozenset({".so", ".pyd", ".dylib", ".dll"})
_LEFT_OUT_FOLDERS: Final = frozenset({"__pycache__", "tests", "test", "bin", ".pytest_cache"})
_LEFT_OUT_SUFFIXES: Final = frozenset({".pyc", ".pyo", ".pyi"})
_LICENCE_NAMES: Final = ("LICENSE", "LICENCE", "COPYING", "NOTICE")
_NOT_SHIPPED: Final = frozenset({"requirements.txt"})


class PackageError(HarnessError):
    """The package can't be built.

    ::

        PackageError
        ├── DependencyInstallError   pip could not install the pinned dependencies
        ├── CompiledFileError        a file is machine code; the package must be pure Python
        └── PackageTooLargeError     the zip is larger than ``MAXIMUM_BYTES``
    """


class DependencyInstallError(PackageError):
    """Pip could not install the pinned dependencies."""


class CompiledFileError(PackageError):
    """A file of the package is machine code."""


class PackageTooLargeError(PackageError):
    """The zip is larger than allowed."""


@dataclass(frozen=True)
class PackageResult:
    """A built package."""

    path: Path
    sha256: str
    size_bytes: int
    rebuilt: bool
    """Whether the file was written now; False when nothing had changed."""


def build_project_package(configuration: Configuration) -> PackageResult:
    """Build the project's package where its Terraform module expects it.

    Raises:
        PackageError: as `build_package` does.
    """
    source = configuration.project_directory / "lambda"
    return build_package(
        source,
        source / "requirements.txt",
        configuration.project_directory / "build" / "payments.zip",
        cache_directory=configuration.cache_directory,
    )


def build_package(
    source: Path, requirements: Path, destination: Path, *, cache_directory: Path
) -> PackageResult:
    """Build the zip of the modules in ``source`` and the pinned ``requirements``.

    Raises:
        DependencyInstallError: pip failed; the message holds its last words.
        CompiledFileError: naming the file.
        PackageTooLargeError: naming both sizes.
    """
    own = _files_below(source)
    fingerprint = _fingerprint(source, own, requirements)
    record = destination.with_name(destination.name + ".fingerprint")
    unchanged = _unchanged(destination, record, fingerprint)
    if unchanged is not None:
        return unchanged
    vendor = _installed(requirements, cache_directory)
    entries = {path: vendor / path for path in _files_below(vendor)}
    entries |= {path: source / path for path in own}
    _refuse_compiled(entries)
    destination.parent.mkdir(parents=True, exist_ok=True)
    written = _write(entries, destination)
    record.write_text(f"{fingerprint} {written.sha256}\n", encoding="ascii")
    return written


def _files_below(root: Path) -> list[PurePosixPath]:
    """List the files that belong in the package, relative to ``root``, sorted."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in _LEFT_OUT_FOLDERS]
        relative = Path(folder).relative_to(root)
        for name in names:
            path = PurePosixPath((relative / name).as_posix())
            if _belongs(path):
                found.append(path)
    return sorted(found)


def _belongs(path: PurePosixPath) -> bool:
    if path.suffix in _LEFT_OUT_SUFFIXES or str(path) in _NOT_SHIPPED:
        return False
    if path.parts[0].endswith(".dist-info"):
        return path.name.upper().startswith(_LICENCE_NAMES)
    return True


def _fingerprint(source: Path, own: Iterable[PurePosixPath], requirements: Path) -> str:
    digest = hashlib.sha256(_RECIPE)
    digest.update(hashlib.sha256(requirements.read_bytes()).digest())
    for path in own:
        digest.update(f"{path}\0".encode())
        digest.update(hashlib.sha256((source / path).read_bytes()).digest())
    return digest.hexdigest()


def _unchanged(destination: Path, record: Path, fingerprint: str) -> PackageResult | None:
    """Return the existing package when it was built from the same input and is intact."""
    if not (destination.is_file() and record.is_file()):
        return None
    recorded = record.read_text(encoding="ascii").split()
    content = destination.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    if recorded != [fingerprint, sha256]:
        return None
    return PackageResult(destination, sha256, len(content), rebuilt=False)


def _installed(requirements: Path, cache_directory: Path) -> Path:
    """Return the folder with the installed requirements, installing them when it is not there."""
    key = hashlib.sha256(_RECIPE + requirements.read_bytes()).hexdigest()[:32]
    folder = cache_directory / f"vendor-{key}"
    if folder.is_dir():
        return folder
    cache_directory.mkdir(parents=True, exist_ok=True)
    # Renamed into place when complete, so an interrupted installation is never taken for one.
    with tempfile.TemporaryDirectory(dir=cache_directory, prefix="installing-") as temporary:
        target = Path(temporary) / "vendor"
        _pip_install(requirements, target)
        try:
            target.rename(folder)
        except OSError:
            # Somebody else was faster.
            if not folder.is_dir():
                raise
    return folder


def _pip_install(requirements: Path, target: Path) -> None:
    command = [
        *(sys.executable, "-m", "pip", "install", "--target", str(target), "--no-deps"),
        *("--platform", "any", "--implementation", "py", "--abi", "none"),
        *("--python-version", _PYTHON_VERSION, "--only-binary=:all:"),
        *("--no-compile", "--disable-pip-version-check", "--no-input", "--quiet"),
        *("--requirement", str(requirements)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(target, ignore_errors=True)
        words = done.stderr.strip().splitlines()[-3:]
        raise DependencyInstallError(
            f"pip could not install {requirements.name}: {' '.join(words)}\n"
            "Every dependency needs an exact version with a py3-none-any wheel; "
            "the first build needs the package index."
        )


def _refuse_compiled(entries: Iterable[PurePosixPath]) -> None:
    for path in entries:
        if path.suffix in _COMPILED:
            raise CompiledFileError(
                f"{path} is compiled for one platform; the package must be pure Python. "
                "Pin a release with a py3-none-any wheel or leave the dependency out."
            )


def _write(entries: dict[PurePosixPath, Path], destination: Path) -> PackageResult:
    # Of this process alone: stacks side by side build the same package.
    temporary = destination.with_name(f"{destination.name}.{os.getpid()}.writing")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(entries):
                entry = zipfile.ZipInfo(str(path), _DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = _MODE
                entry.create_system = 3  # Unix, wherever it is built
                archive.writestr(
                    entry, entries[path].read_bytes(), compresslevel=_COMPRESSION_LEVEL
                )
        content = temporary.read_bytes()
        if len(content) > MAXIMUM_BYTES:
            raise PackageTooLargeError(
                f"the package has {len(content)} bytes, more than {MAXIMUM_BYTES}"
            )
        temporary.replace(destination)
    finally:
        temporary.unlink(missing_ok=True)
    return PackageResult(
        destination, hashlib.sha256(content).hexdigest(), len(content), rebuilt=True
    )
