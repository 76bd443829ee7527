"""Values as DynamoDB attribute values and back.

Source: DynamoDB developer guide, "Data types". Numbers travel as text, so ``Decimal`` is exact.
Times are ISO 8601 in UTC to the microsecond.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal

Item = dict[str, dict[str, Any]]


def text(value: str) -> dict[str, str]:
    """Return a string attribute."""
    return {"S": value}


def number(value: Decimal | int) -> dict[str, str]:
    """Return a number attribute."""
    return {"N": format(value, "f") if not isinstance(value, int) else str(value)}


def instant(value: datetime) -> dict[str, str]:
    """Return an aware time in UTC as a string attribute."""
    return {"S": value.isoformat(timespec="microseconds")}


def present(item: dict[str, dict[str, Any] | None]) -> Item:
    """Return the item without the attributes that have no value."""
    return {name: value for name, value in item.items() if value is not None}


def read_text(item: Item, name: str) -> str:
    """Read a string attribute that must be there."""
    value = item[name]["S"]
    return str(value)


def read_optional_text(item: Item, name: str) -> str | None:
    """Read a string attribute, None when absent."""
    return read_text(item, name) if name in item else None


def read_instant(item: Item, name: str) -> datetime:
    """Read a time."""
    return datetime.fromisoformat(read_text(item, name))
