"""Runtime identifiers: which functions may have, and what AWS says of the others.

After "Lambda runtimes" of the developer guide
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html); the messages and the order of
the names are those recorded from AWS in LocalStack's
``tests/aws/services/lambda_/test_lambda_api.snapshot.json`` (test_create_lambda_exceptions,
TestRuntimeValidation, TestLambdaSnapStart).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localtender.edge.protocol.models import ServiceModels

_SUCCESSORS = {
    "nodejs": "nodejs24.x",
    "nodejs4.3": "nodejs24.x",
    "nodejs4.3-edge": "nodejs24.x",
    "nodejs6.10": "nodejs24.x",
    "nodejs8.10": "nodejs24.x",
    "nodejs10.x": "nodejs24.x",
    "nodejs12.x": "nodejs18.x",
    "nodejs14.x": "nodejs20.x",
    "python2.7": "python3.14",
    "python3.6": "python3.14",
    "python3.7": "python3.12",
    "dotnetcore1.0": "dotnet8",
    "dotnetcore2.0": "dotnet8",
    "dotnetcore2.1": "dotnet8",
    "dotnetcore3.1": "dotnet6",
    "ruby2.5": "ruby3.4",
    "ruby2.7": "ruby3.2",
    "go1.x": "provided.al2023",
    "java8": "java21",
    "provided": "provided.al2023",
}
"""Runtimes that no function may be created with any more, and the one that AWS recommends."""

_RECORDED_ORDER = (
    "nodejs20.x",
    "python3.14",
    "provided.al2023",
    "python3.12",
    "python3.13",
    "nodejs24.x",
    "nodejs22.x",
    "java17",
    "nodejs16.x",
    "java25",
    "dotnet8",
    "python3.10",
    "java11",
    "python3.11",
    "dotnet6",
    "java21",
    "nodejs18.x",
    "provided.al2",
    "ruby3.3",
    "ruby3.4",
    "java8.al2",
    "ruby3.2",
    "python3.8",
    "python3.9",
)
_TAKES_SNAPSHOTS = re.compile(
    r"python3\.(1[2-9]|[2-9]\d)|java(1[1-9]|[2-9]\d)(\..*)?|dotnet([89]|\d\d)"
)


def offered_runtimes(known: Sequence[str]) -> tuple[str, ...]:
    """What AWS names when another one is asked for, in its order."""
    offered = [name for name in known if name not in _SUCCESSORS]
    recorded = [name for name in _RECORDED_ORDER if name in offered]
    return (*recorded, *(name for name in offered if name not in _RECORDED_ORDER))


class Runtimes:
    """The runtimes of botocore's model, less those that are retired."""

    def __init__(self, models: ServiceModels) -> None:
        shape: Any = models.get("lambda").shape_for("Runtime")
        self._known = frozenset(shape.enum)
        self._offered = offered_runtimes(shape.enum)

    def check(self, runtime: str) -> str:
        """The runtime. Raises InvalidParameterValueException when no function may have it."""
        if runtime not in self._known:
            raise errors.invalid_parameter(
                f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy "
                f"enum value set: [{', '.join(self._offered)}] or be a valid ARN"
            )
        successor = _SUCCESSORS.get(runtime)
        if successor is not None:
            raise errors.invalid_parameter(
                f"The runtime parameter of {runtime} is no longer supported for creating or "
                "updating AWS Lambda functions. We recommend you use the new runtime "
                f"({successor}) while creating or updating functions."
            )
        return runtime

    def check_snap_start(self, runtime: str) -> None:
        """Raise InvalidParameterValueException when SnapStart does not know the runtime.

        Which do is in "Improving startup performance with Lambda SnapStart"
        (https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html).
        """
        if _TAKES_SNAPSHOTS.fullmatch(runtime) is None:
            raise errors.invalid_parameter(
                f"{runtime} is not supported for SnapStart enabled functions."
            )
