"""Texts with `$context.…`, `$stageVariables.…` and `${stageVariables.…}` in them.

Gateway responses and access logs know these two only, without any template logic ("Gateway
responses in API Gateway" and "Set up CloudWatch logging for REST APIs" of the developer guide);
URIs and credentials of integrations know the braced stage variables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

# Claims have colons and dashes in their names (`cognito:groups`), other variables do not.
_NAME = r"(?:authorizer(?:\.[\w:-]*\w)+|\w+(?:\.\w+)*)"
_REFERENCE = re.compile(
    rf"\$(?:(?P<space>context|stageVariables)\.(?P<name>{_NAME})"
    rf"|\{{(?P<braced_space>context|stageVariables)\.(?P<braced_name>{_NAME})\}})"
)
_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(?P<name>[A-Za-z0-9_]+)\}")


def substitute(
    text: str,
    context: Mapping[str, Any],
    stage_variables: Mapping[str, str] | None = None,
    *,
    missing: str = "",
) -> str:
    """The text with every reference replaced; `missing` stands for what has no value."""

    def value(reference: re.Match[str]) -> str:
        space = reference["space"] or reference["braced_space"]
        name = reference["name"] or reference["braced_name"]
        if space == "stageVariables":
            if stage_variables is None:
                return reference[0]
            return stage_variables.get(name, missing)
        found = context_value(context, name)
        return missing if found is None else as_text(found)

    return _REFERENCE.sub(value, text)


def with_stage_variables(text: str, stage_variables: Mapping[str, str]) -> str:
    """The text with every `${stageVariables.name}` replaced, by nothing where there is none."""
    return _STAGE_VARIABLE.sub(lambda reference: stage_variables.get(reference["name"], ""), text)


def context_value(context: Mapping[str, Any], name: str) -> Any:
    """A `$context` variable by its dotted name (`identity.sourceIp`); None when absent."""
    current: Any = context
    rest = name
    while True:
        if not isinstance(current, Mapping):
            return None
        if rest in current:
            return current[rest]
        head, dot, rest = rest.partition(".")
        if not dot or head not in current:
            return None
        current = current[head]


def as_text(value: Any) -> str:
    """A value as it stands in a log line or a header."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)
