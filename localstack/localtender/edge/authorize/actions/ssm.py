"""Parameter Store, after "Actions, resources, and condition keys for AWS Systems Manager"."""

from __future__ import annotations

from collections.abc import Iterable

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.rules import ServiceActions, listed, on


def _parameter_arn(facts: CallFacts, name: str) -> str:
    if name.startswith("arn:"):
        return name
    # A version or label stands behind a colon.
    return facts.arn("ssm", f"parameter/{name.partition(':')[0].lstrip('/')}")


def _parameter(facts: CallFacts) -> Iterable[str]:
    name = facts.text("Name")
    return () if name is None else (_parameter_arn(facts, name),)


def _parameters(facts: CallFacts) -> Iterable[str]:
    return tuple(_parameter_arn(facts, str(name)) for name in facts.items("Names"))


def _below(facts: CallFacts) -> Iterable[str]:
    path = facts.text("Path")
    return () if path is None else (_parameter_arn(facts, path.rstrip("/") or "/"),)


def _tagged(facts: CallFacts) -> Iterable[str]:
    name = facts.text("ResourceId")
    of_parameter = facts.text("ResourceType") == "Parameter" and name is not None
    return (_parameter_arn(facts, name),) if of_parameter and name is not None else ()


ACTIONS = ServiceActions(
    "ssm",
    {
        **listed(
            ("PutParameter", "GetParameter", "GetParameterHistory", "DeleteParameter"),
            on(_parameter),
        ),
        **listed(("GetParameters", "DeleteParameters"), on(_parameters)),
        "GetParametersByPath": on(_below),
        **listed(("LabelParameterVersion", "UnlabelParameterVersion"), on(_parameter)),
        **listed(
            ("AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource"), on(_tagged)
        ),
        "DescribeParameters": on(),
    },
)
