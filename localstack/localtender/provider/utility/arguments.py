"""Which arguments go together, as the plugin framework's validators count: only null is unset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from localtender.provider.errors import InvalidArgumentError
from localtender.provider.values import UNKNOWN, Values


def exactly_one(config: Values, names: Sequence[str]) -> Iterator[InvalidArgumentError]:
    """Yield what is wrong unless exactly one of the arguments is set (``ExactlyOneOf``)."""
    given = _given(config, names)
    if len(given) > 1 or (not given and not _any_unknown(config, names)):
        yield InvalidArgumentError(
            names[0], f"exactly one of {', '.join(names)} must be set, not {len(given)}"
        )


def at_least_one(config: Values, names: Sequence[str]) -> Iterator[InvalidArgumentError]:
    """Yield what is wrong when none of the arguments is set (``AtLeastOneOf``)."""
    if not _given(config, names) and not _any_unknown(config, names):
        yield InvalidArgumentError(names[0], f"at least one of {', '.join(names)} must be set")


def conflicting(config: Values, name: str, others: Sequence[str]) -> Iterator[InvalidArgumentError]:
    """Yield what is wrong when an argument and another one are set (``ConflictsWith``)."""
    given = _given(config, others)
    if given and _given(config, (name,)):
        yield InvalidArgumentError(name, f"conflicts with {', '.join(given)}")


def _given(config: Values, names: Sequence[str]) -> list[str]:
    # A block that does not stand in the configuration is an empty list.
    return [name for name in names if config.get(name) is not UNKNOWN and _is_set(config, name)]


def _is_set(config: Values, name: str) -> bool:
    value = config.get(name)
    return value is not None and value != []


def _any_unknown(config: Values, names: Sequence[str]) -> bool:
    return any(config.get(name) is UNKNOWN for name in names)
