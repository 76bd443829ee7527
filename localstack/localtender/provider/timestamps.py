"""Points in time as Terraform's state has them: RFC 3339, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def timestamp(answer: datetime | None) -> str | None:
    """Return a time of an answer as text, to the second."""
    return None if answer is None else answer.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_timestamp(text: str) -> str | None:
    """Check: the text must be a time in RFC 3339, as in 2026-01-31T12:00:00Z."""
    try:
        known = datetime.fromisoformat(text)
    except ValueError:
        known = None
    if known is not None and known.tzinfo is not None and "T" in text:
        return None
    return f"not a time in RFC 3339, as in 2026-01-31T12:00:00Z: {text!r}"


def same_time(old: str, new: str) -> bool:
    """Tell whether two texts in RFC 3339 are the same point in time."""
    try:
        return datetime.fromisoformat(old) == datetime.fromisoformat(new)
    except ValueError:
        return old == new
