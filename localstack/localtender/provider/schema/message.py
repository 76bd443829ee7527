"""Blocks as the ``Schema`` messages of the plugin protocol."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from localtender.provider.schema.model import Attribute, Block, NestedBlock
from localtender.provider.schema.versions import schema_version
from localtender.provider.values import Values
from localtender.provider.wire import dynamic_value, mark_write_only, messages

_NESTING: Final = {
    "single": messages.Schema.NestedBlock.SINGLE,
    "list": messages.Schema.NestedBlock.LIST,
    "set": messages.Schema.NestedBlock.SET,
    "map": messages.Schema.NestedBlock.MAP,
}


def schema_message(block: Block, sensitive: Collection[str] = (), version: int = 0) -> Any:
    """Return the ``Schema`` message of a block.

    Parameters
    ----------
    sensitive
        Dotted paths of the attributes whose values Terraform must not show.
    """
    return messages.Schema(version=version, block=_block(block, frozenset(sensitive), "", False))


def schemas_message(
    *,
    provider: Block | None = None,
    provider_meta: Block | None = None,
    resources: Mapping[str, tuple[Block, Collection[str]]],
    data_sources: Mapping[str, tuple[Block, Collection[str]]],
) -> bytes:
    """Return a serialised ``GetProviderSchema.Response``.

    Two such answers written one after the other are one answer with the types of both: protobuf
    merges them, which is how types are added to a prepared answer.
    """
    response = messages.GetProviderSchema.Response(
        resource_schemas={
            name: schema_message(block, sensitive, schema_version(name))
            for name, (block, sensitive) in resources.items()
        },
        data_source_schemas={
            name: schema_message(block, sensitive)
            for name, (block, sensitive) in data_sources.items()
        },
    )
    if provider is not None:
        response.provider.CopyFrom(schema_message(provider, ("secret_key", "token")))
        # Without this flag Terraform fetches the schema two or three times a command.
        response.server_capabilities.get_provider_schema_optional = True
    if provider_meta is not None:
        response.provider_meta.CopyFrom(schema_message(provider_meta))
    serialized: bytes = response.SerializeToString()
    return serialized


def state_message(block: Block, state: Values | None) -> Any:
    """Return a state as a ``DynamicValue`` message, completed as Terraform wants it."""
    return dynamic_value(block.type, None if state is None else block.complete(state))


def _block(block: Block, sensitive: frozenset[str], prefix: str, in_set: bool) -> Any:
    return messages.Schema.Block(
        attributes=[
            _attribute(name, attribute, f"{prefix}{name}" in sensitive, in_set)
            for name, attribute in block.attributes.items()
        ],
        block_types=[
            _nested(name, nested, sensitive, prefix, in_set)
            for name, nested in block.blocks.items()
        ],
    )


def _attribute(name: str, attribute: Attribute, sensitive: bool, in_set: bool) -> Any:
    message = messages.Schema.Attribute(
        name=name,
        type=json.dumps(_servable(attribute, in_set)).encode(),
        required=attribute.required,
        optional=attribute.optional,
        computed=attribute.computed,
        sensitive=sensitive,
    )
    if attribute.write_only:
        mark_write_only(message)
    return message


def _nested(
    name: str, nested: NestedBlock, sensitive: frozenset[str], prefix: str, in_set: bool
) -> Any:
    return messages.Schema.NestedBlock(
        type_name=name,
        nesting=_NESTING[nested.nesting],
        block=_block(
            nested.block, sensitive, f"{prefix}{name}.", in_set or nested.nesting == "set"
        ),
        min_items=nested.min_items,
        max_items=nested.max_items,
    )


def _servable(attribute: Attribute, in_set: bool) -> Any:
    # Terraform refuses a whole provider over a dynamic type inside a set block.
    return "string" if in_set and attribute.type == "dynamic" else attribute.type
