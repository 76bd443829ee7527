"""What a refused call answered, for tests that compare it."""

from __future__ import annotations

from typing import Any

INVALID = "InvalidParameterValueException"
NOT_FOUND = "ResourceNotFoundException"


def refusal(answer: dict[str, Any]) -> tuple[str, str, int]:
    """Code, message and status."""
    error = answer["Error"]
    return error["Code"], error["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]
