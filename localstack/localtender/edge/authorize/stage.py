"""The stage of the edge that knows every caller and refuses what its policies do not allow."""

from __future__ import annotations

import json
from dataclasses import replace

from localtender.edge.asgi_messages import send_response
from localtender.edge.authorize.authentication import (
    Authentication,
    AuthenticationError,
    Failure,
)
from localtender.edge.authorize.decisions import Decisions, Mode
from localtender.edge.authorize.identities import Identities, Identity
from localtender.edge.authorize.policy_changes import EVERYTHING, changed_by
from localtender.edge.authorize.refusals import unauthenticated, unauthorized
from localtender.edge.authorize.resource_facts import ResourceFacts
from localtender.edge.authorize.resource_policies import ResourcePolicies
from localtender.edge.authorize.sessions import Sessions
from localtender.edge.protocol.error_answers import error_answer
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import HttpResponse
from localtender.edge.protocol.service_calls import ServiceCall
from localtender.edge.stages import Arrival, Onward
from localtender.engines.port import Message, Send

# Their resources may be open to everybody by a policy of their own.
_OPEN_TO_ANYONE = frozenset({"s3", "sns", "sqs"})
_GIVE_SESSIONS = frozenset({"sts", "cognito-identity"})


class AuthorizeStage:
    """Authenticates and authorizes calls of AWS's API, as far as the mode says.

    It also hears of every change of policies, so that decisions never lag behind one, and of the
    sessions that are given out.
    """

    def __init__(
        self,
        authentication: Authentication,
        decisions: Decisions,
        *,
        identities: Identities,
        sessions: Sessions,
        policies: ResourcePolicies,
        facts: ResourceFacts,
    ) -> None:
        self._authentication = authentication
        self._decisions = decisions
        self._identities = identities
        self._sessions = sessions
        self._policies = policies
        self._facts = facts

    async def serve(self, arrival: Arrival, send: Send, onward: Onward) -> None:
        """Answer with AWS's error, or let the call pass."""
        if not arrival.route.is_api:
            await onward(arrival, send)
            return
        call = arrival.call
        if call is None:
            await self._no_call(arrival, send, onward)
            return
        answer = None
        if self._decisions.mode is not Mode.OFF:
            arrival, answer = await self._checked(arrival, call)
        if answer is None:
            await onward(arrival, self._noting(call, send))
        else:
            await send_response(answer, send, head=arrival.scope["method"] == "HEAD")

    async def _checked(
        self, arrival: Arrival, call: ServiceCall
    ) -> tuple[Arrival, HttpResponse | None]:
        """The arrival with its caller's own account, and the refusal if there is one."""
        caller = arrival.identity.caller
        try:
            identity = await self._authentication.identify(
                call.request, caller.access_key_id, caller.region
            )
            if identity.is_root or _needs_no_signature(call):
                return arrival, None
            if identity.principal.kind == "Anonymous" and call.service not in _OPEN_TO_ANYONE:
                raise AuthenticationError(Failure.MISSING)
        except AuthenticationError as error:
            if _needs_no_signature(call) or self._decisions.mode is Mode.RECORD:
                return arrival, None
            return arrival, error_answer(call, unauthenticated(call, error))
        arrival = _in_account_of(identity, arrival)
        refusal = await self._decisions.refusal(
            identity, call, arrival.identity.caller.account_id, caller.region
        )
        if refusal is None or self._decisions.mode is Mode.RECORD:
            return arrival, None
        return arrival, error_answer(call, unauthorized(call, refusal))

    async def _no_call(self, arrival: Arrival, send: Send, onward: Onward) -> None:
        """Let documents, consoles and unsigned pages pass; of a signed request the caller must be
        right, and an operation that nobody knows is not for everyone.
        """
        caller, service = arrival.identity.caller, arrival.identity.service
        if service is not None and self._decisions.mode is Mode.ENFORCE:
            try:
                identity = await self._authentication.identify(
                    arrival.request, caller.access_key_id, caller.region
                )
            except AuthenticationError as error:
                await send_response(
                    _plain("UnrecognizedClientException", str(error)), send, head=False
                )
                return
            arrival = _in_account_of(identity, arrival)
            refusal = None
            if not identity.is_root:
                refusal = await self._decisions.refusal_of_unknown(
                    identity, service, arrival.request, caller.region
                )
            if refusal is not None:
                await send_response(_plain("AccessDeniedException", refusal), send, head=False)
                return
        await onward(arrival, self._forgetting(EVERYTHING, send) if _is_reset(arrival) else send)

    def _noting(self, call: ServiceCall, send: Send) -> Send:
        changed = changed_by(call)
        if changed:
            return self._forgetting(changed, send)
        if call.service in _GIVE_SESSIONS:
            return self._learning(call, send)
        return send

    def _forgetting(self, services: tuple[str, ...], send: Send) -> Send:
        async def passed_on(message: Message) -> None:
            # Before the client can hear of its change and act upon it.
            self._forget(services)
            await send(message)

        return passed_on

    def _forget(self, services: tuple[str, ...]) -> None:
        for service in services:
            if service == "iam":
                self._identities.forget()
            self._policies.forget(service)
            self._facts.forget(service)

    def _learning(self, call: ServiceCall, send: Send) -> Send:
        body: list[bytes] = []

        async def passed_on(message: Message) -> None:
            if message["type"] == "http.response.body":
                body.append(message.get("body", b""))
                if not message.get("more_body"):
                    self._sessions.learn(call.parameters, b"".join(body))
            await send(message)

        return passed_on


def _needs_no_signature(call: ServiceCall) -> bool:
    operation = call.operation
    return operation.auth_type == "none" or "smithy.api#noAuth" in (operation.auth or ())


def _in_account_of(identity: Identity, arrival: Arrival) -> Arrival:
    caller, account_id = arrival.identity.caller, identity.principal.account_id
    if not account_id or account_id == caller.account_id:
        return arrival
    scope = replace(arrival.identity, caller=replace(caller, account_id=account_id))
    return replace(arrival, identity=scope)


def _is_reset(arrival: Arrival) -> bool:
    path: str = arrival.scope["path"]
    return arrival.scope["method"] == "POST" and path.endswith("/reset")


def _plain(code: str, message: str) -> HttpResponse:
    error = ServiceError(code, message, 403)
    body = json.dumps({"__type": error.code, "message": error.message}).encode()
    return HttpResponse(403, (("Content-Type", "application/json"),), body)
