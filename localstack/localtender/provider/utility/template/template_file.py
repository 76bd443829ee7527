"""``template_file``: a text with ``${name}`` in it.

Follows the documentation of the data source, except that the expressions of Terraform 0.11 which
may stand between the braces (functions, arithmetic, conditions) are refused by name: what they
mean has changed since, and ``templatefile`` has them all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from localtender.provider.call import Call
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Block
from localtender.provider.utility.declared import (
    KEEPERS,
    UtilityDataSource,
    computed,
    optional,
    required,
)
from localtender.provider.values import Values

# `$${` is how a text has a `${` that is none.
_SEQUENCE: Final = re.compile(r"\$\$\{|\$\{([^{}]*)(\})?")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")


class TemplateFile(UtilityDataSource):
    """``template_file``; its id is the checksum of what came out."""

    type_name = "template_file"
    schema = Block(
        {
            "id": computed(),
            "rendered": computed(),
            "template": required(),
            "vars": optional(KEEPERS),
        }
    )

    def read(self, call: Call, config: Values) -> Values:
        """Put the variables into the text."""
        rendered = render(config["template"], config["vars"] or {})
        return {"id": hashlib.sha256(rendered.encode()).hexdigest(), "rendered": rendered}


def render(template: str, variables: Mapping[str, str]) -> str:
    """Return the text with every ``${name}`` replaced by the variable's value.

    Raises
    ------
    InvalidArgumentError
        When a variable is not given, or when something else stands between the braces.
    """

    def value(sequence: re.Match[str]) -> str:
        if sequence[0] == "$${":
            return "${"
        expression = (sequence[1] or "").strip()
        if sequence[2] is None or not _NAME.fullmatch(expression):
            raise InvalidArgumentError(
                "template",
                f"{sequence[0]}: only names of variables are understood between ${{ and }} here; "
                "the function templatefile takes every expression and needs no provider",
            )
        if expression not in variables:
            raise InvalidArgumentError(
                "template",
                f"there is no variable {expression!r} in vars; write $${{ for a text ${{",
            )
        return variables[expression]

    return _SEQUENCE.sub(value, template)
