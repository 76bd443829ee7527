"""Nested blocks as structures of AWS's API, and back, by a table of arguments and members.

Members are named as the API spells them. A dotted name reaches into a structure for which there
is no block: ``"NetworkConfiguration.awsvpcConfiguration"``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


@dataclass(frozen=True)
class Converted:
    """A member whose value the API writes in another form than Terraform.

    Attributes
    ----------
    request, state
        From Terraform's form to the API's, and back; neither is asked about null.
    """

    member: str
    request: Callable[[Value], Value]
    state: Callable[[Value], Value]


Fields = Mapping[str, str | Structure | Converted]


def request_of(values: Values, fields: Fields) -> Values:
    """Return the members for those arguments that are set."""
    request: Values = {}
    for argument, target in fields.items():
        value = values.get(argument)
        if value in (None, "", [], {}):
            continue
        if isinstance(target, str):
            _put(request, target, value)
        else:
            _put(request, target.member, target.request(value))
    return request


def state_of(answer: Values, fields: Fields) -> Values:
    """Return the arguments for what the API answers; what it leaves out is null."""
    return {argument: _state(answer, target) for argument, target in fields.items()}


def known_blocks(values: Values, name: str) -> list[Values]:
    """Return the nested blocks of a name that are known, for judging or correcting a plan."""
    blocks: Value = values.get(name)
    return [] if blocks is UNKNOWN else [block for block in blocks or [] if block is not UNKNOWN]


def _state(answer: Values, target: str | Structure | Converted) -> Value:
    if isinstance(target, str):
        return _get(answer, target)
    value = _get(answer, target.member)
    if isinstance(target, Converted) and value is None:
        return None
    return target.state(value)


def _put(request: Values, member: str, value: Value) -> None:
    *path, last = member.split(".")
    for step in path:
        request = request.setdefault(step, {})
    request[last] = value


def _get(answer: Values, member: str) -> Value:
    value: Value = answer
    for step in member.split("."):
        value = (value or {}).get(step)
    return value
