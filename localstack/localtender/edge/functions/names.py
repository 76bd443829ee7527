"""Function names and ARNs, in every form the Lambda API takes them.

Follows the FunctionName parameter of the API reference
(https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html): a name, a partial ARN or a full
ARN, each with or without a qualifier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from localtender.edge.functions import errors

LATEST = "$LATEST"

_REFERENCE = re.compile(
    r"(?:arn:(?P<partition>aws[a-zA-Z-]*)?:lambda:)?"
    r"(?:(?P<region>(?:eusc-)?[a-z]{2}(?:-gov)?(?:-[a-z]+)+-\d):)?"
    r"(?:(?P<account>\d{12}):)?"
    r"(?:function:)?"
    r"(?P<name>[a-zA-Z0-9-_.]+)"
    r"(?::(?P<qualifier>\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)
_NAME = re.compile(r"[a-zA-Z0-9-_]+")
_ALIAS = re.compile(r"(?![0-9]+$)[a-zA-Z0-9-_]+")
_QUALIFIER = re.compile(r"\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9$_-]{1,129}")
MAXIMUM_NAME_LENGTH = 64


@dataclass(frozen=True)
class FunctionReference:
    """A function, or one version or alias of it where `qualifier` is given."""

    account_id: str
    region: str
    name: str
    qualifier: str | None = None

    @property
    def arn(self) -> str:
        """The full ARN, with the qualifier where there is one."""
        suffix = f":{self.qualifier}" if self.qualifier else ""
        return self.unqualified_arn + suffix

    @property
    def unqualified_arn(self) -> str:
        """The ARN of the function itself."""
        return f"arn:aws:lambda:{self.region}:{self.account_id}:function:{self.name}"

    def qualified(self, qualifier: str | None) -> FunctionReference:
        """The same function with another qualifier."""
        return replace(self, qualifier=qualifier)


def parse_reference(
    text: str, *, account_id: str, region: str, qualifier: str | None = None
) -> FunctionReference:
    """Read a FunctionName parameter, and the Qualifier that came beside it.

    Raises ServiceError: ValidationException for what no function could be called,
    ResourceNotFoundException for another region, InvalidParameterValueException when both carry a
    qualifier and they differ.
    """
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise errors.validation(
            f"Value '{text}' at 'functionName' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {FUNCTION_NAME_PATTERN}"
        )
    if qualifier is not None and not _QUALIFIER.fullmatch(qualifier):
        raise errors.validation(
            f"Value '{qualifier}' at 'qualifier' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {QUALIFIER_PATTERN}"
        )
    if match["region"] and match["region"] != region:
        raise errors.not_found(
            f"Functions from '{match['region']}' are not reachable in this region ('{region}')"
        )
    derived = match["qualifier"]
    if derived and qualifier and derived != qualifier:
        raise errors.invalid_parameter(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    return FunctionReference(
        match["account"] or account_id, region, match["name"], qualifier or derived
    )


def parse_arn(arn: str) -> FunctionReference:
    """Read a full function ARN; its own account and region count. Raises ServiceError."""
    parts = arn.split(":")
    if len(parts) not in (7, 8) or parts[2] != "lambda" or parts[5] != "function":
        raise errors.invalid_parameter(f"{arn} is not the ARN of a function")
    return parse_reference(arn, account_id=parts[4], region=parts[3])


def is_function_name(name: str) -> bool:
    """Whether a new function may have this name."""
    return bool(_NAME.fullmatch(name)) and len(name) <= MAXIMUM_NAME_LENGTH


def is_alias_name(qualifier: str) -> bool:
    """Whether a qualifier can be nothing but an alias."""
    return _ALIAS.fullmatch(qualifier) is not None


FUNCTION_NAME_PATTERN = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?"
    r"(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)
QUALIFIER_PATTERN = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"
