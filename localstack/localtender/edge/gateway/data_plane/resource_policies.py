"""The resource policy of an API, as a deployment has it.

After "Control access to a REST API with API Gateway resource policies" of the developer guide.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from localtender.edge.authorize.evaluation import Decision, evaluate_resource_policy
from localtender.edge.authorize.policy_documents import PolicyDocument, Statement
from localtender.edge.authorize.requests import Principal
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.invoke_requests import INVOKE, invoke_request

_OWN = "execute-api:/"


def resource_decision(exchange: Exchange, principal: Principal, action: str = INVOKE) -> Decision:
    """What the API's policy says of a caller; raises MalformedPolicyError."""
    endpoint = exchange.endpoint
    text = endpoint.snapshot.policy
    if text is None:
        return Decision.IMPLICIT_DENY
    own = f"arn:aws:execute-api:{endpoint.region}:{endpoint.account_id}:{endpoint.api_id}/"
    return evaluate_resource_policy(_policy(text, own), invoke_request(exchange, principal, action))


@lru_cache(maxsize=256)
def _policy(text: str, own: str) -> PolicyDocument:
    parsed = PolicyDocument.parse(text)
    return PolicyDocument(tuple(_expanded(statement, own) for statement in parsed.statements))


def _expanded(statement: Statement, own: str) -> Statement:
    def written_out(resources: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if resources is None:
            return None
        return tuple(
            f"{own}{name.removeprefix(_OWN)}" if name.startswith(_OWN) else name
            for name in resources
        )

    return replace(
        statement,
        resources=written_out(statement.resources),
        not_resources=written_out(statement.not_resources),
    )
