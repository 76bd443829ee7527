"""Hot reload: a change in a source folder is served on the next call, without a deployment.

A development aid that AWS does not have, off unless folders are given. It concerns $LATEST only:
published versions stay as they were published.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import awatch

if TYPE_CHECKING:
    from localtender.edge.functions.configuration import FunctionConfiguration

_NOT_CODE = ("__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".git")
# An editor writes a file in several steps, a branch that is checked out many files.
_SETTLES_MS = 200
_log = logging.getLogger(__name__)


class HotReload:
    """Lays source folders over the code of the functions that were packed from them."""

    def __init__(self, sources: Mapping[str, Path], directory: Path) -> None:
        """`sources` maps patterns of function names to folders; copies go below `directory`."""
        self._sources = dict(sources)
        self._directory = directory
        self._lock = asyncio.Lock()
        self._latest: dict[Path, Path] = {}

    async def task_root(self, configuration: FunctionConfiguration, deployed: Path) -> Path:
        """The code to run now: `deployed`, or a copy of it with the sources as they stand."""
        source = self._source(configuration)
        if source is None:
            return deployed
        identity = f"{deployed.name}\n{source}\n{_fingerprint(source)}"
        target = self._directory / hashlib.sha256(identity.encode()).hexdigest()
        if not target.is_dir():
            async with self._lock:
                if not target.is_dir():
                    await asyncio.to_thread(self._copy, deployed, source, target)
                    self._latest[source] = target
                    _log.info("%s runs the code in %s", configuration.reference.name, source)
        return target

    async def changes(self) -> AsyncIterator[None]:
        """Give a sign soon after each change in the folders.

        Without it a change is seen all the same, on the next call.
        """
        try:
            async for _ in awatch(*set(self._sources.values()), debounce=_SETTLES_MS, step=20):
                yield
        except OSError as error:
            _log.warning("Changed sources are seen on the next call only: %s", error)

    def _source(self, configuration: FunctionConfiguration) -> Path | None:
        """The folder of a function: its name matches and its handler's module is in there."""
        if configuration.reference.qualifier is not None:
            return None
        module = configuration.handler.rpartition(".")[0].replace(".", "/") + ".py"
        for pattern, source in self._sources.items():
            if fnmatchcase(configuration.reference.name, pattern) and (source / module).is_file():
                return source
        return None

    def _copy(self, deployed: Path, source: Path, target: Path) -> None:
        """Copy the sources, and refer to what was deployed besides: the dependencies."""
        self._directory.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=self._directory, prefix=".new-"))
        try:
            ignored = shutil.ignore_patterns(*_NOT_CODE)
            shutil.copytree(source, staging, dirs_exist_ok=True, ignore=ignored)
            for entry in deployed.iterdir():
                if not (source / entry.name).exists() and entry.name not in _NOT_CODE:
                    (staging / entry.name).symlink_to(entry.resolve())
            if source in self._latest:
                _keep_bytecode(self._latest[source], staging)
            staging.chmod(0o755)
            staging.rename(target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _fingerprint(source: Path) -> str:
    """Differs when a file was changed, added or removed: names, sizes, times of modification."""
    digest = hashlib.sha256()
    for directory, folders, files in os.walk(source):
        folders[:] = sorted(folder for folder in folders if folder not in _NOT_CODE)
        for name in sorted(files):
            path = Path(directory, name)
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _keep_bytecode(earlier: Path, staging: Path) -> None:
    """Take over the byte code of what did not change, so that only what did is compiled again.

    Python itself compares sizes and whole seconds, which two quick changes can share.
    """
    for directory, folders, _ in os.walk(earlier):
        place = staging / Path(directory).relative_to(earlier)
        if "__pycache__" not in folders or not place.is_dir():
            continue
        kept = place / "__pycache__"
        for compiled in Path(directory, "__pycache__").iterdir():
            source = f"{compiled.name.partition('.')[0]}.py"
            if _is_unchanged(Path(directory, source), place / source):
                kept.mkdir(exist_ok=True)
                shutil.copy2(compiled, kept)


def _is_unchanged(before: Path, now: Path) -> bool:
    try:
        old, new = before.stat(), now.stat()
    except FileNotFoundError:
        return False
    return (old.st_size, old.st_mtime_ns) == (new.st_size, new.st_mtime_ns)
