"""Nested blocks of resources as structures of an API, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from localtender.provider.values import UNKNOWN, Value, Values


@dataclass(frozen=True)
class Structure:
    """A member of the API that a nested block stands for.

    Attributes
    ----------
    member
        Its name in the API.
    fields
        The block's arguments with their members.
    many
        Whether it is a list of structures; otherwise the block stands at most once.
    """

    member: str
    fields: Fields
    many: bool = False

    def request(self, blocks: list[Values] | None) -> Value:
        """Return what the blocks say, as the API takes it."""
        found = [request_of(block, self.fields) for block in blocks or []]
        return found if self.many else found[0] if found else {}

    def state(self, answer: Value) -> list[Values]:
        """Return the blocks that stand for an answer; an empty structure is no block."""
        items = answer if self.many else [answer]
        return [state_of(item, self.fields) for item in items or [] if item]


Fields = Mapping[str, str | Structure]


def request_of(values: Values, fields: Fields) -> Values:
    """Return the members for those arguments that are set."""
    request: Values = {}
    for argument, target in fields.items():
        value = values.get(argument)
        if value in (None, "", [], {}):
            continue
        if isinstance(target, Structure):
            request[target.member] = target.request(value)
        else:
            request[target] = value
    return request


def state_of(answer: Values, fields: Fields) -> Values:
    """Return the arguments for what the API answers; what it leaves out is null."""
    return {
        argument: target.state(answer.get(target.member))
        if isinstance(target, Structure)
        else answer.get(target)
        for argument, target in fields.items()
    }


def known_blocks(values: Values, name: str) -> list[Values]:
    """Return the nested blocks of a name that are known, for judging or correcting a plan."""
    blocks: Value = values.get(name)
    return [] if blocks is UNKNOWN else [block for block in blocks or [] if block is not UNKNOWN]
