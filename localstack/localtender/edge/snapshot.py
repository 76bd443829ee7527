"""State on disk that survives the end of the process, however it ends."""

from __future__ import annotations

import logging
import pickle
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)


class Snapshot:
    """One value in one file, written whole: a reader finds the old or the new one, never a part.

    What is written has reached the operating system when `save` returns, so it survives a kill of
    the process, though not a loss of power. Only the emulator writes to the folder, which is why
    pickled values can be trusted.
    """

    def __init__(self, path: Path, version: str) -> None:
        """`version` is that of the writing program; values of another one are not read."""
        self._path = path
        self._version = version

    def load(self) -> Any | None:
        """The value saved last; None when there is none or it can't be read, which is logged."""
        try:
            version, value = pickle.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except Exception as error:  # a damaged pickle raises nearly anything
            _log.warning("%s is not readable and begins empty: %s", self._path, error)
            return None
        if version != self._version:
            _log.warning("%s is of version %s and begins empty", self._path, version)
            return None
        return value

    def save(self, value: Any) -> None:
        """Replace the value. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.write_bytes(pickle.dumps((self._version, value), pickle.HIGHEST_PROTOCOL))
        beside.replace(self._path)

    def remove(self) -> None:
        """Forget the value."""
        self._path.unlink(missing_ok=True)
