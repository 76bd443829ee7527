"""Errors that a service answers in AWS's own form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ServiceError(Exception):
    """An error of an AWS service: its code, message and HTTP status.

    `fields` are further members of the error's shape, named as botocore's model names them; one
    that is None is left out where AWS leaves it out. An empty message is written as null.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 400,
        *,
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields: Mapping[str, Any] = dict(fields or {})


class OperationNotImplementedError(ServiceError):
    """The operation exists in AWS's model and is not offered here yet."""

    def __init__(self, service: str, operation: str) -> None:
        super().__init__(
            "InternalFailure",
            f"{operation} of {service} is not implemented by Localtender yet.",
            501,
        )


class SerializationError(ServiceError):
    """The request's body or parameters cannot be read as the operation's input."""

    def __init__(self, message: str) -> None:
        super().__init__("SerializationException", message, 400)
