"""What a resource type looks like: its attributes and nested blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from localtender.provider.values import UNKNOWN, CtyType, Value, Values

Nesting = Literal["list", "set", "map", "single"]


@dataclass(frozen=True)
class Attribute:
    """One attribute: its Terraform type and who may set it.

    A ``write_only`` value goes to AWS and nowhere else: in every plan and state it is null.
    """

    type: CtyType
    required: bool = False
    optional: bool = False
    computed: bool = False
    write_only: bool = False


@dataclass(frozen=True)
class NestedBlock:
    """One nested block type and how often it may stand."""

    nesting: Nesting
    block: Block
    min_items: int = 0
    max_items: int = 0

    @cached_property
    def type(self) -> CtyType:
        """The type of the block's value in its parent."""
        if self.nesting == "single":
            return self.block.type
        return [self.nesting, self.block.type]

    def items(self, value: Value) -> list[Values]:
        """Return the blocks that a value of this type consists of, without unknown ones."""
        if value is None or value is UNKNOWN:
            return []
        if self.nesting == "single":
            return [value]
        items = value.values() if self.nesting == "map" else value
        return [item for item in items if item is not UNKNOWN]

    def complete(self, value: Value) -> Value:
        """Return the block's value as a state holds it; see :meth:`Block.complete`."""
        if value is UNKNOWN or (value is None and self.nesting == "single"):
            return value
        if self.nesting == "single":
            return self.block.complete(value)
        if self.nesting == "map":
            return {key: self.block.complete(item) for key, item in (value or {}).items()}
        return [item if item is UNKNOWN else self.block.complete(item) for item in value or []]


@dataclass(frozen=True)
class Block:
    """The attributes and the nested blocks of a resource, a data source or a block."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: dict[str, NestedBlock] = field(default_factory=dict)

    @cached_property
    def type(self) -> CtyType:
        """The object type of a value of this block."""
        return ["object", self.members]

    @cached_property
    def members(self) -> dict[str, CtyType]:
        """The type of each attribute's and each nested block's value."""
        attributes = {name: item.type for name, item in self.attributes.items()}
        return attributes | {name: item.type for name, item in self.blocks.items()}

    def has(self, path: str) -> bool:
        """Tell whether a dotted path, as in ``"ttl.enabled"``, names an attribute or block."""
        head, _, rest = path.partition(".")
        if rest:
            return head in self.blocks and self.blocks[head].block.has(rest)
        return head in self.attributes or head in self.blocks

    def complete(self, values: Values) -> Values:
        """Return the values as a state holds them: all of the block's members, and no secrets.

        What is missing becomes null or, for blocks, an empty collection; so do write-only values.
        """
        completed: Values = {
            name: None if attribute.write_only else values.get(name)
            for name, attribute in self.attributes.items()
        }
        for name, nested in self.blocks.items():
            completed[name] = nested.complete(values.get(name))
        return completed

    def write_only_arguments(self, config: Values, prefix: str = "") -> Iterator[str]:
        """Yield the dotted paths of the write-only arguments that a configuration sets."""
        for name, attribute in self.attributes.items():
            if attribute.write_only and config.get(name) is not None:
                yield f"{prefix}{name}"
        for name, nested in self.blocks.items():
            for item in nested.items(config.get(name)):
                yield from nested.block.write_only_arguments(item, f"{prefix}{name}.")


def block_from_json(document: dict[str, Any]) -> Block:
    """Build a block from the committed schema file's form of it."""
    return Block(
        attributes={
            name: _attribute(name, item) for name, item in sorted(document["attributes"].items())
        },
        blocks={name: _nested(item) for name, item in sorted(document["block_types"].items())},
    )


def _attribute(name: str, document: dict[str, Any]) -> Attribute:
    computed = document.get("computed", False)
    return Attribute(
        type=_nested_type(document["nested"]) if "nested" in document else document["type"],
        required=document.get("required", False),
        optional=document.get("optional", False),
        computed=computed,
        # The real provider names its write-only arguments, and no others, so.
        write_only=name.endswith("_wo") and not computed,
    )


def _nested_type(document: dict[str, Any]) -> CtyType:
    # The AWS provider speaks protocol 5, which has no nested attributes: these are plain objects.
    members = block_from_json(document["block"]).type
    nesting = document["nesting_mode"]
    return members if nesting == "single" else [nesting, members]


def _nested(document: dict[str, Any]) -> NestedBlock:
    nesting: Nesting = document["nesting_mode"]
    counted = nesting in ("list", "set")
    return NestedBlock(
        nesting=nesting,
        block=block_from_json(document["block"]),
        min_items=1 if counted and document["required"] else 0,
        max_items=1 if counted and document["single_item"] else 0,
    )
