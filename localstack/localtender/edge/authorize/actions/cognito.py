"""Cognito, after "Actions, resources, and condition keys for Amazon Cognito User Pools" and "…
Identity Pools".
"""

from __future__ import annotations

from localtender.edge.authorize.actions.rules import ServiceActions, given, named, on

USER_POOLS = ServiceActions(
    "cognito-idp",
    otherwise=on(named("cognito-idp", "userpool/{UserPoolId}"), given("ResourceArn")),
)
IDENTITY_POOLS = ServiceActions(
    "cognito-identity",
    otherwise=on(named("cognito-identity", "identitypool/{IdentityPoolId}"), given("ResourceArn")),
)
