"""``archive_file``, as a data source and as the deprecated resource."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Block, NestedBlock
from localtender.provider.utility.archive.contents import Entry, Folder, file_entry
from localtender.provider.utility.archive.writing import KINDS, write_archive
from localtender.provider.utility.arguments import at_least_one, conflicting
from localtender.provider.utility.checksums import of_file
from localtender.provider.utility.declared import (
    UtilityDataSource,
    UtilityResource,
    computed,
    optional,
    required,
)
from localtender.provider.values import Values

_SOURCES: Final = ("source", "source_content_filename", "source_file", "source_dir")
_CONTENT: Final = ("source_content", "source_content_filename")
_CONFLICTS: Final = {
    "source": ("source_file", "source_dir", *_CONTENT),
    "source_content": ("source_file", "source_dir"),
    "source_content_filename": ("source_file", "source_dir"),
    "source_file": ("source_dir",),
    "excludes": ("source_file", *_CONTENT),
}
_ARGUMENTS: Final = {
    "exclude_symlink_directories": optional("bool"),
    "excludes": optional(["set", "string"]),
    "output_file_mode": optional(),
    "output_path": required(),
    "source_content": optional(),
    "source_content_filename": optional(),
    "source_dir": optional(),
    "source_file": optional(),
    "type": required(),
}
_OUTPUTS: Final = {
    "id": computed(),
    "output_base64sha256": computed(),
    "output_base64sha512": computed(),
    "output_md5": computed(),
    "output_sha": computed(),
    "output_sha256": computed(),
    "output_sha512": computed(),
    "output_size": computed("number"),
}
_SCHEMA: Final = Block(
    {**_ARGUMENTS, **_OUTPUTS},
    {"source": NestedBlock("set", Block({"content": required(), "filename": required()}))},
)
_CHECKS: Final = {"type": one_of(*KINDS)}


class ArchiveFileData(UtilityDataSource):
    """``archive_file``: written whenever the data source is read."""

    type_name = "archive_file"
    schema = _SCHEMA
    checks = _CHECKS

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Ask for one source."""
        return _problems(config)

    def read(self, call: Call, config: Values) -> Values:
        """Write the archive."""
        return _archive(call, config)


class ArchiveFile(UtilityResource):
    """``archive_file``: written when it is created and whenever it is read."""

    type_name = "archive_file"
    schema = _SCHEMA
    checks = _CHECKS
    replaces = (*(name for name in _ARGUMENTS if name != "exclude_symlink_directories"), "source")

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Ask for one source."""
        return _problems(config)

    def create(self, call: Call, planned: Values) -> Values:
        """Write the archive."""
        return _archive(call, planned)

    def read(self, call: Call, state: Values) -> Values | None:
        """Write the archive again: its sources may have changed."""
        return _archive(call, state)


def _problems(config: Values) -> Iterator[InvalidArgumentError]:
    yield from at_least_one(config, _SOURCES)
    for name, others in _CONFLICTS.items():
        yield from conflicting(config, name, others)


def _archive(call: Call, arguments: Values) -> Values:
    output = call.path(arguments["output_path"])
    output.parent.mkdir(parents=True, exist_ok=True)
    entries = _entries(call, arguments)
    if arguments["output_file_mode"]:
        mode = _mode(arguments["output_file_mode"])
        entries = [replace(entry, mode=mode) for entry in entries]
    write_archive(arguments["type"], output, entries)
    checksums = of_file(output)
    return {
        "id": checksums.sha1,
        "output_size": output.stat().st_size,
        "output_md5": checksums.md5,
        "output_sha": checksums.sha1,
        "output_sha256": checksums.sha256,
        "output_base64sha256": checksums.base64sha256,
        "output_sha512": checksums.sha512,
        "output_base64sha512": checksums.base64sha512,
    }


def _entries(call: Call, arguments: Values) -> list[Entry]:
    if arguments["source_dir"] is not None:
        folder = Folder(
            call.path(arguments["source_dir"]),
            arguments["excludes"] or (),
            follows=not arguments["exclude_symlink_directories"],
            output=call.path(arguments["output_path"]).resolve(),
        )
        return folder.entries()
    if arguments["source_file"] is not None:
        path = call.path(arguments["source_file"])
        if not path.is_file():
            what = "is not a file" if path.exists() else "does not exist"
            raise InvalidArgumentError("source_file", f"{path} {what}")
        return [file_entry(path, path.name)]
    if arguments["source_content_filename"] is not None:
        content = (arguments["source_content"] or "").encode()
        return [Entry(arguments["source_content_filename"], content)]
    named = {item["filename"]: item["content"].encode() for item in arguments["source"]}
    return [Entry(name, named[name]) for name in sorted(named, key=str.encode)]


def _mode(text: str) -> int:
    # As Go reads a number: octal after a 0, otherwise decimal.
    if not re.fullmatch(r"0[oO]?[0-7]+|[1-9][0-9]*|0", text):
        raise InvalidArgumentError("output_file_mode", f'{text!r} is not a mode such as "0666"')
    octal = text.lower().removeprefix("0o") if text.lower().startswith("0o") else text
    return int(octal, 8) if text.startswith("0") else int(text)
