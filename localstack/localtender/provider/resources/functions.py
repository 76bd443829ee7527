"""The AWS provider's functions, as its documentation describes them."""

from __future__ import annotations

from typing import Final

from localtender.provider.functions import Function, FunctionArgumentError, Parameter
from localtender.provider.sessions import Caller

_SECTIONS: Final = ("partition", "service", "region", "account_id", "resource")


class ArnParse(Function):
    """``arn_parse``: an ARN's sections."""

    name = "arn_parse"
    summary = "Parses an ARN into its constituent parts."
    parameters = (Parameter("arn"),)
    returns = ["object", dict.fromkeys(_SECTIONS, "string")]

    def call(self, caller: Caller, arn: str) -> dict[str, str]:
        """Take the ARN apart."""
        return _parsed(arn)


class ArnBuild(Function):
    """``arn_build``: an ARN from its sections."""

    name = "arn_build"
    summary = "Builds an ARN from its constituent parts."
    parameters = tuple(map(Parameter, _SECTIONS))

    def call(self, caller: Caller, *sections: str) -> str:
        """Put the ARN together."""
        return ":".join(("arn", *sections))


class TrimIamRolePath(Function):
    """``trim_iam_role_path``: a role's ARN without the path before its name."""

    name = "trim_iam_role_path"
    summary = "Trims the path prefix from an IAM role ARN."
    parameters = (Parameter("arn"),)

    def call(self, caller: Caller, arn: str) -> str:
        """Leave the path out."""
        sections = _parsed(arn)
        kind, _, name = sections["resource"].partition("/")
        if sections["service"] != "iam" or sections["region"] or kind != "role" or not name:
            raise FunctionArgumentError(0, f"{arn!r} is not the ARN of an IAM role")
        trimmed = {**sections, "resource": f"role/{name.rpartition('/')[2]}"}
        return ":".join(("arn", *(trimmed[section] for section in _SECTIONS)))


class UserAgent(Function):
    """``user_agent``: a product for the ``User-Agent`` header, version and comment if any."""

    name = "user_agent"
    summary = "Formats a User-Agent product for use with the user_agent argument."
    parameters = tuple(map(Parameter, ("product_name", "product_version", "comment")))

    def call(self, caller: Caller, name: str, version: str, comment: str) -> str:
        """Put the product together."""
        if not name:
            raise FunctionArgumentError(0, "product_name must not be empty")
        product = f"{name}/{version}" if version else name
        return f"{product} ({comment})" if comment else product


def _parsed(arn: str) -> dict[str, str]:
    prefix, *sections = arn.split(":", len(_SECTIONS))
    if prefix != "arn":
        raise FunctionArgumentError(0, f"arn: invalid prefix: {arn!r} does not begin with arn:")
    if len(sections) != len(_SECTIONS):
        raise FunctionArgumentError(0, f"arn: not enough sections in {arn!r}")
    return dict(zip(_SECTIONS, sections, strict=True))
