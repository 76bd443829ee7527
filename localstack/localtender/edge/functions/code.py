"""Functions' code: the archives as uploaded, and their unpacked form that environments run.

Both are named by the archive's SHA-256, so equal code is kept once. Limits and messages follow
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and the recorded answers
of CreateFunction.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import os
import shutil
import stat
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from localtender.edge.functions import errors
from localtender.edge.functions.configuration import CodeIdentity

MAXIMUM_UNZIPPED_BYTES = 262_144_000
MAXIMUM_ZIPPED_BYTES = 52_428_800
_READ_ONLY_FILE = 0o444
_EXECUTABLE = 0o111


class CodeStore:
    """Keeps archives below one directory and unpacks each once."""

    def __init__(self, directory: Path) -> None:
        self._archives = directory / "archives"
        self._unpacked = directory / "unpacked"
        self._layered = directory / "layers"
        self._locks: dict[str, asyncio.Lock] = {}
        self._roots: dict[str, Path] = {}

    async def add(self, archive: bytes) -> CodeIdentity:
        """Keep an archive and unpack it.

        Raises ServiceError (InvalidParameterValueException) when it is empty, no zip, or too big.
        """
        identity = identify(archive)
        lock = self._locks.setdefault(identity.sha256, asyncio.Lock())
        async with lock:
            if not self.task_root(identity).is_dir():
                await asyncio.to_thread(self._store, archive, identity)
        return identity

    def task_root(self, identity: CodeIdentity) -> Path:
        """The directory that holds the unpacked code; asked for each invocation."""
        root = self._roots.get(identity.sha256)
        if root is None:
            root = self._roots[identity.sha256] = self._unpacked / _hexadecimal(identity.sha256)
        return root

    async def layers_root(self, layers: tuple[CodeIdentity, ...]) -> Path | None:
        """The directory that holds layers laid over each other, later ones on top; None of none."""
        if not layers:
            return None
        combined = hashlib.sha256("".join(layer.sha256 for layer in layers).encode())
        target = self._layered / combined.hexdigest()
        lock = self._locks.setdefault(target.name, asyncio.Lock())
        async with lock:
            if not target.is_dir():
                await asyncio.to_thread(self._lay, layers, target)
        return target.resolve()

    def archive(self, sha256_hex: str) -> bytes | None:
        """An archive by its SHA-256 in hexadecimal, for the download that GetFunction names."""
        if len(sha256_hex) != 64 or not sha256_hex.isalnum():
            return None
        path = self._archives / f"{sha256_hex}.zip"
        return path.read_bytes() if path.is_file() else None

    def unzipped_size(self, identity: CodeIdentity) -> int:
        """How many bytes an archive's files have unpacked."""
        with zipfile.ZipFile(self._archives / f"{hexadecimal_name(identity)}.zip") as archive:
            return sum(entry.file_size for entry in archive.infolist())

    def _lay(self, layers: tuple[CodeIdentity, ...], target: Path) -> None:
        self._layered.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=self._layered, prefix=".new-"))
        try:
            for layer in layers:
                _lay_over(self.task_root(layer), staging)
            staging.chmod(0o755)
            staging.rename(target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _store(self, archive: bytes, identity: CodeIdentity) -> None:
        self._archives.mkdir(parents=True, exist_ok=True)
        self._unpacked.mkdir(parents=True, exist_ok=True)
        target = self.task_root(identity)
        # Unpacked beside its place and then renamed, so that what has the name is whole.
        staging = Path(tempfile.mkdtemp(dir=self._unpacked, prefix=".new-"))
        try:
            _unpack(archive, staging)
            staging.chmod(0o755)
            archive_path = self._archives / f"{_hexadecimal(identity.sha256)}.zip"
            archive_path.write_bytes(archive)
            staging.rename(target)
        except OSError:
            if not target.is_dir():
                raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def identify(archive: bytes) -> CodeIdentity:
    """The CodeSha256 and CodeSize of an archive."""
    return CodeIdentity(base64.b64encode(hashlib.sha256(archive).digest()).decode(), len(archive))


def hexadecimal_name(identity: CodeIdentity) -> str:
    """The SHA-256 in hexadecimal, which names the archive's download."""
    return _hexadecimal(identity.sha256)


def _hexadecimal(sha256: str) -> str:
    return base64.b64decode(sha256).hex()


def _lay_over(source: Path, target: Path) -> None:
    """Put a tree over another, file by file, as hard links: the content is there already."""
    for directory, directories, files in os.walk(source):
        names = [*files, *(name for name in directories if Path(directory, name).is_symlink())]
        place = target / Path(directory).relative_to(source)
        if place.is_symlink() or place.is_file():
            place.unlink()
        place.mkdir(parents=True, exist_ok=True)
        for name in names:
            path = place / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            path.unlink(missing_ok=True)
            os.link(Path(directory) / name, path, follow_symlinks=False)


def _unpack(archive: bytes, target: Path) -> None:
    if not archive:
        raise errors.invalid_parameter("Uploaded file must be a non-empty zip")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            entries = opened.infolist()
            if not entries:
                raise errors.invalid_parameter("Uploaded file must be a non-empty zip")
            if sum(entry.file_size for entry in entries) >= MAXIMUM_UNZIPPED_BYTES:
                raise errors.invalid_parameter(
                    f"Unzipped size must be smaller than {MAXIMUM_UNZIPPED_BYTES} bytes"
                )
            for entry in entries:
                _unpack_entry(opened, entry, target)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise errors.invalid_parameter(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from error


def _unpack_entry(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    parts = [part for part in PurePosixPath(entry.filename).parts if part not in ("/", "..", ".")]
    if not parts:
        return
    path = target.joinpath(*parts)
    mode = entry.external_attr >> 16
    if entry.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if stat.S_ISLNK(mode):
        _link(path, opened.read(entry).decode(), target)
        return
    with opened.open(entry) as source, path.open("wb") as sink:
        shutil.copyfileobj(source, sink)
    path.chmod(_READ_ONLY_FILE | (mode & _EXECUTABLE))


def _link(path: Path, destination: str, target: Path) -> None:
    """Make a symbolic link, when it does not lead out of the code."""
    inside = os.path.normpath(path.parent / destination)
    if Path(inside).is_relative_to(target):
        path.symlink_to(destination)
