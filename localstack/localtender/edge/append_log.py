"""Values on disk that are only ever added to; for what changes too often to be written whole."""

from __future__ import annotations

import logging
import os
import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)


class AppendLog:
    """Values in one file, in their order.

    What is added has reached the operating system when `append` returns, so it survives a kill of
    the process, though not a loss of power. A value that was being written then is left out. Only
    the emulator writes to the folder, which is why pickled values can be trusted.
    """

    def __init__(self, path: Path, version: str) -> None:
        """`version` is that of the writing program; values of another one are not read."""
        self._path = path
        self._version = version
        self._descriptor = -1
        self.size = 0

    def load(self) -> list[Any]:
        """Every value; none when there is no file, or one that can't be read, which is logged."""
        values: list[Any] = []
        try:
            with self._path.open("rb") as file:
                if pickle.load(file) != self._version:
                    _log.warning("%s is of another version and begins empty", self._path)
                    return []
                while True:
                    values.append(pickle.load(file))
        except (FileNotFoundError, EOFError):
            return values
        except Exception as error:  # a damaged pickle raises nearly anything
            _log.warning("%s ends in a damaged value: %s", self._path, error)
            return values

    def append(self, value: Any) -> None:
        """Add a value. Raises OSError."""
        if self._descriptor < 0:
            self.replace(self.load())
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        os.write(self._descriptor, data)
        self.size += len(data)

    def replace(self, values: Iterable[Any]) -> None:
        """Begin again with these values, which takes the place of all others at once."""
        self.close()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        with beside.open("wb") as file:
            for value in (self._version, *values):
                pickle.dump(value, file, pickle.HIGHEST_PROTOCOL)
            self.size = file.tell()
        beside.replace(self._path)
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    def close(self) -> None:
        """Close the file; what is added later opens it again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def remove(self) -> None:
        """Forget every value."""
        self.close()
        self._path.unlink(missing_ok=True)
