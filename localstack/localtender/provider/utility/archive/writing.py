"""Writing archives that are the same, byte for byte, for the same files."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from localtender.provider.utility.archive.contents import Entry

# What the real provider's zero time comes to in a zip file.
_ZIP_TIME: Final = (2049, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_DOS: Final = 0


def write_archive(kind: str, output: Path, entries: Sequence[Entry]) -> None:
    """Write an archive of one of the :data:`KINDS`; nobody sees half of it."""
    handle, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            KINDS[kind](file, entries)
        partial.chmod(_mode_of(output))
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


def _write_zip(file: IO[bytes], entries: Sequence[Entry]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            info = zipfile.ZipInfo(entry.name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = _DOS if entry.mode is None else _UNIX
            info.external_attr = 0 if entry.mode is None else (stat.S_IFREG | entry.mode) << 16
            with _opened(entry) as source, archive.open(info, "w") as target:
                shutil.copyfileobj(source, target)
            if entry.mode is None:
                # zipfile takes no attributes for "readable by its owner".
                info.external_attr = 0


def _write_tar_gz(file: IO[bytes], entries: Sequence[Entry]) -> None:
    with (
        gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for entry in entries:
            info = tarfile.TarInfo(entry.name)
            info.mode = entry.mode or 0
            content = entry.content
            info.size = len(content) if isinstance(content, bytes) else content.stat().st_size
            with _opened(entry) as source:
                archive.addfile(info, source)


@contextmanager
def _opened(entry: Entry) -> Iterator[IO[bytes]]:
    content = entry.content
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as source:
        yield source


def _mode_of(output: Path) -> int:
    """Return the mode of the file that is written over, or that a new file gets."""
    if output.exists():
        return stat.S_IMODE(output.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


KINDS: Final[Mapping[str, Callable[[IO[bytes], Sequence[Entry]], None]]] = {
    "tar.gz": _write_tar_gz,
    "zip": _write_zip,
}
