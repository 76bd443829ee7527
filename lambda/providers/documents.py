"""Reading JSON documents whose form nobody vouches for."""

from __future__ import annotations

import re
from typing import Any, Final

_WORD: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}|[a-z][a-z0-9_]{0,63}", re.ASCII)


def mapping(value: object) -> dict[str, Any]:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def listing(value: object) -> list[Any]:
    """Return a list, an empty one for anything else."""
    return value if isinstance(value, list) else []


def text(value: object) -> str | None:
    """Return a text that is not empty."""
    return value if isinstance(value, str) and value else None


def word(value: object) -> str | None:
    """Return a word of an enumeration and nothing else: free text may quote the receiver."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None
