"""Deciding on calls and on what services do by a role: policies found, evaluated and recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from localtender.edge.authorize.access_records import AccessRecords
from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.dynamodb import leading_keys
from localtender.edge.authorize.actions.permission import ANY_RESOURCE, Permission
from localtender.edge.authorize.actions.table import permissions_of
from localtender.edge.authorize.identities import Identities, Identity
from localtender.edge.authorize.policy_documents import PolicyDocument
from localtender.edge.authorize.request_context import (
    call_context,
    identity_context,
    request_context,
    service_context,
)
from localtender.edge.authorize.requests import AuthorizationRequest
from localtender.edge.authorize.resource_facts import ResourceFacts
from localtender.edge.authorize.resource_policies import ResourcePolicies
from localtender.edge.authorize.verdicts import Verdict, decide
from localtender.edge.protocol.messages import HttpRequest
from localtender.edge.protocol.service_calls import ServiceCall

_LEADING_KEYS = "dynamodb:leadingkeys"
# Only their own policies open these; the identity's alone do not.
_OPENED_BY_POLICY = ("sts:AssumeRole", "sts:TagSession", "kms:")
Context = Mapping[str, tuple[str, ...]]


class Mode(StrEnum):
    """What becomes of a denial: an error, a note in the report, or nothing is evaluated."""

    ENFORCE = "enforce"
    RECORD = "record"
    OFF = "off"


class Decisions:
    """Decides by all policies there are; `now` is the current time in UTC."""

    def __init__(
        self,
        identities: Identities,
        policies: ResourcePolicies,
        facts: ResourceFacts,
        records: AccessRecords,
        mode: Mode,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.mode = mode
        self._identities = identities
        self._policies = policies
        self._facts = facts
        self._records = records
        self._now = now

    async def refusal(
        self, identity: Identity, call: ServiceCall, account_id: str, region: str
    ) -> str | None:
        """Why a caller may not make a call, in AWS's words; None where it may."""
        facts = CallFacts(call, account_id, region)
        permissions = permissions_of(facts)
        if not permissions:
            return None
        context = call_context(identity, call, region, self._now())
        refused = None
        for permission in permissions:
            verdict, request = await self._decide(identity, permission, context, facts)
            if not verdict.allowed and refused is None:
                refused = verdict.message(request, quoted=call.service == "s3")
        return refused

    async def refusal_of_unknown(
        self, identity: Identity, service: str, request: HttpRequest, region: str
    ) -> str | None:
        """Why a caller may not send a service something that is no operation of it.

        Only what may do everything there may do that.
        """
        permission = Permission(f"{service}:{request.method}")
        context = request_context(identity, request, region, self._now())
        verdict, asked = await self._decide(identity, permission, context, None)
        return None if verdict.allowed else verdict.message(asked)

    async def of_role(
        self,
        role_arn: str,
        permission: Permission,
        *,
        session_name: str,
        region: str,
    ) -> str | None:
        """Why a service may not do something by a role; None where it may, or nothing is enforced.

        `session_name` is what the service calls its session: a function's name for its function.
        """
        if self.mode is Mode.OFF:
            return None
        identity = await self._identities.of_role(role_arn, session_name, region)
        context = {**identity_context(identity), **service_context(region, self._now())}
        verdict, request = await self._decide(identity, permission, context, None)
        if verdict.allowed or self.mode is Mode.RECORD:
            return None
        return verdict.message(request)

    async def of_role_call(
        self, role_arn: str, call: ServiceCall, *, session_name: str, region: str
    ) -> str | None:
        """Why a service may not make a call by a role; None as in `of_role`."""
        if self.mode is Mode.OFF:
            return None
        identity = await self._identities.of_role(role_arn, session_name, region)
        refused = await self.refusal(identity, call, identity.principal.account_id, region)
        return None if self.mode is Mode.RECORD else refused

    async def _decide(
        self,
        identity: Identity,
        permission: Permission,
        context: Context,
        facts: CallFacts | None,
    ) -> tuple[Verdict, AuthorizationRequest]:
        account_id = identity.principal.account_id
        resource = permission.resource
        if resource != ANY_RESOURCE:
            resource = await self._facts.full_arn(resource)
        region = context["aws:requestedregion"][0]
        resource_policies = await self._resource_policies(
            permission.action, resource, region, account_id
        )
        keys = dict(context)
        keys.update(permission.keys)
        owner = _account_of(resource)
        keys["aws:resourceaccount"] = (owner or account_id,)
        if facts is not None and _asks_for(identity, resource_policies, _LEADING_KEYS):
            partition_key = await self._facts.partition_key(resource)
            if partition_key is not None:
                keys[_LEADING_KEYS] = leading_keys(facts, resource, partition_key)
        request = AuthorizationRequest(identity.principal, permission.action, resource, keys)
        verdict = decide(
            identity,
            request,
            resource_policies,
            owner=owner,
            needs_resource_policy=permission.action.startswith(_OPENED_BY_POLICY)
            and resource != ANY_RESOURCE,
        )
        self._records.note(request, verdict)
        return verdict, request

    async def _resource_policies(
        self, action: str, resource: str, region: str, account_id: str
    ) -> Sequence[PolicyDocument]:
        # A role's policy says who may assume it, not who may change it.
        if resource == ANY_RESOURCE or (
            resource.startswith("arn:aws:iam:") and action[:4] != "sts:"
        ):
            return ()
        return await self._policies.of(resource, account_id, region)


def _asks_for(identity: Identity, policies: Sequence[PolicyDocument], key: str) -> bool:
    bounds = () if identity.boundary is None else (identity.boundary,)
    every = (*identity.policies, *policies, *bounds, *(identity.session_policies or ()))
    return any(key in policy.condition_keys for policy in every)


def _account_of(arn: str) -> str | None:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4].isdigit() else None
