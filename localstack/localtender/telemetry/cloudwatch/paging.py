"""Answers in pages."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TypeVar

from localtender.edge.protocol.errors import ServiceError

_Item = TypeVar("_Item")
_PREFIX = b"from:"


def page(items: Sequence[_Item], size: int, token: str | None) -> tuple[list[_Item], str | None]:
    """The items of the page that a token asks for, and the token of the next one.

    Raises ServiceError (InvalidNextToken).
    """
    start = _start(token) if token else 0
    end = start + size
    return list(items[start:end]), _token(end) if end < len(items) else None


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(_PREFIX + str(start).encode()).decode()


def _start(token: str) -> int:
    try:
        decoded = base64.urlsafe_b64decode(token)
        return int(decoded.removeprefix(_PREFIX))
    except ValueError as error:
        raise ServiceError("InvalidNextToken", "Invalid nextToken", 400) from error
