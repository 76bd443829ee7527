"""Lambda, after "Actions, resources, and condition keys for AWS Lambda"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.rules import (
    Keys,
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


_layer_version = named("lambda", "layer:{LayerName}:{VersionNumber}")
_INVOKES: Keys = parameter_keys(lambda__EventSourceToken="EventSourceToken")
_ROLE = passes("Role", to="lambda.amazonaws.com")
_mapping = named("lambda", "event-source-mapping:{UUID}")


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
        "CreateFunction": both(on(_unqualified), _ROLE),
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
        "PublishLayerVersion": on(named("lambda", "layer:{LayerName}")),
        "ListLayerVersions": on(named("lambda", "layer:{LayerName}")),
        **listed(("TagResource", "UntagResource", "ListTags"), on(given("Resource"))),
        "DeleteFunction": on(_qualified),
        "GetFunction": on(_qualified),
        "GetFunctionConfiguration": on(_qualified),
        "GetPolicy": on(_qualified),
    },
    otherwise=on(_layer_version_arn, _qualified),
)
