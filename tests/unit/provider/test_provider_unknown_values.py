"""While it validates a module, Terraform has no value for the module's variables yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localtender.provider.declaration import DataSource, Resource
from localtender.provider.providers import SERVED
from localtender.provider.reattach import ATTACHED
from localtender.provider.schema.model import Block
from localtender.provider.validation import configuration_problems
from localtender.provider.values import UNKNOWN, Values

PROVIDERS = {name: SERVED[name]() for name in ATTACHED}
TYPES: dict[str, tuple[Resource | DataSource, Block]] = {}
for served in PROVIDERS.values():
    for name, resource in served.registry.resources.items():
        TYPES[f"resource {name}"] = resource, served.schema.block("resource", name)
    for name, data_source in served.registry.data_sources.items():
        TYPES[f"data {name}"] = data_source, served.schema.block("data_source", name)


def configured_names(block: Block) -> Iterator[str]:
    for name, attribute in block.attributes.items():
        if attribute.optional or attribute.required:
            yield name
    yield from block.blocks


def problems(declared: Resource | DataSource, config: Values) -> set[str]:
    return {f"{each.argument}: {each}" for each in configuration_problems(declared, config)}


def with_one_block(block: Block) -> Iterator[tuple[str, Values]]:
    """By its path, each block that may stand, all around it and in it unknown."""
    for name, nested in block.blocks.items():
        nothing = dict.fromkeys(configured_names(nested.block), UNKNOWN)
        for path, deeper in [("", {}), *with_one_block(nested.block)]:
            inner = {**nested.block.complete({}), **nothing, **deeper}
            yield f"{name}.{path}", {name: inner if nested.nesting == "single" else [inner]}


def least(block: Block) -> Values:
    """A configuration of the required arguments alone, none of them known."""
    required = [name for name, each in block.attributes.items() if each.required]
    return block.complete(dict.fromkeys(required, UNKNOWN))


@pytest.mark.parametrize("which", TYPES)
def test_a_configuration_of_which_nothing_is_known_is_not_judged(which: str) -> None:
    declared, block = TYPES[which]
    nothing = dict.fromkeys(configured_names(block), UNKNOWN)
    assert problems(declared, block.complete(nothing)) == set()


@pytest.mark.parametrize("which", TYPES)
def test_an_argument_that_may_turn_out_to_be_null_is_no_worse_than_null(which: str) -> None:
    declared, block = TYPES[which]
    without = problems(declared, least(block))
    for name in configured_names(block):
        unknown = problems(declared, {**least(block), name: UNKNOWN})
        assert unknown <= without, name


@pytest.mark.parametrize("which", TYPES)
def test_a_block_of_which_nothing_is_known_is_not_judged(which: str) -> None:
    declared, block = TYPES[which]
    without = problems(declared, least(block))
    for name, blocks in with_one_block(block):
        found = problems(declared, {**least(block), **blocks}) - without
        # That a block is there at all may be refused, and is known.
        judged = {problem for problem in found if ": the local AWS provider" not in problem}
        assert judged == set(), name
