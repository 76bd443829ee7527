"""Points in time as RFC 3339 texts, as the provider writes them, and back."""

from __future__ import annotations

from datetime import UTC, datetime


def same_moment(old: str, new: str) -> bool:
    """Tell whether two RFC 3339 texts are the same point in time."""
    try:
        return datetime.fromisoformat(old) == datetime.fromisoformat(new)
    except (ValueError, TypeError):
        return old == new


def is_moment(text: str) -> str | None:
    """Check: the text must be an RFC 3339 date and time."""
    try:
        zone = datetime.fromisoformat(text).tzinfo
    except ValueError:
        zone = None
    if zone is None:
        return f'expected a time such as "2026-01-31T00:00:00Z", got {text!r}'
    return None


def moment(text: str) -> datetime:
    """Return the point in time that a text names."""
    return datetime.fromisoformat(text)


def moment_text(answered: datetime | None) -> str | None:
    """Return the text for a point in time that the API answers."""
    return None if answered is None else answered.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
