"""The resources that a call names: a table, a queue, a function, by name and by ARN.

Every service has its own words for that. What they share is how AWS names members: `TableName`,
`QueueUrl`, `TopicArn`, `SecretId`, `Bucket`, `restApiId`. An ARN or a URL stands for the name in
it, too; a name stands for its ARN where its form is known ("Actions, resources, and condition keys
for AWS services" of the service authorization reference).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

_NAMES_A_RESOURCE = re.compile(
    r".*(?:Name|Arn|ARN|Url|URL|Id|Identifier|Bucket|Prefix)|name|arn|bucket|resource"
)
_NAMES_SOMETHING_ELSE = re.compile(
    r".*(?:(?:Attribute|Field|Column|Principal|Session|Policy|Header|Group)Name"
    r"|(?:Request|Version|Group|Deduplication|Statement|Client|Revision|Account|Token|Source)Id"
    r"|CallbackUrl|Prefix)|.*MessageGroupId"
)
# Members of items in lists, as `TransactItems[].Put.TableName` has them.
_NAMES_A_TABLE = frozenset({"TableName", "TableArn"})
_DEEPEST_LIST_MEMBER = 3
_ARN = re.compile(r"arn:aws[a-z-]*:[^:]*:[^:]*:[^:]*:(?P<resource>.+)")

_ARN_RESOURCES = {
    "cognito-idp": "userpool/{}",
    "dynamodb": "table/{}",
    "events": "rule/{}",
    "kinesis": "stream/{}",
    "lambda": "function:{}",
    "logs": "log-group:{}",
    "sns": "{}",
    "sqs": "{}",
    "ssm": "parameter/{}",
    "stepfunctions": "stateMachine:{}",
}
_ARN_SERVICES = {"stepfunctions": "states"}


def resources_of(
    service: str, parameters: Mapping[str, Any], *, region: str, account_id: str
) -> tuple[str, ...]:
    """Every resource among a call's parameters, each by all the names that it has."""
    found: dict[str, None] = {}
    for named in _named(parameters):
        for name in _spellings(named):
            found[name] = None
            arn = _arn(service, name, region, account_id)
            if arn is not None:
                found[arn] = None
    return tuple(found)


def _named(parameters: Mapping[str, Any]) -> Iterator[str]:
    for member, value in parameters.items():
        if isinstance(value, str):
            if _NAMES_A_RESOURCE.fullmatch(member) and not _NAMES_SOMETHING_ELSE.fullmatch(member):
                yield value
        elif member == "RequestItems" and isinstance(value, Mapping):
            yield from value
        elif isinstance(value, list):
            yield from _tables(value, 1)


def _tables(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST_LIST_MEMBER:
        return
    if isinstance(value, list):
        for item in value:
            yield from _tables(item, depth + 1)
    elif isinstance(value, Mapping):
        for member, item in value.items():
            if isinstance(item, str):
                if member in _NAMES_A_TABLE:
                    yield item
            else:
                yield from _tables(item, depth + 1)


def _spellings(named: str) -> Iterator[str]:
    """What a rule may call it: as the call does, and by the bare name."""
    yield named
    arn = _ARN.fullmatch(named)
    if arn is not None:
        resource = arn["resource"]
        yield resource
        # `table/Orders/index/by-date`, `function:pay:live`, `secret:paypal-a1B2c3`, `Topic`
        parts = re.split(r"[/:]", resource)
        if len(parts) > 1:
            yield parts[1]
            yield resource[len(parts[0]) + 1 :]
            if parts[0] == "secret":
                yield re.sub(r"-\w{6}$", "", parts[1])
        return
    if "://" in named:
        yield urlsplit(named).path.rstrip("/").rsplit("/", 1)[-1]


def _arn(service: str, name: str, region: str, account_id: str) -> str | None:
    if service == "s3":
        return f"arn:aws:s3:::{name}"
    form = _ARN_RESOURCES.get(service)
    if form is None or not re.fullmatch(r"[\w./-]+", name):
        return None
    signing = _ARN_SERVICES.get(service, service)
    return f"arn:aws:{signing}:{region}:{account_id}:{form.format(name)}"
