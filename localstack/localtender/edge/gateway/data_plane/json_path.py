"""The part of JSONPath that mapping templates use: `$`, `.name`, `['name']` and `[n]`.

After "$input variables" in "Variables for data transformations for API Gateway" of the developer
guide.
"""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(
    r"\.(?P<name>[A-Za-z_][\w-]*)|\[(?P<index>-?\d+)\]"
    r"|\['(?P<single>[^']*)'\]|\[\"(?P<double>[^\"]*)\"\]"
)


class UnsupportedJsonPathError(ValueError):
    """A JSONPath with a construct (filter, wildcard, slice, `..`) that is not supported."""

    def __init__(self, path: str) -> None:
        super().__init__(f"JSONPath {path} is not supported by Localtender yet")


def extract(document: Any, path: str) -> Any:
    """The value at a path, None when nothing is there. Raises UnsupportedJsonPathError."""
    steps = path.removeprefix("$")
    if steps and steps[0] not in ".[":
        steps = f".{steps}"
    position = 0
    current = document
    while position < len(steps):
        step = _STEP.match(steps, position)
        if step is None:
            raise UnsupportedJsonPathError(path)
        position = step.end()
        current = _child(current, step)
    return current


def _child(current: Any, step: re.Match[str]) -> Any:
    if step["index"] is not None:
        index = int(step["index"])
        in_range = isinstance(current, list) and -len(current) <= index < len(current)
        return current[index] if in_range else None
    name = next(text for text in (step["name"], step["single"], step["double"]) if text is not None)
    return current.get(name) if isinstance(current, dict) else None
