"""Sign-up and confirmation: the triggers before and after.

Follows the developer guide's pages "Pre sign-up Lambda trigger" and "Post confirmation Lambda
trigger".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localtender.edge.engine_requests import json_document
from localtender.edge.functions.engine_triggers.user_pools.pools import attributes_of
from localtender.edge.protocol.errors import ServiceError

if TYPE_CHECKING:
    from localtender.edge.engine_requests import Forward
    from localtender.edge.functions.engine_triggers.user_pools.answered import AnsweredTriggers
    from localtender.edge.functions.engine_triggers.user_pools.pools import UserPool, UserPools
    from localtender.edge.functions.engine_triggers.user_pools.triggers import UserPoolTriggers
    from localtender.edge.protocol.messages import HttpRequest, HttpResponse

_VERIFIED = {"autoVerifyEmail": "email", "autoVerifyPhone": "phone_number"}


class SignUpTriggers:
    """PreSignUp and PostConfirmation."""

    def __init__(
        self, pools: UserPools, triggers: UserPoolTriggers, answered: AnsweredTriggers
    ) -> None:
        self._answered = answered
        self._pools = pools
        self._triggers = triggers

    async def sign_up(
        self, request: HttpRequest, parameters: dict[str, Any], pool: UserPool, forward: Forward
    ) -> HttpResponse:
        """SignUp; the engine confirms and verifies by the answer that it is given."""
        source, username = "PreSignUp_SignUp", parameters["Username"]
        wanted = await self._before(pool, source, parameters)
        with self._answered.answering(pool.pool_id, source, username, wanted):
            response = await forward(request.body)
        if response.status < 300 and json_document(response.body).get("UserConfirmed"):
            await self._confirmed(pool, username, parameters, "PostConfirmation_ConfirmSignUp")
        return response

    async def create_user(
        self, request: HttpRequest, parameters: dict[str, Any], pool: UserPool, forward: Forward
    ) -> HttpResponse:
        """AdminCreateUser; sending a message again signs nobody up."""
        if parameters.get("MessageAction") == "RESEND":
            return await forward(request.body)
        wanted = await self._before(pool, "PreSignUp_AdminCreateUser", parameters)
        response = await forward(request.body)
        if response.status < 300:
            await self._verify(pool, parameters["Username"], wanted)
        return response

    async def confirm(
        self, request: HttpRequest, parameters: dict[str, Any], pool: UserPool, forward: Forward
    ) -> HttpResponse:
        """ConfirmSignUp and AdminConfirmSignUp."""
        return await self._then_confirmed(
            request, parameters, pool, forward, "PostConfirmation_ConfirmSignUp"
        )

    async def confirm_password(
        self, request: HttpRequest, parameters: dict[str, Any], pool: UserPool, forward: Forward
    ) -> HttpResponse:
        """ConfirmForgotPassword."""
        return await self._then_confirmed(
            request, parameters, pool, forward, "PostConfirmation_ConfirmForgotPassword"
        )

    async def _then_confirmed(
        self,
        request: HttpRequest,
        parameters: dict[str, Any],
        pool: UserPool,
        forward: Forward,
        source: str,
    ) -> HttpResponse:
        response = await forward(request.body)
        if response.status < 300:
            await self._confirmed(pool, parameters["Username"], parameters, source)
        return response

    async def _before(
        self, pool: UserPool, source: str, parameters: dict[str, Any]
    ) -> dict[str, Any]:
        attributes = {
            each["Name"]: each.get("Value", "") for each in parameters.get("UserAttributes") or ()
        }
        validation = {
            each["Name"]: each.get("Value", "") for each in parameters.get("ValidationData") or ()
        }
        response = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
        wanted = await self._triggers.fire(
            pool,
            source,
            parameters["Username"],
            {
                "userAttributes": attributes,
                "validationData": validation or None,
                "clientMetadata": parameters.get("ClientMetadata"),
            },
            response,
        )
        for name, attribute in _VERIFIED.items():
            if wanted.get(name) and attribute not in attributes:
                raise ServiceError(
                    "InvalidLambdaResponseException",
                    f"{name} can't be set: the user has no {attribute}.",
                )
        return wanted

    async def _verify(self, pool: UserPool, username: str, wanted: dict[str, Any]) -> None:
        verified = [
            {"Name": f"{attribute}_verified", "Value": "true"}
            for name, attribute in _VERIFIED.items()
            if wanted.get(name)
        ]
        if verified:
            await self._pools.of_pool(
                pool,
                "AdminUpdateUserAttributes",
                {"Username": username, "UserAttributes": verified},
            )

    async def _confirmed(
        self, pool: UserPool, username: str, parameters: dict[str, Any], source: str
    ) -> None:
        if "PostConfirmation" not in pool.triggers:
            return
        user = await self._pools.user(pool, username)
        request = {
            "userAttributes": attributes_of(user),
            "clientMetadata": parameters.get("ClientMetadata"),
        }
        await self._triggers.fire(pool, source, username, request, {})
