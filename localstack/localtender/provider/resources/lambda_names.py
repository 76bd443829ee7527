"""What resources of AWS Lambda share: names and ARNs of functions, the error for "gone"."""

from __future__ import annotations

import re
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import matches
from localtender.provider.values import Values

NOT_FOUND: Final = ("ResourceNotFoundException",)
LATEST: Final = "$LATEST"

_FUNCTION: Final = re.compile(
    r"(arn:[\w-]+:lambda:)?([a-z]{2}(?:-[a-z]+)+-\d:)?(\d{12}:)?(function:)?"
    r"(?P<name>[\w-]+)(?::(?P<qualifier>\$LATEST|[\w-]+))?",
    re.ASCII,
)

is_function_name = matches(
    _FUNCTION.pattern, "expected the name of a function or its ARN (letters, digits, '-' and '_')"
)


def function_name(name_or_arn: str) -> str:
    """Return the name of a function that is given by name, by ARN or by a part of its ARN."""
    found = _FUNCTION.fullmatch(name_or_arn)
    return found["name"] if found else name_or_arn


def qualifier_of(name_or_arn: str) -> str | None:
    """Return the version or alias that an ARN of a function ends in."""
    found = _FUNCTION.fullmatch(name_or_arn)
    return found["qualifier"] if found else None


def same_function(old: str, new: str) -> bool:
    """Tell whether two texts name the same function, one by name and one by ARN perhaps."""
    if old.startswith("arn:") and new.startswith("arn:"):
        return old == new
    return function_name(old) == function_name(new) and qualifier_of(old) == qualifier_of(new)


def invoke_arn(call: Call, function_arn: str) -> str:
    """Return the ARN by which API Gateway invokes a function."""
    return (
        f"arn:{call.partition}:apigateway:{call.region}:lambda:path/2015-03-31/functions/"
        f"{function_arn}/invocations"
    )


def streaming_invoke_arn(call: Call, function_arn: str) -> str:
    """Return the ARN by which API Gateway invokes a function whose response is streamed."""
    return (
        f"arn:{call.partition}:apigateway:{call.region}:lambda:path/2021-11-15/functions/"
        f"{function_arn}/response-streaming-invocations"
    )


def change_tags(call: Call, arn: str, changed: dict[str, str], removed: list[str]) -> None:
    """Tag and untag a function or a mapping."""
    if removed:
        call.client().untag_resource(Resource=arn, TagKeys=removed)
    if changed:
        call.client().tag_resource(Resource=arn, Tags=changed)


def function_key(name: str, qualifier: str | None) -> Values:
    """Return the parameters that name a function, or a version or alias of it."""
    return {"FunctionName": name, "Qualifier": qualifier} if qualifier else {"FunctionName": name}
