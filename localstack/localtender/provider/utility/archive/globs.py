"""Glob patterns with ``**``, as ``excludes`` has them (those of the Go library doublestar)."""

from __future__ import annotations

import functools
import re

from localtender.provider.errors import InvalidArgumentError


def matches(pattern: str, path: str) -> bool:
    """Tell whether a relative path, with ``/`` between its parts, is of a pattern's form.

    ``*`` and ``?`` stay within a part, ``**`` as a whole part stands for any number of parts,
    also none; ``[a-z]``, ``[^a-z]`` and ``{this,that}`` are understood, ``\\`` escapes.

    Raises
    ------
    InvalidArgumentError
        When the pattern is malformed.
    """
    return _compiled(pattern).fullmatch(path) is not None


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = _split(pattern)
    expression = ""
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "**":
            # "a/**" is also "a" itself, and "**/a" also "a".
            if last:
                expression = f"{expression.removesuffix('/')}(?:/.*)?" if expression else ".*"
            else:
                expression += "(?:[^/]+/)*"
        else:
            expression += _part(part, pattern) + ("" if last else "/")
    try:
        return re.compile(expression, re.DOTALL)
    except re.error as failure:
        raise _malformed(pattern) from failure


def _split(pattern: str) -> list[str]:
    """Split at the slashes that stand outside of braces."""
    parts, depth = [""], 0
    for character in pattern:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "/" and depth <= 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _part(part: str, pattern: str) -> str:
    expression, depth, position = "", 0, 0
    while position < len(part):
        character = part[position]
        position += 1
        if character == "*":
            expression += "[^/]*"
        elif character == "?":
            expression += "[^/]"
        elif character == "[":
            end = part.find("]", position + 1)
            if end < 0:
                raise _malformed(pattern)
            expression += _characters(part[position:end])
            position = end + 1
        elif character == "\\" and position < len(part):
            expression += re.escape(part[position])
            position += 1
        elif character == "{":
            expression, depth = f"{expression}(?:", depth + 1
        elif character == "}" and depth:
            expression, depth = f"{expression})", depth - 1
        elif character == "," and depth:
            expression += "|"
        else:
            expression += re.escape(character)
    if depth:
        raise _malformed(pattern)
    return expression


def _characters(inner: str) -> str:
    negated = inner[0] in "^!"
    body = inner[1:] if negated else inner
    escaped = body.replace("\\", "\\\\").replace("[", "\\[")
    return f"(?!/)[{'^' if negated else ''}{escaped}]"


def _malformed(pattern: str) -> InvalidArgumentError:
    return InvalidArgumentError("excludes", f"{pattern!r} is not a well-formed glob pattern")
