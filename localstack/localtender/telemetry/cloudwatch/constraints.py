"""Checking input against the constraints of CloudWatch's model, with its messages.

The wording is that recorded from AWS in LocalStack's
tests/aws/services/cloudwatch/test_cloudwatch.snapshot.json.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from localtender.edge.protocol.errors import ServiceError


def check_input(shape: Any, parameters: Mapping[str, Any]) -> None:
    """Raise ServiceError (ValidationError) naming every violation."""
    failures = list(_structure(shape, parameters, ""))
    if failures:
        noun = "error" if len(failures) == 1 else "errors"
        raise validation(f"{len(failures)} validation {noun} detected: {'; '.join(failures)}")


def validation(message: str) -> ServiceError:
    """The input breaks a constraint."""
    return ServiceError("ValidationError", message, 400)


def invalid_value(message: str) -> ServiceError:
    """A parameter's value is out of range."""
    return ServiceError("InvalidParameterValue", message, 400)


def invalid_combination(message: str) -> ServiceError:
    """Parameters do not go together."""
    return ServiceError("InvalidParameterCombination", message, 400)


def not_found(message: str) -> ServiceError:
    """The named resource does not exist."""
    return ServiceError("ResourceNotFound", message, 404)


def _structure(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            where = _join(path, name)
            yield f"Value null at '{where}' failed to satisfy constraint: Member must not be null"
    for name, item in value.items():
        member = shape.members.get(name)
        if member is not None and item is not None:
            yield from _value(member, item, _join(path, name))


def _value(shape: Any, value: Any, path: str) -> Iterator[str]:
    match shape.type_name:
        case "structure":
            yield from _structure(shape, value, path)
        case "list":
            yield from _bounds(shape, len(value), value, path, "have length")
            for number, item in enumerate(value, 1):
                yield from _value(shape.member, item, f"{path}.{number}.member")
        case "integer" | "long":
            yield from _bounds(shape, value, value, path, "have value")
        case "string":
            yield from _bounds(shape, len(value), value, path, "have length")
            if shape.enum and value not in shape.enum:
                yield (
                    f"Value '{value}' at '{path}' failed to satisfy constraint: "
                    f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
                )


def _bounds(shape: Any, size: float, value: Any, path: str, verb: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    prefix = f"Value '{value}' at '{path}' failed to satisfy constraint: Member must {verb}"
    if least is not None and size < least:
        yield f"{prefix} greater than or equal to {least}"
    if most is not None and size > most:
        yield f"{prefix} less than or equal to {most}"


def _join(path: str, name: str) -> str:
    lowered = name[0].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered
