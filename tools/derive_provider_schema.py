"""Derives the schema of the AWS provider that the local provider serves.

The npm package ``@cdktn/provider-aws`` is generated from the real provider's own schema, and its
compiled modules still carry it. Every attribute has a comment ``// NAME - computed: B, optional:
B, required: B`` above a typed getter, and every argument an entry with its wire type in a function
``...ToHclTerraform`` or in the method ``synthesizeHclAttributes``.

``python tools/derive_provider_schema.py`` fetches the package with npm and writes the committed
file anew; with ``--check`` it only says whether that would change the schema.

What the committed form leaves out: blocks nested deeper than ``DEEPEST_BLOCK`` and collections of
collections are not spelled out; nested blocks that a module keeps in further files
(``index-structs``, five modules) stay empty; ephemeral types stand among the resources.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PACKAGE: Final = "@cdktn/provider-aws@25.7.0"
SCHEMA_FILE: Final = (
    Path(__file__).resolve().parent.parent
    / "localstack/localtender/provider/schema/aws-6.66.0.json.gz"
)

Json = dict[str, Any]

# A block that is nested deeper becomes an attribute of type dynamic.
DEEPEST_BLOCK: Final = 9

_FLAGS: Final = ("computed", "optional", "required")
_SECTIONS: Final = {
    "TerraformProvider": "provider",
    "TerraformResource": "resource_schemas",
    "TerraformDataSource": "data_source_schemas",
    "TerraformEphemeralResource": "resource_schemas",
}
# Terraform's own arguments of every provider block; no part of the provider's schema.
_META_ARGUMENTS: Final = {"TerraformProvider": frozenset({"alias"})}
_PRIMITIVES: Final = {"string": "string", "number": "number", "boolean": "bool"}
# How an attribute that is no argument is read: by which getter, or through which class.
_COMPUTED_TYPES: Final[dict[str, Any]] = {
    "getStringAttribute": "string",
    "getNumberAttribute": "number",
    "getBooleanAttribute": "bool",
    "getListAttribute": ["list", "string"],
    "getNumberListAttribute": ["list", "number"],
    "StringMap": ["map", "string"],
    "NumberMap": ["map", "number"],
    "BooleanMap": ["map", "bool"],
}

_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*", re.MULTILINE)
_CLASS = re.compile(
    r"^class (?P<name>\w+) extends cdktn\.(?P<base>\w+) \{\n(?P<body>.*?)^\}",
    re.MULTILINE | re.DOTALL,
)
_TERRAFORM_TYPE = re.compile(r'static tfResourceType = "(\w+)"')
# The class that reads a nested attribute and a deprecation comment stand in between, if at all.
_MEMBER = re.compile(
    r"^    // (?P<name>\w+) - computed: (?P<computed>\w+), optional: (?P<optional>\w+),"
    r" required: (?P<required>\w+)\n"
    r"(?:    _\w+(?: = new (?:\w+\.)?(?P<class>\w+)\(.*\))?;\n)?"
    r"(?:    /\*\*(?:[^*]|\*(?!/))*\*/\n)?"
    r"    get \w+\(\) \{\n        return (?P<getter>.*);",
    re.MULTILINE,
)
_GETTER = re.compile(r"\bthis\.(get\w+)\(")
_ARGUMENTS = re.compile(
    r"^function (?P<name>\w+)ToHclTerraform\(struct\) \{\n(?P<body>.*?)^\}",
    re.MULTILINE | re.DOTALL,
)
_ARGUMENT = re.compile(
    r"^\s+(?P<name>\w+): \{\n\s+value: .*,\n\s+isBlock: (?P<block>\w+),\n"
    r'\s+type: "(?P<container>\w+)",\n\s+storageClassType: "(?P<storage>\w+)",',
    re.MULTILINE,
)
_ELEMENT = re.compile(r"(string|number|boolean)(?:Map|(?:Map)?List)")
_CLASS_ENDING = re.compile(r"(List|Map|OutputReference)$")


class UnexpectedModuleError(Exception):
    """The package is not written as this tool knows it."""


@dataclass(frozen=True)
class Argument:
    """An argument's entry: what contains its elements, what they are, whether it is a block."""

    name: str
    container: str
    storage: str
    is_block: bool


@dataclass(frozen=True)
class Member:
    """An attribute's comment and getter; ``class_name`` is the class that reads it, if any."""

    name: str
    flags: frozenset[str]
    class_name: str | None
    getter: str


