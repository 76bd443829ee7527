"""``local_file`` and ``local_sensitive_file``, as resources and as data sources."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Final

from localtender.provider.call import Call
from localtender.provider.checks import matches
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Block
from localtender.provider.utility.arguments import exactly_one
from localtender.provider.utility.checksums import of_bytes
from localtender.provider.utility.declared import (
    UtilityDataSource,
    UtilityResource,
    computed,
    defaulted,
    optional,
    required,
)
from localtender.provider.values import Values

_HASHES: Final = {
    f"content_{name}": computed()
    for name in ("md5", "sha1", "sha256", "base64sha256", "sha512", "base64sha512")
}
_WRITTEN: Final = {
    **_HASHES,
    "content": optional(),
    "content_base64": optional(),
    "directory_permission": defaulted(),
    "file_permission": defaulted(),
    "filename": required(),
    "id": computed(),
    "source": optional(),
}
_is_permission = matches("0?[0-7]{3}", "a file mode has three or four octal digits")


class LocalFile(UtilityResource):
    """``local_file``; any change makes a new file, as does one behind Terraform's back."""

    type_name = "local_file"
    schema = Block({**_WRITTEN, "sensitive_content": optional()})
    contents: ClassVar[Sequence[str]] = (
        "content",
        "sensitive_content",
        "content_base64",
        "source",
    )
    replaces: ClassVar[Sequence[str]] = (
        "filename",
        *contents,
        "file_permission",
        "directory_permission",
    )
    sensitive: ClassVar[Sequence[str]] = ("sensitive_content",)
    defaults = {"file_permission": "0777", "directory_permission": "0777"}
    checks = {"file_permission": _is_permission, "directory_permission": _is_permission}

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Ask for one content; an empty one is one."""
        yield from exactly_one(config, self.contents)

    def create(self, call: Call, planned: Values) -> Values:
        """Write the file, and the folders above it that are missing."""
        content = _content(call, planned)
        path = call.path(planned["filename"])
        _make_folders(path.parent, int(planned["directory_permission"], 8))
        _write(path, content, int(planned["file_permission"], 8))
        return _hashes(content)

    def read(self, call: Call, state: Values) -> Values | None:
        """Look whether the file still has the content that it was given."""
        path = call.path(state["filename"])
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        return {} if of_bytes(content).sha1 == state["id"] else None

    def delete(self, call: Call, state: Values) -> None:
        """Remove the file; its folders stay."""
        with contextlib.suppress(OSError):
            call.path(state["filename"]).unlink()


class LocalSensitiveFile(LocalFile):
    """``local_sensitive_file``: nobody else may read it, and Terraform doesn't show it."""

    type_name = "local_sensitive_file"
    schema = Block(_WRITTEN)
    contents: ClassVar[Sequence[str]] = ("content", "content_base64", "source")
    replaces: ClassVar[Sequence[str]] = (
        "filename",
        *contents,
        "file_permission",
        "directory_permission",
    )
    sensitive: ClassVar[Sequence[str]] = ("content", "content_base64")
    defaults = {"file_permission": "0700", "directory_permission": "0700"}


class LocalFileData(UtilityDataSource):
    """``local_file``: a file that is there already."""

    type_name = "local_file"
    schema = Block(
        {
            **_HASHES,
            "content": computed(),
            "content_base64": computed(),
            "filename": required(),
            "id": computed(),
        }
    )

    def read(self, call: Call, config: Values) -> Values:
        """Read the file."""
        content = call.path(config["filename"]).read_bytes()
        return {
            "content": content.decode(errors="replace"),
            "content_base64": base64.b64encode(content).decode(),
            **_hashes(content),
        }


class LocalSensitiveFileData(LocalFileData):
    """``local_sensitive_file``: the same, not shown."""

    type_name = "local_sensitive_file"
    sensitive: ClassVar[Sequence[str]] = ("content", "content_base64")


def _content(call: Call, planned: Values) -> bytes:
    if planned["content_base64"] is not None:
        try:
            return base64.b64decode(planned["content_base64"], validate=True)
        except binascii.Error as failure:
            raise InvalidArgumentError("content_base64", f"is not base64: {failure}") from failure
    if planned["source"] is not None:
        return call.path(planned["source"]).read_bytes()
    text = planned.get("sensitive_content")
    return str(planned["content"] if text is None else text).encode()


def _hashes(content: bytes) -> Values:
    checksums = of_bytes(content)
    return {"id": checksums.sha1} | {
        name: getattr(checksums, name.removeprefix("content_")) for name in _HASHES
    }


def _make_folders(folder: Path, mode: int) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        # Several files in a folder are written at the same time.
        each.mkdir(mode, exist_ok=True)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file; the mode counts for a new one only, before the umask, as everywhere."""
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        file.write(content)
