"""JSONPath as mapping templates use it.

After "$input variables" in "Variables for data transformations for API Gateway" of the developer
guide, whose JSONPath is that of the Java library Jayway: a path with a wildcard, a filter, a slice,
a union or `..` gives the list of what it finds, `.length()` at the end the size.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import jsonpath
from jsonpath.exceptions import JSONPathError

_STEP = re.compile(
    r"\.(?P<name>[A-Za-z_][\w-]*)|\[(?P<index>-?\d+)\]"
    r"|\['(?P<single>[^']*)'\]|\[\"(?P<double>[^\"]*)\"\]"
)
_LENGTH = ".length()"


class _Missing:
    """The type of MISSING."""

    def __bool__(self) -> bool:
        return False


MISSING = _Missing()


class JsonPathSyntaxError(ValueError):
    """A path that is no JSONPath."""

    def __init__(self, path: str, cause: Exception) -> None:
        super().__init__(f"{path} is no JSONPath: {cause}")


def extract(document: Any, path: str) -> Any:
    """The value at a path, None when nothing is there. Raises JsonPathSyntaxError."""
    found = find(document, path)
    return None if found is MISSING else found


def find(document: Any, path: str) -> Any:
    """The value at a path, MISSING when nothing is there. Raises JsonPathSyntaxError."""
    if path.endswith(_LENGTH):
        measured = find(document, path.removesuffix(_LENGTH))
        return len(measured) if isinstance(measured, (list, dict, str)) else MISSING
    steps = path.removeprefix("$")
    if steps and steps[0] not in ".[":
        steps = f".{steps}"
    plain = _plain_steps(steps)
    if plain is None:
        return _query(f"${steps}").findall(document)
    for step in plain:
        document = _child(document, step)
        if document is MISSING:
            break
    return document


@lru_cache(maxsize=512)
def _plain_steps(steps: str) -> tuple[str | int, ...] | None:
    """The members and indices of a path that leads to one place; None for any other path."""
    plain: list[str | int] = []
    position = 0
    while position < len(steps):
        step = _STEP.match(steps, position)
        if step is None:
            return None
        position = step.end()
        if step["index"] is not None:
            plain.append(int(step["index"]))
        else:
            names = (step["name"], step["single"], step["double"])
            plain.append(next(name for name in names if name is not None))
    return tuple(plain)


@lru_cache(maxsize=512)
def _query(path: str) -> jsonpath.JSONPath | jsonpath.CompoundJSONPath:
    try:
        return jsonpath.compile(path)
    except JSONPathError as error:
        raise JsonPathSyntaxError(path, error) from error


def _child(current: Any, step: str | int) -> Any:
    if isinstance(step, int):
        in_range = isinstance(current, list) and -len(current) <= step < len(current)
        return current[step] if in_range else MISSING
    return current.get(step, MISSING) if isinstance(current, dict) else MISSING
