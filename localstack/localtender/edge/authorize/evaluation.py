"""Deciding by policies.

After "Policy evaluation logic" and "Cross-account policy evaluation logic" of the IAM user guide: a
matching Deny goes before any Allow; within an account an identity's policy or the resource's own
suffices, between accounts both must allow.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from localtender.edge.authorize.conditions import conditions_hold
from localtender.edge.authorize.matching import matches_action, matches_resource
from localtender.edge.authorize.policy_documents import PolicyDocument, Statement
from localtender.edge.authorize.principals import names_principal
from localtender.edge.authorize.requests import AuthorizationRequest


class Decision(Enum):
    """What policies say of a request."""

    ALLOW = "allow"
    EXPLICIT_DENY = "explicit deny"
    IMPLICIT_DENY = "implicit deny"


def evaluate_identity_policies(
    policies: Iterable[PolicyDocument], request: AuthorizationRequest
) -> Decision:
    """What an identity's policies say; their statements name no principal."""
    return _decide(
        statement
        for policy in policies
        for statement in policy.statements
        if applies(statement, request)
    )


def evaluate_resource_policy(policy: PolicyDocument, request: AuthorizationRequest) -> Decision:
    """What a resource's policy says of the caller that it names."""
    return _decide(
        statement
        for statement in policy.statements
        if names(statement, request) and applies(statement, request)
    )


def combined(identity: Decision, resource: Decision, *, same_account: bool) -> Decision:
    """The two together; a resource without a policy is an implicit denial."""
    if Decision.EXPLICIT_DENY in (identity, resource):
        return Decision.EXPLICIT_DENY
    allowed = [decision is Decision.ALLOW for decision in (identity, resource)]
    suffices = any(allowed) if same_account else all(allowed)
    return Decision.ALLOW if suffices else Decision.IMPLICIT_DENY


def _decide(statements: Iterable[Statement]) -> Decision:
    decision = Decision.IMPLICIT_DENY
    for statement in statements:
        if statement.effect == "Deny":
            return Decision.EXPLICIT_DENY
        decision = Decision.ALLOW
    return decision


def names(statement: Statement, request: AuthorizationRequest) -> bool:
    """Whether a statement of a resource's policy is about the caller."""
    if statement.principals is not None:
        return names_principal(statement.principals, request.principal)
    if statement.not_principals is not None:
        return not names_principal(statement.not_principals, request.principal)
    return False


def applies(statement: Statement, request: AuthorizationRequest) -> bool:
    """Whether a statement is about the action, the resource and these conditions."""
    return (
        _covers_action(statement, request)
        and _covers_resource(statement, request)
        and conditions_hold(statement.conditions, request.context)
    )


def _covers_action(statement: Statement, request: AuthorizationRequest) -> bool:
    if statement.actions is not None:
        return matches_action(statement.actions, request.action)
    if statement.not_actions is not None:
        return not matches_action(statement.not_actions, request.action)
    return False


def _covers_resource(statement: Statement, request: AuthorizationRequest) -> bool:
    if statement.resources is not None:
        return matches_resource(statement.resources, request.resource, request.context)
    if statement.not_resources is not None:
        return not matches_resource(statement.not_resources, request.resource, request.context)
    return False
