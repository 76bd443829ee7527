"""Checks an operation's input against the constraints of AWS's model, with AWS's messages.

Lambda's front end collects every violation into one ValidationException; the constraints (required
members, ranges, lengths, patterns, enumerations) stand in botocore's service model. The forms of
the messages are those recorded from AWS in LocalStack's
``tests/aws/services/lambda_/test_lambda_api.snapshot.json``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.control.runtimes import offered_runtimes
from localtender.edge.protocol.enumerations import enumeration_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

# The model's bounds cover kinds of functions that are not offered here; these are the ones of
# ordinary functions.
_BOUNDS = {"timeout": (1, 900), "memorySize": (128, 10240)}
_NUMBERS = ("integer", "long", "float", "double")
_NOT_NULL = "Member must not be null"
# Checked where they are read, with messages of their own.
_ELSEWHERE = {"runtime"}
# Recorded before its neighbours; all others come in the model's order.
_FIRST = "CompatibleRuntimes"
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
            yield f"Value null at '{_join(path, name)}' failed to satisfy constraint: {_NOT_NULL}"
    for name in sorted(value, key=lambda name: name != _FIRST):
        item, member = value[name], shape.members.get(name)
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
    elif kind in _NUMBERS:
        yield from _number(shape, value, path)
    elif kind == "string":
        yield from _string(shape, value, path)


def _members(shape: Any, value: list[str], path: str) -> Iterator[str]:
    """Strings in a list: the whole list is shown, with every constraint of its members."""
    if any(any(_string_violations(shape, item)) for item in value):
        shown = _shown(shape, value, path)
        if shape.name == "Runtime":
            # Recorded in test_layer_exceptions: without the brackets, and without retired ones.
            offered = ", ".join(offered_runtimes(shape.enum))
            yield f"{shown}Member must satisfy enum value set: [{offered}]"
            return
        every = ", ".join((*_string_constraints(shape), _NOT_NULL))
        yield f"{shown}Member must satisfy constraint: [{every}]"


def _string_constraints(shape: Any) -> Iterator[str]:
    yield from _length_constraints(shape)
    if shape.metadata.get("pattern"):
        yield f"Member must satisfy regular expression pattern: {shape.metadata['pattern']}"
    if getattr(shape, "enum", None):
        yield _enumeration(shape)


def _length_constraints(shape: Any) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if most is not None:
        yield f"Member must have length less than or equal to {most}"
    if least is not None:
        yield f"Member must have length greater than or equal to {least}"


def _map(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    """Keys and plain values of a map: the whole map is shown, with every constraint."""
    if any(any(_string_violations(shape.key, key)) for key in value):
        every = ", ".join((*_string_constraints(shape.key), _NOT_NULL))
        yield f"{_shown(shape, value, path)}Map keys must satisfy constraint: [{every}]"
    if shape.value.type_name in _NUMBERS:
        if any(any(_number_violations(shape.value, item)) for item in value.values()):
            every = ", ".join((*_number_constraints(shape.value), _NOT_NULL))
            yield f"{_shown(shape, value, path)}Map value must satisfy constraint: [{every}]"
        return
    for key, item in value.items():
        yield from _value(shape.value, item, f"{path}.{key}.member")


def _size(shape: Shape, value: list[Any], path: str) -> Iterator[str]:
    for text in _length_violations(shape, len(value)):
        yield f"{_shown(shape, value, path)}{text}"


def _number(shape: Shape, value: float, path: str) -> Iterator[str]:
    for text in _number_violations(shape, value, _BOUNDS.get(path)):
        yield f"{_shown(shape, value, path)}{text}"


def _number_violations(
    shape: Shape, value: float, bounds: tuple[int, int] | None = None
) -> Iterator[str]:
    least, most = bounds or (shape.metadata.get("min"), shape.metadata.get("max"))
    if least is not None and value < least:
        yield f"Member must have value greater than or equal to {least}"
    if most is not None and value > most:
        yield f"Member must have value less than or equal to {most}"


def _number_constraints(shape: Shape) -> Iterator[str]:
    for bound, words in (("max", "less than or equal to"), ("min", "greater than or equal to")):
        if shape.metadata.get(bound) is not None:
            yield f"Member must have value {words} {float(shape.metadata[bound])}"


def _string(shape: Any, value: str, path: str) -> Iterator[str]:
    for text in _string_violations(shape, value):
        yield f"{_shown(shape, value, path)}{text}"


def _string_violations(shape: Any, value: str) -> Iterator[str]:
    yield from _length_violations(shape, len(value))
    pattern = shape.metadata.get("pattern")
    if pattern and _JAVA_ONLY not in pattern and not _compiled(pattern).fullmatch(value):
        yield f"Member must satisfy regular expression pattern: {pattern}"
    if getattr(shape, "enum", None) and value not in shape.enum:
        yield _enumeration(shape)


def _length_violations(shape: Shape, length: int) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and length < least:
        yield f"Member must have length greater than or equal to {least}"
    if most is not None and length > most:
        yield f"Member must have length less than or equal to {most}"


def _enumeration(shape: Any) -> str:
    values = enumeration_order(shape.enum)
    return f"Member must satisfy enum value set: [{', '.join(values)}]"


def _shown(shape: Any, value: Any, path: str) -> str:
    """The beginning of every failure; what the model calls sensitive is not repeated."""
    shown = "" if shape.metadata.get("sensitive") else f" '{_as_java(value)}'"
    return f"Value{shown} at '{path}' failed to satisfy constraint: "


def _as_java(value: Any) -> str:
    """A value as AWS's messages write it."""
    if isinstance(value, list):
        return f"[{', '.join(_as_java(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}={_as_java(item)}' for key, item in value.items())}}}"
    return str(value)


def _join(path: str, name: str) -> str:
    lowered = name[0].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
