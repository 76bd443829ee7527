"""A request to an API as policies see it: `execute-api:Invoke` on a method's ARN.

After "Control access to an API with IAM permissions" and "AWS condition keys that can be used in
API Gateway resource policies" of the developer guide.
"""

from __future__ import annotations

from datetime import UTC, datetime

from localtender.edge.authorize.requests import AuthorizationRequest, Principal, principal_context
from localtender.edge.gateway.arns import execute_arn
from localtender.edge.gateway.data_plane.exchange import Exchange

INVOKE = "execute-api:Invoke"


def method_arn(exchange: Exchange) -> str:
    """The ARN of what is invoked: the request's own verb and path."""
    endpoint = exchange.endpoint
    return execute_arn(
        endpoint.region,
        endpoint.account_id,
        endpoint.api_id,
        endpoint.stage.name,
        exchange.request.method,
        exchange.path,
    )


def request_context(exchange: Exchange) -> dict[str, tuple[str, ...]]:
    """The condition keys that follow from the request, whoever sent it."""
    moment = datetime.fromtimestamp(exchange.began_at, tz=UTC)
    context: dict[str, tuple[str, ...]] = {
        "aws:sourceip": (exchange.request.source_ip,),
        # API Gateway is reached by HTTPS only; a plain local port does not change what it is.
        "aws:securetransport": ("true",),
        "aws:currenttime": (moment.strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:epochtime": (str(int(exchange.began_at)),),
    }
    for key, header in (("aws:useragent", "User-Agent"), ("aws:referer", "Referer")):
        value = exchange.header(header)
        if value is not None:
            context[key] = (value,)
    if exchange.vpc_endpoint_id is not None:
        context["aws:sourcevpce"] = (exchange.vpc_endpoint_id,)
    return context


def invoke_request(
    exchange: Exchange, principal: Principal, action: str = INVOKE
) -> AuthorizationRequest:
    """What policies are asked about a request."""
    context = {**request_context(exchange), **principal_context(principal)}
    return AuthorizationRequest(principal, action, method_arn(exchange), context)
