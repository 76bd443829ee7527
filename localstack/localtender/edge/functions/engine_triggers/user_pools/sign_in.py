"""Signing in: the triggers before and after, and the migration of a user who is not there yet.

Follows the developer guide's pages "Pre authentication Lambda trigger", "Post authentication Lambda
trigger" and "Migrate user Lambda trigger".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localtender.edge.engine_requests import json_document
from localtender.edge.functions.engine_triggers.user_pools.pools import attributes_of
from localtender.edge.protocol.errors import ServiceError

if TYPE_CHECKING:
    from localtender.edge.engine_requests import Forward
    from localtender.edge.functions.engine_triggers.user_pools.pools import UserPool, UserPools
    from localtender.edge.functions.engine_triggers.user_pools.triggers import UserPoolTriggers
    from localtender.edge.protocol.messages import HttpRequest, HttpResponse

# A token that is refreshed is no sign-in.
_NO_SIGN_IN = ("REFRESH_TOKEN", "REFRESH_TOKEN_AUTH")
_WITH_PASSWORD = ("USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH")


class SignInTriggers:
    """PreAuthentication, PostAuthentication and UserMigration."""

    def __init__(self, pools: UserPools, triggers: UserPoolTriggers) -> None:
        self._pools = pools
        self._triggers = triggers

    async def initiate(
        self, request: HttpRequest, parameters: dict[str, Any], pool: UserPool, forward: Forward
    ) -> HttpResponse:
        """InitiateAuth and AdminInitiateAuth."""
        given = parameters.get("AuthParameters") or {}
        username = given.get("USERNAME")
        if parameters.get("AuthFlow") in _NO_SIGN_IN or not username:
            return await forward(request.body)
        metadata = parameters.get("ClientMetadata")
        user = await self._pools.user(pool, username)
        if user is None and parameters.get("AuthFlow") in _WITH_PASSWORD:
            password = given.get("PASSWORD", "")
            user = await self._migrated(
                pool, "UserMigration_Authentication", username, metadata, password
            )
        if user is not None:
            await self._triggers.fire(
                pool,
                "PreAuthentication_Authentication",
                user.get("Username", username),
                {"userAttributes": attributes_of(user), "validationData": metadata},
                {},
            )
        response = await forward(request.body)
        return await self._signed_in(response, pool, username, metadata)

    async def respond(
        self, request: HttpRequest, parameters: dict[str, Any], pool: UserPool, forward: Forward
    ) -> HttpResponse:
        """RespondToAuthChallenge and AdminRespondToAuthChallenge."""
        response = await forward(request.body)
        username = (parameters.get("ChallengeResponses") or {}).get("USERNAME", "")
        return await self._signed_in(response, pool, username, parameters.get("ClientMetadata"))

    async def forgot_password(
        self, request: HttpRequest, parameters: dict[str, Any], pool: UserPool, forward: Forward
    ) -> HttpResponse:
        """ForgotPassword."""
        username = parameters.get("Username", "")
        if await self._pools.user(pool, username) is None:
            metadata = parameters.get("ClientMetadata")
            await self._migrated(pool, "UserMigration_ForgotPassword", username, metadata, None)
        return await forward(request.body)

    async def _signed_in(
        self, response: HttpResponse, pool: UserPool, username: str, metadata: Any
    ) -> HttpResponse:
        signed_in = response.status < 300 and json_document(response.body).get(
            "AuthenticationResult"
        )
        if signed_in and "PostAuthentication" in pool.triggers:
            user = await self._pools.user(pool, username)
            await self._triggers.fire(
                pool,
                "PostAuthentication_Authentication",
                (user or {}).get("Username", username),
                {
                    "userAttributes": attributes_of(user),
                    "newDeviceUsed": False,
                    "clientMetadata": metadata,
                },
                {},
            )
        return response

    async def _migrated(
        self, pool: UserPool, source: str, username: str, metadata: Any, password: str | None
    ) -> dict[str, Any] | None:
        """The user that the trigger has brought; None where there is no trigger."""
        if "UserMigration" not in pool.triggers:
            return None
        response: dict[str, Any] = dict.fromkeys(
            (
                *("userAttributes", "forceAliasCreation", "enableSMSMFA"),
                *("finalUserStatus", "messageAction", "desiredDeliveryMediums"),
            )
        )
        request = {"password": password, "validationData": metadata, "clientMetadata": metadata}
        failure = ServiceError(
            "UserNotFoundException", f"Exception migrating user in app client {pool.client_id}"
        )
        try:
            answer = await self._triggers.fire(pool, source, username, request, response)
        except ServiceError as error:
            raise failure from error
        attributes = answer.get("userAttributes")
        if not isinstance(attributes, dict) or not attributes:
            raise failure
        await self._create(pool, username, password, attributes, answer)
        return await self._pools.user(pool, username)

    async def _create(
        self,
        pool: UserPool,
        username: str,
        password: str | None,
        attributes: dict[str, Any],
        answer: dict[str, Any],
    ) -> None:
        kept = {name: value for name, value in attributes.items() if name != "username"}
        parameters: dict[str, Any] = {
            "Username": username,
            "UserAttributes": [{"Name": name, "Value": str(kept[name])} for name in kept],
            "MessageAction": "SUPPRESS",
        }
        if password is not None:
            parameters["TemporaryPassword"] = password
        await self._pools.of_pool(pool, "AdminCreateUser", parameters)
        if password is not None and answer.get("finalUserStatus") == "CONFIRMED":
            await self._pools.of_pool(
                pool,
                "AdminSetUserPassword",
                {"Username": username, "Password": password, "Permanent": True},
            )