@dataclass(frozen=True)
class Module:
    """One module of the package, split into the parts that carry schemas.

    ``classes`` are base and body of each class; ``arguments`` the arguments of each nested block,
    by the name of the function that lists them without its ending.
    """

    classes: dict[str, tuple[str, str]]
    arguments: dict[str, dict[str, Argument]]

    @classmethod
    def parse(cls, source: str) -> Module:
        """Split the source of a module."""
        text = _SOURCE_MAP.sub("", source)
        return cls(
            {item["name"]: (item["base"], item["body"]) for item in _CLASS.finditer(text)},
            {item["name"]: _arguments(item["body"]) for item in _ARGUMENTS.finditer(text)},
        )

    def types(self) -> Iterator[tuple[str, str, Json]]:
        """Yield section, name and block of each type that the module defines."""
        for base, body in self.classes.values():
            terraform_type = _TERRAFORM_TYPE.search(body)
            if terraform_type and base in _SECTIONS:
                members = [
                    member
                    for member in _members(body)
                    if member.name not in _META_ARGUMENTS.get(base, ())
                ]
                yield _SECTIONS[base], terraform_type[1], self._block(members, _arguments(body), 0)

    def _block(self, members: Iterable[Member], arguments: dict[str, Argument], depth: int) -> Json:
        attributes: Json = {}
        blocks: Json = {}
        for member in members:
            argument = arguments.get(member.name)
            if argument and argument.is_block and depth < DEEPEST_BLOCK:
                blocks[member.name] = self._nested_block(member, argument, depth + 1)
            else:
                flags = dict.fromkeys(member.flags, True)
                attributes[member.name] = flags | self._typed(member, argument, depth)
        return {"attributes": attributes, "block_types": blocks}

    def _nested_block(self, member: Member, argument: Argument, depth: int) -> Json:
        class_name = member.class_name or argument.storage
        return {
            "nesting_mode": "single" if argument.container == "struct" else argument.container,
            "single_item": not class_name.endswith("List"),
            "required": "required" in member.flags,
            "block": self._block_of(class_name, depth),
        }

    def _typed(self, member: Member, argument: Argument | None, depth: int) -> Json:
        if argument is not None:
            return {"type": _argument_type(argument)}
        read_by = member.class_name or "".join(_GETTER.findall(member.getter))
        if read_by in _COMPUTED_TYPES:
            return {"type": _COMPUTED_TYPES[read_by]}
        if read_by.endswith("List") and read_by in self.classes:
            block = self._block_of(read_by, depth + 1)
            return {"nested": {"nesting_mode": "list", "block": block}}
        return {"type": "dynamic"}

    def _block_of(self, class_name: str, depth: int) -> Json:
        stem = _CLASS_ENDING.sub("", class_name)
        arguments = self.arguments.get(stem[0].lower() + stem[1:], {})
        if f"{stem}OutputReference" in self.classes:
            _base, body = self.classes[f"{stem}OutputReference"]
            return self._block(_members(body), arguments, depth)
        # The blocks of the provider itself are read by no class; their arguments are optional.
        members = [Member(name, frozenset({"optional"}), None, "") for name in arguments]
        return self._block(members, arguments, depth)


def _members(body: str) -> list[Member]:
    return [
        Member(
            found["name"],
            frozenset(flag for flag in _FLAGS if found[flag] == "true"),
            found["class"],
            found["getter"],
        )
        for found in _MEMBER.finditer(body)
    ]


def _arguments(body: str) -> dict[str, Argument]:
    return {
        found["name"]: Argument(
            found["name"], found["container"], found["storage"], found["block"] == "true"
        )
        for found in _ARGUMENT.finditer(body)
    }


def _argument_type(argument: Argument) -> Any:
    if argument.container == "simple":
        return _PRIMITIVES.get(argument.storage, "dynamic")
    element = _ELEMENT.fullmatch(argument.storage)
    if element:
        return [argument.container, _PRIMITIVES[element[1]]]
    return ["map", "dynamic"] if argument.container == "map" else "dynamic"


def derive(package: Path) -> Json:
    """Return the provider's schema from the folder of the unpacked package.

    Raises
    ------
    UnexpectedModuleError
        When a section stays empty.
    """
    schema: Json = {section: {} for section in _SECTIONS.values()}
    # An ephemeral type may bear the name of a resource, which then goes first.
    folders = [path.parent for path in package.glob("lib/*/index.js")]
    for folder in sorted(folders, key=lambda path: (path.name.startswith("ephemeral-"), path)):
        module = Module.parse((folder / "index.js").read_text(encoding="utf-8"))
        for section, name, block in module.types():
            schema[section].setdefault(name, block)
    if not all(schema.values()):
        raise UnexpectedModuleError(f"{package} does not hold the modules of a provider")
    return schema


def document(schema: Json) -> bytes:
    """Return the schema as the committed file holds it: compact, with sorted keys."""
    return json.dumps(schema, sort_keys=True, separators=(",", ":")).encode()


def fetch(folder: Path) -> Path:
    """Fetch the package with npm; return the archive.

    Raises
    ------
    subprocess.CalledProcessError
        When npm fails.
    """
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=sys.stderr)
    return next(folder.glob("*.tgz"))


def derive_from(package: Path | None) -> Json:
    """Derive the schema from an unpacked package, an archive of it, or what npm fetches."""
    if package is not None and package.is_dir():
        return derive(package)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with tarfile.open(package or fetch(folder)) as archive:
            archive.extractall(folder, filter="data")
        return derive(folder / "package")


def main(arguments: list[str] | None = None) -> int:
    """Write or check the committed schema; return the exit code."""
    parser = argparse.ArgumentParser(description="Derive the AWS provider's schema.")
    parser.add_argument("--package", type=Path, help=f"{PACKAGE}, packed or unpacked")
    parser.add_argument("--check", action="store_true", help="compare, don't write")
    parser.add_argument("--output", type=Path, default=SCHEMA_FILE, help="the file to write")
    options = parser.parse_args(arguments)
    derived = document(derive_from(options.package))
    if options.check:
        # Compressed bytes may differ from one zlib to another; what they hold may not.
        if gzip.decompress(options.output.read_bytes()) == derived:
            return 0
        sys.stderr.write(f"{options.output.name} is not what {PACKAGE} gives\n")
        return 1
    options.output.write_bytes(gzip.compress(derived, 9, mtime=0))
    return 0


if __name__ == "__main__":
    sys.exit(main())
