"""Lambda, after "Actions, resources, and condition keys for AWS Lambda"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.permission import Permission
from localtender.edge.authorize.actions.rules import (
    Keys,
    Rule,
    ServiceActions,
    both,
    given,
    listed,
    named,
    on,
    parameter_keys,
    passes,
)

_PARTIAL = re.compile(
    r"(?:(?P<account>\d{12}):)?(?:function:)?(?P<name>[\w-]+)(?::(?P<qualifier>.+))?"
)


def _unqualified(facts: CallFacts) -> Iterable[str]:
    arn = _arn(facts, facts.text("FunctionName"))
    return () if arn is None else (":".join(arn.split(":")[:7]),)


def _qualified(facts: CallFacts) -> Iterable[str]:
    arn = _arn(facts, facts.text("FunctionName"))
    if arn is None:
        return ()
    qualifier = facts.text("Qualifier") or facts.text("Name")
    return (f"{arn}:{qualifier}" if qualifier and arn.count(":") == 6 else arn,)


def _arn(facts: CallFacts, name: str | None) -> str | None:
    if name is None or name.startswith("arn:"):
        return name
    found = _PARTIAL.fullmatch(name)
    if found is None:
        return facts.arn("lambda", f"function:{name}")
    account = found["account"] or facts.account_id
    arn = f"arn:aws:lambda:{facts.region}:{account}:function:{found['name']}"
    return f"{arn}:{found['qualifier']}" if found["qualifier"] else arn


def _function_key(facts: CallFacts) -> dict[str, tuple[str, ...]]:
    return {"lambda:FunctionArn": tuple(_unqualified(facts))}


_layer = named("lambda", "layer:{LayerName}")
_INVOKES: Keys = parameter_keys(lambda__EventSourceToken="EventSourceToken")
_ROLE = passes("Role", to="lambda.amazonaws.com")
_mapping = named("lambda", "event-source-mapping:{UUID}")


def _code(parameter: str | None = None) -> Rule:
    """Reading the code's object in S3, which the caller has to be allowed."""
    at = f"{parameter}." if parameter else ""

    def rule(facts: CallFacts, _prefix: str) -> Iterable[Permission]:
        bucket, key = facts.text(f"{at}S3Bucket"), facts.text(f"{at}S3Key")
        if bucket is not None and key is not None:
            version = facts.text(f"{at}S3ObjectVersion")
            action = "GetObjectVersion" if version else "GetObject"
            yield Permission(f"s3:{action}", f"arn:aws:s3:::{bucket}/{key}")

    return rule


def _layer_version_arn(facts: CallFacts) -> Iterable[str]:
    name, version = facts.text("LayerName"), facts.value("VersionNumber")
    if name is None or version is None:
        return ()
    arn = name if name.startswith("arn:") else facts.arn("lambda", f"layer:{name}")
    return (f"{arn}:{version}",)


ACTIONS = ServiceActions(
    "lambda",
    {
        **listed(
            ("Invoke", "InvokeAsync", "InvokeWithResponseStream"),
            on(_qualified, action="InvokeFunction", keys=_INVOKES),
        ),
        "CreateFunction": both(on(_unqualified), _ROLE, _code("Code")),
        "UpdateFunctionConfiguration": both(on(_unqualified), _ROLE),
        **listed(
            ("AddPermission", "RemovePermission"),
            on(
                _qualified,
                keys=parameter_keys(
                    lambda__Principal="Principal",
                    lambda__FunctionUrlAuthType="FunctionUrlAuthType",
                ),
            ),
        ),
        **listed(
            ("CreateFunctionUrlConfig", "UpdateFunctionUrlConfig"),
            on(_qualified, keys=parameter_keys(lambda__FunctionUrlAuthType="AuthType")),
        ),
        **listed(("CreateAlias", "UpdateAlias", "DeleteAlias", "GetAlias"), on(_unqualified)),
        "CreateEventSourceMapping": on(keys=_function_key),
        **listed(
            ("UpdateEventSourceMapping", "DeleteEventSourceMapping", "GetEventSourceMapping"),
            on(_mapping, keys=_function_key),
        ),
        **listed(
            ("ListFunctions", "ListEventSourceMappings", "ListLayers", "GetAccountSettings"), on()
        ),
        "GetLayerVersionByArn": on(given("Arn"), action="GetLayerVersion"),
        "PublishLayerVersion": both(on(_layer), _code("Content")),
        "UpdateFunctionCode": both(on(_unqualified), _code()),
        "ListLayerVersions": on(_layer),
        **listed(("TagResource", "UntagResource", "ListTags"), on(given("Resource"))),
        "DeleteFunction": on(_qualified),
        "GetFunction": on(_qualified),
        "GetFunctionConfiguration": on(_qualified),
        "GetPolicy": on(_qualified),
    },
    otherwise=on(_layer_version_arn, _qualified),
)
