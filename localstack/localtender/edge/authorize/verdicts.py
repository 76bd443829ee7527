"""May a caller do that: all kinds of policies together, and the reason when it may not.

After "Policy evaluation logic", "How AWS enforcement code logic evaluates requests", "Cross-account
policy evaluation logic" and "Troubleshoot access denied error messages" of the IAM user guide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from localtender.edge.authorize.evaluation import Decision, applies, names
from localtender.edge.authorize.identities import Identity
from localtender.edge.authorize.policy_documents import (
    MalformedPolicyError,
    PolicyDocument,
    Statement,
)
from localtender.edge.authorize.requests import AuthorizationRequest, Principal

PolicyKind = Literal[
    "identity-based policy", "resource-based policy", "permissions boundary", "session policy"
]
_ARTICLES = {"identity-based policy": "an"}


@dataclass(frozen=True)
class Verdict:
    """The decision on a request.

    `kind` is the policies that denied it, `explicit` whether by a Deny; `statement` and `policy`
    are what allowed it, where an identity's policy did.
    """

    allowed: bool
    kind: PolicyKind = "identity-based policy"
    explicit: bool = False
    policy: str | None = None
    statement: Statement | None = None

    def message(self, request: AuthorizationRequest, *, quoted: bool = False) -> str:
        """AWS's words for the denial; S3 puts its resources between quotation marks."""
        resource = f'"{request.resource}"' if quoted else request.resource
        who = request.principal.arn or "anonymous"
        reason = f"because no {self.kind} allows the {request.action} action"
        if self.explicit:
            reason = f"with an explicit deny in {_ARTICLES.get(self.kind, 'a')} {self.kind}"
        where = "" if request.resource == "*" else f" on resource: {resource}"
        return f"User: {who} is not authorized to perform: {request.action}{where} {reason}"


_ALLOWED = Verdict(allowed=True)


def decide(
    identity: Identity,
    request: AuthorizationRequest,
    resource_policies: Iterable[PolicyDocument] = (),
    *,
    owner: str | None = None,
    needs_resource_policy: bool = False,
) -> Verdict:
    """Decide on a request.

    `owner` is the account of the resource, None where it is the caller's own. A resource of the
    kind that `needs_resource_policy` (KMS keys, roles to be assumed) is opened by its policy alone,
    which may leave it to the account's own policies by naming the account.
    """
    if identity.is_root and owner in (None, identity.principal.account_id):
        return _ALLOWED
    own = _applying(identity.policies, request)
    bounds = None if identity.boundary is None else _applying((identity.boundary,), request)
    session = (
        None if identity.session_policies is None else _applying(identity.session_policies, request)
    )
    resource = [
        found for found in _applying(resource_policies, request) if names(found[1], request)
    ]
    kinds: tuple[tuple[PolicyKind, list[_Found] | None], ...] = (
        ("identity-based policy", own),
        ("resource-based policy", resource),
        ("permissions boundary", bounds),
        ("session policy", session),
    )
    for kind, found in kinds:
        if any(statement.effect == "Deny" for _, statement in found or ()):
            return Verdict(allowed=False, kind=kind, explicit=True)
    same_account = owner in (None, identity.principal.account_id)
    opened = _strongest(resource, identity.principal)
    if identity.principal.kind in ("Anonymous", "Service"):
        if opened is not None:
            return _ALLOWED
        return Verdict(allowed=False, kind="resource-based policy")
    if opened is None and (needs_resource_policy or not same_account):
        if not same_account and not own and not identity.is_root:
            return Verdict(allowed=False)
        return Verdict(allowed=False, kind="resource-based policy")
    if same_account and opened == "session":
        return _ALLOWED
    granted = own or (opened == "principal" and same_account) or identity.is_root
    if not granted:
        return Verdict(allowed=False)
    if bounds is not None and not bounds:
        return Verdict(allowed=False, kind="permissions boundary")
    if session is not None and not session:
        return Verdict(allowed=False, kind="session policy")
    if not own:
        return _ALLOWED
    policy, statement = own[0]
    return Verdict(allowed=True, policy=policy, statement=statement)


def identity_decision(identity: Identity, request: AuthorizationRequest) -> Decision:
    """What an identity's policies say of a request, within its boundary and session policies."""
    verdict = decide(identity, request)
    if verdict.allowed:
        return Decision.ALLOW
    return Decision.EXPLICIT_DENY if verdict.explicit else Decision.IMPLICIT_DENY


_Found = tuple[str, Statement]


def _applying(policies: Iterable[PolicyDocument], request: AuthorizationRequest) -> list[_Found]:
    return [
        (policy.name, statement)
        for policy in policies
        for statement in policy.statements
        if _is_about(statement, request)
    ]


def _is_about(statement: Statement, request: AuthorizationRequest) -> bool:
    try:
        return applies(statement, request)
    except MalformedPolicyError:
        # IAM refuses such a policy when it is written, so it is in force nowhere.
        return False


def _strongest(
    statements: Iterable[_Found], principal: Principal
) -> Literal["session", "principal", "account"] | None:
    """How a resource's policy opens it to the caller.

    By a session's or a user's own ARN, which no implicit denial of a boundary or a session policy
    limits; by the role or for everybody; or only by the account, which leaves the rest to the
    policies that the account gives.
    """
    found: Literal["session", "principal", "account"] | None = None
    for _, statement in statements:
        if statement.principals is None:
            found = found or "principal"
            continue
        listed = statement.principals.get("AWS", ())
        if principal.arn in listed:
            return "session"
        everybody = "*" in listed or "*" in statement.principals
        by_name = {principal.role_arn, principal.user_id} & set(listed)
        if everybody or by_name or principal.kind == "Service":
            found = "principal"
        else:
            found = found or "account"
    return found
