"""Whether a role's trust policy lets an AWS service assume it.

After "Create a role to delegate permissions to an AWS service" of the IAM user guide.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from localtender.edge.authorize.evaluation import Decision, evaluate_resource_policy
from localtender.edge.authorize.policy_documents import MalformedPolicyError, PolicyDocument
from localtender.edge.authorize.requests import AuthorizationRequest, Principal


def trusts_service(document: Any, service: str, *, source_account: str) -> bool:
    """Whether an AssumeRolePolicyDocument names a service such as `lambda.amazonaws.com`.

    `source_account` is the account on whose behalf the service acts, for conditions on it. What
    can't be read trusts nobody.
    """
    try:
        policy = PolicyDocument.parse(document)
    except MalformedPolicyError:
        return False
    request = AuthorizationRequest(
        Principal("Service", service),
        "sts:AssumeRole",
        "*",
        {"aws:sourceaccount": (source_account,)},
    )
    return evaluate_resource_policy(of_the_role(policy), request) is Decision.ALLOW


def of_the_role(policy: PolicyDocument) -> PolicyDocument:
    """A trust policy to evaluate: its statements name no resource, which is the role itself."""
    statements = tuple(replace(statement, resources=("*",)) for statement in policy.statements)
    return replace(policy, statements=statements)
