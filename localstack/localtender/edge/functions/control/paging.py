"""Lambda's way of listing: MaxItems at a time, and a NextMarker where there is more."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar

from localtender.edge.functions import errors

_MAXIMUM_ITEMS = 50
_Item = TypeVar("_Item")


def page(
    items: list[_Item], parameters: dict[str, Any], *, maximum: int = _MAXIMUM_ITEMS
) -> tuple[list[_Item], str | None]:
    """The items asked for by Marker and MaxItems, and the marker of the next ones or None.

    However many are asked for, an answer has `maximum` of them.
    Raises ServiceError (InvalidParameterValueException) for a marker that was never given out.
    """
    marker = parameters.get("Marker")
    start = 0
    if marker:
        try:
            start = _position(marker)
        except (ValueError, binascii.Error) as error:
            raise errors.invalid_parameter("Invalid Marker") from error
    end = start + min(parameters.get("MaxItems") or maximum, maximum)
    following = base64.b64encode(str(end).encode()).decode() if end < len(items) else None
    return items[start:end], following


def _position(marker: str) -> int:
    position = int(base64.b64decode(marker, validate=True))
    if position < 0:
        raise ValueError
    return position
