"""Amazon Cognito: clients (applications) of user pools.

Arguments, defaults and replace rules follow the documentation of ``aws_cognito_user_pool_client``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import between, each_of, every, is_arn, length, matches, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import OperationError
from localtender.provider.resources.cognito_members import to_api, to_blocks
from localtender.provider.resources.cognito_pools import GONE
from localtender.provider.values import Values

_ARGUMENTS: Final = {
    "access_token_validity": "AccessTokenValidity",
    "allowed_oauth_flows": "AllowedOAuthFlows",
    "allowed_oauth_flows_user_pool_client": "AllowedOAuthFlowsUserPoolClient",
    "allowed_oauth_scopes": "AllowedOAuthScopes",
    "auth_session_validity": "AuthSessionValidity",
    "callback_urls": "CallbackURLs",
    "default_redirect_uri": "DefaultRedirectURI",
    "enable_propagate_additional_user_context_data": "EnablePropagateAdditionalUserContextData",
    "enable_token_revocation": "EnableTokenRevocation",
    "explicit_auth_flows": "ExplicitAuthFlows",
    "id_token_validity": "IdTokenValidity",
    "logout_urls": "LogoutURLs",
    "name": "ClientName",
    "prevent_user_existence_errors": "PreventUserExistenceErrors",
    "read_attributes": "ReadAttributes",
    "refresh_token_validity": "RefreshTokenValidity",
    "supported_identity_providers": "SupportedIdentityProviders",
    "write_attributes": "WriteAttributes",
}
_SETS: Final = (
    "allowed_oauth_flows",
    "allowed_oauth_scopes",
    "callback_urls",
    "explicit_auth_flows",
    "logout_urls",
    "read_attributes",
    "supported_identity_providers",
    "write_attributes",
)
_ANALYTICS: Final = {
    "application_arn": "ApplicationArn",
    "application_id": "ApplicationId",
    "external_id": "ExternalId",
    "role_arn": "RoleArn",
    "user_data_shared": "UserDataShared",
}
_ROTATION: Final = {
    "feature": "Feature",
    "retry_grace_period_seconds": "RetryGracePeriodSeconds",
}
_UNITS: Final = {
    "access_token": "AccessToken",
    "id_token": "IdToken",
    "refresh_token": "RefreshToken",
}
_BLOCKS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "analytics_configuration": ("AnalyticsConfiguration", _ANALYTICS),
    "refresh_token_rotation": ("RefreshTokenRotation", _ROTATION),
    "token_validity_units": ("TokenValidityUnits", _UNITS),
}
_DEFAULT_UNITS: Final = {"access_token": "hours", "id_token": "hours", "refresh_token": "days"}
_FLOWS: Final = (
    "ADMIN_NO_SRP_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY",
    "USER_PASSWORD_AUTH",
)
_UNIT = one_of("seconds", "minutes", "hours", "days")


def _same_units(old: list[Values], new: list[Values]) -> bool:
    # Without the block, AWS counts in the default units, and may say so.
    before, after = (
        {
            name: (blocks[0][name] if blocks else None) or unit
            for name, unit in _DEFAULT_UNITS.items()
        }
        for blocks in (old, new)
    )
    return before == after


class UserPoolClient(Resource):
    """``aws_cognito_user_pool_client``; its id is the client's, its import id ``POOL/CLIENT``."""

    type_name = "aws_cognito_user_pool_client"
    service = "cognito-idp"
    gone = GONE
    replaces = ("generate_secret", "user_pool_id")
    sensitive = ("client_secret",)
    defaults = {f"token_validity_units.{name}": unit for name, unit in _DEFAULT_UNITS.items()}
    equivalent = {"token_validity_units": _same_units}
    checks = {
        "access_token_validity": between(0, 86400),
        "allowed_oauth_flows": each_of("code", "implicit", "client_credentials"),
        "analytics_configuration.application_arn": is_arn,
        "analytics_configuration.role_arn": is_arn,
        "auth_session_validity": between(3, 15),
        "default_redirect_uri": length(0, 1024),
        "explicit_auth_flows": each_of(*_FLOWS),
        "id_token_validity": between(0, 86400),
        "name": every(length(1, 128), matches(r"[\w\s+=,.@-]*", "expected \\w, space or +=,.@-")),
        "prevent_user_existence_errors": one_of("LEGACY", "ENABLED"),
        "refresh_token_rotation.feature": one_of("ENABLED", "DISABLED"),
        "refresh_token_rotation.retry_grace_period_seconds": between(0, 60),
        "refresh_token_validity": between(0, 315360000),
        **{f"token_validity_units.{name}": _UNIT for name in _UNITS},
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the client."""
        request = _request(planned)
        if planned["generate_secret"]:
            request["GenerateSecret"] = True
        answer = call.client().create_user_pool_client(
            UserPoolId=planned["user_pool_id"], **request
        )
        return {"id": answer["UserPoolClient"]["ClientId"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the client."""
        client = call.client().describe_user_pool_client(
            UserPoolId=state["user_pool_id"], ClientId=state["id"]
        )["UserPoolClient"]
        found = client_state(client)
        if state["refresh_token_rotation"] and "RefreshTokenRotation" not in client:
            call.warn(
                "refresh_token_rotation has no effect here",
                f"The service does not keep it for the client {found['name']}.",
            )
            del found["refresh_token_rotation"]
        return found

    def update(self, call: Call, change: Change) -> None:
        """Put all settings again; what a request leaves out, Cognito resets."""
        call.client().update_user_pool_client(
            UserPoolId=change.prior["user_pool_id"],
            ClientId=change.prior["id"],
            **_request(change.planned),
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the client."""
        call.client().delete_user_pool_client(
            UserPoolId=state["user_pool_id"], ClientId=state["id"]
        )

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``POOL/CLIENT`` apart."""
        pool, _, client = identifier.partition("/")
        if not pool or not client:
            raise OperationError(f"expected an import id of the form POOL/CLIENT: {identifier!r}")
        return {"id": client, "user_pool_id": pool}


def client_state(client: Mapping[str, Any]) -> Values:
    """Return the attributes that an answer of ``DescribeUserPoolClient`` holds."""
    return {
        **{name: client.get(key) for name, key in _ARGUMENTS.items()},
        # AWS leaves empty lists out.
        **{name: client.get(_ARGUMENTS[name]) or [] for name in _SETS},
        **{
            argument: to_blocks(client.get(key), names)
            for argument, (key, names) in _BLOCKS.items()
        },
        "client_secret": client.get("ClientSecret", ""),
        "user_pool_id": client["UserPoolId"],
    }


def _request(planned: Values) -> Values:
    request: dict[str, Any] = to_api(planned, _ARGUMENTS)
    for argument, (key, names) in _BLOCKS.items():
        for block in planned[argument]:
            request[key] = to_api(block, names)
    return request
