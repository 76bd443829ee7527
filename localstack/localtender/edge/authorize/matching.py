"""Patterns of policies: wildcards in actions, ARNs and values, and policy variables.

After "IAM JSON policy elements: Action", "Resource" and "Variables and tags" of the IAM user guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

_VARIABLE = re.compile(r"\$\{(?P<name>[^},]+)(?:,\s*'(?P<default>[^']*)')?\}")
_LITERAL = {"*": "\\*", "?": "\\?", "$": "$"}
_ARN_PARTS = 6


def matches_action(patterns: Iterable[str], action: str) -> bool:
    """Whether any of the patterns is of the action (`dynamodb:Get*`); case does not matter."""
    return any(wildcard(pattern, ignore_case=True).fullmatch(action) for pattern in patterns)


def matches_resource(
    patterns: Iterable[str], resource: str, context: Mapping[str, tuple[str, ...]]
) -> bool:
    """Whether any of the patterns is of the resource, its variables by the request's context."""
    for pattern in patterns:
        resolved = with_variables(pattern, context)
        if resolved is not None and matches_arn(resolved, resource):
            return True
    return False


def matches_arn(pattern: str, arn: str) -> bool:
    """Whether an ARN is of a pattern; a wildcard does not reach over the first five colons.

    Parts that a pattern leaves out at its end are wildcards.
    """
    if pattern == "*":
        return True
    wanted = pattern.split(":", _ARN_PARTS - 1)
    given = arn.split(":", _ARN_PARTS - 1)
    if len(given) != _ARN_PARTS:
        return wildcard(pattern).fullmatch(arn) is not None
    wanted += ["*"] * (_ARN_PARTS - len(wanted))
    return all(wildcard(part).fullmatch(text) for part, text in zip(wanted, given, strict=True))


def with_variables(text: str, context: Mapping[str, tuple[str, ...]]) -> str | None:
    """The text with its policy variables; None where one has no value and no default."""
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        name = found["name"].strip()
        if name in _LITERAL:
            return _LITERAL[name]
        values = context.get(name.lower(), ())
        if len(values) == 1:
            # A caller's name must not become a wildcard.
            return values[0].replace("*", "\\*").replace("?", "\\?")
        if found["default"] is None:
            missing = True
        return found["default"] or ""

    if "${" not in text:
        return text
    resolved = _VARIABLE.sub(value, text)
    return None if missing else resolved


@lru_cache(maxsize=2048)
def wildcard(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    r"""The expression of a pattern: `*` is any text, `?` any character, `\*` a star itself."""
    written = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and pattern[position + 1 : position + 2] in ("*", "?"):
            position += 1
            written.append(re.escape(pattern[position]))
        elif character == "*":
            written.append(".*")
        elif character == "?":
            written.append(".")
        else:
            written.append(re.escape(character))
        position += 1
    return re.compile("".join(written), re.DOTALL | (re.IGNORECASE if ignore_case else 0))
