"""What AWS's front end checks of an operation's input before API Gateway sees it.

The constraints (required members, enumerations, patterns) stand in botocore's service model. All
violations are told at once: those of the body's members, which are named after the operation's
input, then those of the address. The wording, and the order of an enumeration's values, are as
recorded on AWS in LocalStack's `test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from botocore.model import ServiceModel

from localtender.edge.protocol.enumerations import enumeration_order
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.json_values import without_null_entries
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

# The maps in which a null means something: a template that is empty.
_NULLABLE = {"PutIntegration": "requestTemplates", "PutIntegrationResponse": "responseTemplates"}


def with_checked_input(
    operations: Mapping[str, Operation], model: ServiceModel
) -> dict[str, Operation]:
    """The operations, which refuse input that violates the model's constraints."""
    return {
        name: _checked(operation, model.operation_model(name).input_shape, name)
        for name, operation in operations.items()
    }


def _checked(operation: Operation, shape: Any, name: str) -> Operation:
    prefix = f"{name[0].lower()}{name[1:]}Input"

    nullable = _NULLABLE.get(name)

    async def checked(caller: Caller, parameters: Parameters) -> Parameters:
        parameters = {
            member: value if member == nullable else without_null_entries(value)
            for member, value in parameters.items()
        }
        violations = list(_violations(shape, parameters, prefix))
        if violations:
            found = (
                "1 validation error"
                if len(violations) == 1
                else f"{len(violations)} validation errors"
            )
            raise ServiceError("ValidationException", f"{found} detected: {'; '.join(violations)}")
        return await operation(caller, parameters)

    return operation if shape is None else checked


def _violations(shape: Any, parameters: Parameters, prefix: str) -> Iterator[str]:
    outside: list[str] = []
    for name, member in shape.members.items():
        is_body = member.serialization.get("location") is None
        path = f"{prefix}.{name}" if is_body else name
        value = parameters.get(name)
        if value is None:
            found = _missing(path) if name in shape.required_members else ()
        else:
            found = tuple(_value(member, value, path))
        if is_body:
            yield from found
        else:
            outside.extend(found)
    yield from outside


def _missing(path: str) -> tuple[str, ...]:
    return (f"Value null at '{path}' failed to satisfy constraint: Member must not be null",)


def _value(shape: Any, value: Any, path: str) -> Iterator[str]:
    match shape.type_name:
        case "structure":
            for name, member in shape.members.items():
                item = value.get(name)
                if item is not None:
                    yield from _value(member, item, f"{path}.{name}")
                elif name in shape.required_members:
                    yield from _missing(f"{path}.{name}")
        case "list" if shape.member.type_name == "string":
            yield from _texts(shape.member, value, path)
        case "list":
            for number, item in enumerate(value, start=1):
                yield from _value(shape.member, item, f"{path}.{number}.member")
        case "map":
            for key, item in value.items():
                if item is not None:
                    yield from _value(shape.value, item, f"{path}.{key}.member")
        case "string":
            for constraint in _constraints(shape):
                if not _satisfies(shape, value):
                    yield f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"


def _texts(shape: Any, values: list[str], path: str) -> Iterator[str]:
    # The whole list is shown where one of its texts will not do.
    if not all(_satisfies(shape, value) for value in values):
        yield (
            f"Value '[{', '.join(values)}]' at '{path}' failed to satisfy constraint: "
            f"Member must satisfy constraint: [{', '.join(_constraints(shape))}]"
        )


def _constraints(shape: Any) -> Iterator[str]:
    if shape.enum:
        values = ", ".join(enumeration_order(shape.enum))
        yield f"Member must satisfy enum value set: [{values}]"
    if "pattern" in shape.metadata:
        yield f"Member must satisfy regular expression pattern: {shape.metadata['pattern']}"


def _satisfies(shape: Any, value: str) -> bool:
    if shape.enum and value not in shape.enum:
        return False
    pattern = shape.metadata.get("pattern")
    return pattern is None or _compiled(pattern).fullmatch(value) is not None


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
