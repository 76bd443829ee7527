"""API Gateway, whose actions are HTTP methods on paths.

After "Actions, resources, and condition keys for Amazon API Gateway Management" and "Control access
to API Gateway with IAM policies" of the developer guide.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.permission import Permission
from localtender.edge.authorize.actions.rules import ServiceActions, passing


def _by_method_and_path(facts: CallFacts, prefix: str) -> Iterable[Permission]:
    request = facts.call.request
    path = unquote(request.raw_path)
    arn = f"arn:aws:apigateway:{facts.region}::{path}"
    yield Permission(f"{prefix}:{request.method}", arn)
    # An integration's own identity, `arn:aws:iam::*:user/*`, is no role that would be passed.
    for parameter in ("credentials", "authorizerCredentials", "credentialsArn"):
        role = facts.text(parameter)
        if role is not None and ":role/" in role:
            yield passing(role, "apigateway.amazonaws.com")


ACTIONS = ServiceActions("apigateway", otherwise=_by_method_and_path)
