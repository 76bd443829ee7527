"""Decides for every request, before its route runs, whether the caller's groups allow it.

The authorizer of the gateway has checked the token; its claim ``cognito:groups`` says in which
groups of the user pool the caller is. Sources: Cognito developer guide, "Adding groups to a user
pool"; API Gateway developer guide, "Control access to REST APIs using Amazon Cognito user pools":
claims arrive as texts in ``requestContext.authorizer.claims``, a list joined by commas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from payments.access import Permission, require

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.api_gateway import (
        APIGatewayRestResolver,
        Response,
    )
    from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

_READING_METHODS: Final = frozenset({"GET", "HEAD"})


def authorize(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Response[str]:
    """Run the route if the caller may: what only reads needs less than everything else.

    Raises:
        AccessDeniedError: the caller may not.
    """
    reads = app.current_event.http_method in _READING_METHODS
    require(Permission.READ if reads else Permission.PAY, caller_groups(app))
    return next_middleware(app)


def caller_groups(app: APIGatewayRestResolver) -> frozenset[str]:
    """The groups of the caller; none where no authorizer has vouched for them."""
    claim = caller_claims(app).get("cognito:groups") or ""
    return frozenset(group for group in claim.split(",") if group)


def caller_claims(app: APIGatewayRestResolver) -> dict[str, str]:
    """The claims of the token that the authorizer checked, empty without one."""
    context = app.current_event.get("requestContext") or {}
    claims = (context.get("authorizer") or {}).get("claims") or {}
    return {str(name): str(value) for name, value in claims.items()}
