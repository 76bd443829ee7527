"""CloudWatch Logs, after "Actions, resources, and condition keys for Amazon CloudWatch Logs".

"Overview of managing access permissions to your CloudWatch Logs resources" of the user guide says
that a policy names a group with `:*` at its end, but for the tagging operations without; so the
resource of a group's operation ends in an empty stream.
"""

from __future__ import annotations

from collections.abc import Iterable

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.rules import (
    ServiceActions,
    both,
    given,
    listed,
    named,
    on,
    passes,
)


def _group_name(facts: CallFacts) -> str | None:
    name = facts.text("logGroupName") or facts.text("logGroupIdentifier")
    if name is not None and name.startswith("arn:"):
        name = name.split(":log-group:", 1)[-1].removesuffix(":*")
    return name


def _group(facts: CallFacts) -> Iterable[str]:
    name = _group_name(facts)
    return () if name is None else (facts.arn("logs", f"log-group:{name}:log-stream:"),)


def _stream(facts: CallFacts) -> Iterable[str]:
    name, stream = _group_name(facts), facts.text("logStreamName")
    if name is None or stream is None:
        return ()
    return (facts.arn("logs", f"log-group:{name}:log-stream:{stream}"),)


def _groups(facts: CallFacts) -> Iterable[str]:
    names = [facts.text("logGroupName"), *facts.items("logGroupNames")]
    for identifier in facts.items("logGroupIdentifiers"):
        names.append(str(identifier).split(":log-group:", 1)[-1].removesuffix(":*"))
    return tuple(facts.arn("logs", f"log-group:{name}:log-stream:") for name in names if name)


def _every_group(facts: CallFacts) -> Iterable[str]:
    return (facts.arn("logs", "log-group::log-stream:"),)


_destination = named("logs", "destination:{destinationName}")

ACTIONS = ServiceActions(
    "logs",
    {
        **listed(("PutLogEvents", "GetLogEvents", "DeleteLogStream"), on(_stream)),
        **listed(("CreateLogStream", "DescribeLogStreams", "FilterLogEvents"), on(_group)),
        "DescribeLogGroups": on(_every_group),
        **listed(("StartQuery", "StartLiveTail"), on(_groups)),
        **listed(
            ("TagLogGroup", "UntagLogGroup", "ListTagsLogGroup"),
            on(named("logs", "log-group:{logGroupName}")),
        ),
        **listed(("TagResource", "UntagResource", "ListTagsForResource"), on(given("resourceArn"))),
        "PutSubscriptionFilter": both(on(_group), passes("roleArn", to="logs.amazonaws.com")),
        "PutDestination": both(on(_destination), passes("roleArn", to="logs.amazonaws.com")),
    },
    otherwise=on(_group, _destination),
)
