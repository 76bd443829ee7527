"""What goes into an archive: names, where the bytes are, and modes, in a fixed order."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.utility.archive import globs


@dataclass(frozen=True)
class Entry:
    """One file of an archive: its content, or the file that has it.

    ``mode`` is None where nothing says what it is.
    """

    name: str
    content: bytes | Path
    mode: int | None = None


@dataclass(frozen=True)
class Folder:
    """A folder to be archived.

    Attributes
    ----------
    excludes
        Glob patterns of relative paths; a folder that matches is left out whole.
    follows
        Whether links to folders are taken for folders.
    output
        The archive itself, which is never one of its files.
    """

    path: Path
    excludes: Sequence[str]
    follows: bool
    output: Path

    def entries(self) -> list[Entry]:
        """Return the files of the folder, ordered by name within each folder.

        Raises
        ------
        InvalidArgumentError
            When there is no such folder.
        OperationError
            When nothing is left to be archived, or links lead in a circle.
        """
        if not self.path.is_dir():
            what = "is not a folder" if self.path.exists() else "does not exist"
            raise InvalidArgumentError("source_dir", f"{self.path} {what}")
        real = self.path.resolve()
        found = [] if self._excluded(".") else list(self._walk(real, "", (real,)))
        if not found:
            raise OperationError("the archive has not been created as it would be empty")
        return found

    def _walk(self, folder: Path, prefix: str, within: tuple[Path, ...]) -> Iterator[Entry]:
        for child in sorted(folder.iterdir(), key=lambda path: os.fsencode(path.name)):
            name = f"{prefix}{child.name}"
            if self._excluded(name) or child == self.output:
                continue
            if not child.is_symlink():
                if child.is_dir():
                    yield from self._walk(child, f"{name}/", within)
                    continue
            elif child.is_dir():
                if self.follows:
                    target = child.resolve()
                    if target in within:
                        raise OperationError(f"{child} links to a folder that it stands in")
                    yield from self._walk(target, f"{name}/", (*within, target))
                continue
            yield file_entry(child, name)

    def _excluded(self, name: str) -> bool:
        return any(globs.matches(pattern, name) for pattern in self.excludes if pattern)


def file_entry(path: Path, name: str) -> Entry:
    """Return the entry of a file; a link counts as what it leads to."""
    return Entry(name, path, stat.S_IMODE(path.stat().st_mode))
