"""Evaluating the policy that a Lambda authorizer returns.

After "Output from an API Gateway Lambda authorizer" of the developer guide: a policy as of an
identity, whose conditions see the request that is authorized.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localtender.edge.authorize.evaluation import Decision, evaluate_identity_policies
from localtender.edge.authorize.policy_documents import MalformedPolicyError, PolicyDocument
from localtender.edge.authorize.requests import ANONYMOUS, AuthorizationRequest
from localtender.edge.gateway.data_plane.invoke_requests import INVOKE


def decide(
    document: Any, resource_arn: str, context: Mapping[str, tuple[str, ...]] | None = None
) -> Decision:
    """Whether the policy lets `execute-api:Invoke` on a method. Raises MalformedPolicyError."""
    policy = PolicyDocument.parse(document)
    for statement in policy.statements:
        if not (statement.actions or statement.not_actions):
            raise MalformedPolicyError("a statement needs an Action")
        if not (statement.resources or statement.not_resources):
            raise MalformedPolicyError("a statement needs a Resource")
    request = AuthorizationRequest(ANONYMOUS, INVOKE, resource_arn, context or {})
    return evaluate_identity_policies([policy], request)
