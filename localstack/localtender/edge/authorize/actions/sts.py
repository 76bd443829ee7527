"""STS, after "Actions, resources, and condition keys for AWS Security Token Service"."""

from __future__ import annotations

from collections.abc import Iterable

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.permission import Permission
from localtender.edge.authorize.actions.rules import (
    ServiceActions,
    both,
    given,
    listed,
    nothing,
    on,
    parameter_keys,
)

_role = given("RoleArn")


def _tag_session(facts: CallFacts, prefix: str) -> Iterable[Permission]:
    return on(_role, action="TagSession")(facts, prefix) if facts.items("Tags") else ()


ACTIONS = ServiceActions(
    "sts",
    {
        "AssumeRole": both(
            on(
                _role,
                keys=parameter_keys(
                    sts__ExternalId="ExternalId",
                    sts__RoleSessionName="RoleSessionName",
                    sts__SourceIdentity="SourceIdentity",
                ),
            ),
            _tag_session,
        ),
        # "No permissions are required to perform this operation", says the API reference.
        **listed(("GetCallerIdentity", "GetSessionToken"), nothing),
    },
)
