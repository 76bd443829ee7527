"""Checking a configuration against a declaration, before anything is planned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from localtender.provider.declaration import DataSource, EphemeralResource, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Block
from localtender.provider.values import UNKNOWN, Value, Values, is_given, is_wholly_known


def configuration_problems(
    declared: Resource | DataSource | EphemeralResource, config: Values
) -> Iterator[InvalidArgumentError]:
    """Yield what is wrong with a configuration; unknown values are not judged."""
    for path, check in declared.checks.items():
        for value in _values_at(config, path.split(".")):
            if value is not None and is_wholly_known(value):
                problem = check(value)
                if problem:
                    yield InvalidArgumentError(path, problem)
    for group in declared.conflicts:
        given = _given(config, group)
        if len(given) > 1:
            yield InvalidArgumentError(given[0], f"conflicts with {', '.join(given[1:])}")
    for group in declared.exactly_one:
        given = _given(config, group)
        if len(given) > 1 or (not given and not _any_unknown(config, group)):
            yield InvalidArgumentError(
                group[0], f"exactly one of {', '.join(group)} must be set, not {len(given)}"
            )
    yield from declared.validate(config)


def write_only_problems(block: Block, config: Values) -> Iterator[InvalidArgumentError]:
    """Yield the write-only arguments that are set, for a Terraform that would store them."""
    for path in block.write_only_arguments(config):
        yield InvalidArgumentError(
            path, "is a write-only argument, which needs Terraform 1.11 or OpenTofu 1.11"
        )


def _values_at(value: Value, path: Sequence[str]) -> Iterator[Value]:
    if value is None or value is UNKNOWN:
        return
    if isinstance(value, list):
        for item in value:
            yield from _values_at(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        head, *rest = path
        inner = value.get(head)
        if rest:
            yield from _values_at(inner, rest)
        else:
            yield inner


def _given(config: Values, group: Sequence[str]) -> list[str]:
    return [name for name in group if is_given(config.get(name))]


def _any_unknown(config: Values, group: Sequence[str]) -> bool:
    return any(config.get(name) is UNKNOWN for name in group)
