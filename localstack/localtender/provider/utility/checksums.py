"""The checksums of a file, in the forms in which providers show them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True)
class Checksums:
    """Hexadecimal and base64 digests of one content."""

    md5: str
    sha1: str
    sha256: str
    base64sha256: str
    sha512: str
    base64sha512: str


def of_bytes(content: bytes) -> Checksums:
    """Return the checksums of bytes in memory."""
    return _of((content,))


def of_file(path: Path) -> Checksums:
    """Return the checksums of a file, which is not read into memory whole."""
    with path.open("rb") as file:
        return _of(iter(lambda: file.read(_CHUNK_BYTES), b""))


def _of(chunks: Iterable[bytes]) -> Checksums:
    # What identifies a file, not what protects it.
    md5 = hashlib.md5(usedforsecurity=False)
    sha1 = hashlib.sha1(usedforsecurity=False)
    sha256, sha512 = hashlib.sha256(), hashlib.sha512()
    for chunk in chunks:
        for digest in (md5, sha1, sha256, sha512):
            digest.update(chunk)
    return Checksums(
        md5=md5.hexdigest(),
        sha1=sha1.hexdigest(),
        sha256=sha256.hexdigest(),
        base64sha256=base64.b64encode(sha256.digest()).decode(),
        sha512=sha512.hexdigest(),
        base64sha512=base64.b64encode(sha512.digest()).decode(),
    )
