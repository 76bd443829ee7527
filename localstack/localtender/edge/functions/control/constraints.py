"""Checks an operation's input against the constraints of AWS's model, with AWS's messages.

Lambda's front end collects every violation into one ValidationException; the constraints (required
members, ranges, lengths, patterns, enumerations) stand in botocore's service model.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

# The model's bounds cover kinds of functions that are not offered here; these are the ones of
# ordinary functions.
_BOUNDS = {"timeout": (1, 900), "memorySize": (128, 10240)}
# Checked where they are read, with messages of their own.
_ELSEWHERE = {"runtime"}
# Unicode classes of Java's patterns, which Python's lack; they allow all letters and digits.
_JAVA_ONLY = "\\p{"


def check_input(shape: Any, parameters: dict[str, Any]) -> None:
    """Raise ValidationException naming every violation."""
    failures = list(_structure(shape, parameters, ""))
    if failures:
        raise errors.validation(*failures)


def _structure(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value null at '{_join(path, name)}' failed to satisfy constraint: " + (
                "Member must not be null"
            )
    for name, item in value.items():
        member = shape.members.get(name)
        if member is not None and item is not None:
            yield from _value(member, item, _join(path, name))


def _value(shape: Any, value: Any, path: str) -> Iterator[str]:
    if path in _ELSEWHERE:
        return
    kind = shape.type_name
    if kind == "structure":
        yield from _structure(shape, value, path)
    elif kind == "list":
        yield from _size(shape, value, path)
        if shape.member.type_name == "string":
            yield from _members(shape.member, value, path)
            return
        for number, item in enumerate(value, 1):
            yield from _value(shape.member, item, f"{path}.{number}.member")
    elif kind == "map":
        yield from _map(shape, value, path)
    elif kind in ("integer", "long", "float", "double"):
        yield from _number(shape, value, path)
    elif kind == "string":
        yield from _string(shape, value, path)


def _members(shape: Any, value: list[str], path: str) -> Iterator[str]:
    """Strings in a list: the whole list is shown, with every constraint of its members."""
    if any(any(_string_violations(shape, item)) for item in value):
        shown, every = ", ".join(value), ", ".join(_string_constraints(shape))
        yield (
            f"Value '[{shown}]' at '{path}' failed to satisfy constraint: "
            f"Member must satisfy constraint: [{every}, Member must not be null]"
        )


def _string_constraints(shape: Any) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if most is not None:
        yield f"Member must have length less than or equal to {most}"
    if least is not None:
        yield f"Member must have length greater than or equal to {least}"
    if shape.metadata.get("pattern"):
        yield f"Member must satisfy regular expression pattern: {shape.metadata['pattern']}"
    if getattr(shape, "enum", None):
        yield f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"


def _map(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    for key, item in value.items():
        violated = list(_string_violations(shape.key, key))
        if violated:
            shown = ", ".join(value)
            yield (
                f"Value '[{shown}]' at '{path}' failed to satisfy constraint: "
                f"Map keys must satisfy constraint: [{', '.join(violated)}]"
            )
        yield from _value(shape.value, item, f"{path}.{key}.member")


def _size(shape: Shape, value: list[Any], path: str) -> Iterator[str]:
    for text in _length_violations(shape, len(value)):
        yield f"Value '{value}' at '{path}' failed to satisfy constraint: {text}"


def _number(shape: Shape, value: float, path: str) -> Iterator[str]:
    least, most = _BOUNDS.get(path, (shape.metadata.get("min"), shape.metadata.get("max")))
    prefix = f"Value '{value}' at '{path}' failed to satisfy constraint: Member must have value "
    if least is not None and value < least:
        yield f"{prefix}greater than or equal to {least}"
    if most is not None and value > most:
        yield f"{prefix}less than or equal to {most}"


def _string(shape: Any, value: str, path: str) -> Iterator[str]:
    for text in _string_violations(shape, value):
        yield f"Value '{value}' at '{path}' failed to satisfy constraint: {text}"


def _string_violations(shape: Any, value: str) -> Iterator[str]:
    yield from _length_violations(shape, len(value))
    pattern = shape.metadata.get("pattern")
    if pattern and _JAVA_ONLY not in pattern and not _compiled(pattern).fullmatch(value):
        yield f"Member must satisfy regular expression pattern: {pattern}"
    if getattr(shape, "enum", None) and value not in shape.enum:
        yield f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"


def _length_violations(shape: Shape, length: int) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and length < least:
        yield f"Member must have length greater than or equal to {least}"
    if most is not None and length > most:
        yield f"Member must have length less than or equal to {most}"


def _join(path: str, name: str) -> str:
    lowered = name[0].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
