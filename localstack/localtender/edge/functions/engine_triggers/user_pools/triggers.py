"""Calls the function of a trigger and reads what it answers.

Event and errors follow "Customizing user pool workflows with Lambda triggers"
(https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html):
every trigger gets the common parameters, a request and a response, and returns the event whole.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localtender.edge.invocation import Invocation
from localtender.edge.protocol.errors import ServiceError

if TYPE_CHECKING:
    from localtender.edge.functions.engine_triggers.user_pools.pools import UserPool
    from localtender.edge.invocation import FunctionInvoker

PRINCIPAL = "cognito-idp.amazonaws.com"


class UserPoolTriggers:
    """Fires triggers synchronously; an error of the function is one of the operation."""

    def __init__(self, functions: FunctionInvoker) -> None:
        self._functions = functions

    async def fire(
        self,
        pool: UserPool,
        source: str,
        username: str,
        request: dict[str, Any],
        response: dict[str, Any],
    ) -> dict[str, Any]:
        """The function's response; `source` is like ``PreSignUp_SignUp``, which names the trigger.

        Without a function for it the response is the one given. Raises ServiceError.
        """
        trigger = source.partition("_")[0]
        arn = pool.triggers.get(trigger)
        if arn is None:
            return response
        event = {
            "version": "1",
            "region": pool.region,
            "userPoolId": pool.pool_id,
            "userName": username,
            "callerContext": {
                "awsSdkVersion": "aws-sdk-unknown-unknown",
                "clientId": pool.client_id or "CLIENT_ID_NOT_APPLICABLE",
            },
            "triggerSource": source,
            "request": {name: value for name, value in request.items() if value is not None},
            "response": response,
        }
        return await self._call(pool, trigger, arn, event)

    async def _call(
        self, pool: UserPool, trigger: str, arn: str, event: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            if not self._functions.permits(
                arn, principal=PRINCIPAL, source_arn=pool.arn, source_account=pool.account_id
            ):
                raise _not_invoked(trigger, "AccessDeniedException")
            result = await self._functions.invoke(Invocation(arn, json.dumps(event).encode()))
        except ServiceError as error:
            if error.code == "UnexpectedLambdaException":
                raise
            raise _not_invoked(trigger, error.code) from error
        document = _document(result.payload)
        if result.function_error is not None:
            message = document.get("errorMessage", "") if isinstance(document, dict) else ""
            raise ServiceError(
                "UserLambdaValidationException", f"{trigger} failed with error {message}."
            )
        response = document.get("response") if isinstance(document, dict) else None
        if not isinstance(response, dict):
            raise ServiceError("InvalidLambdaResponseException", "Unrecognizable lambda output")
        return response


def _not_invoked(trigger: str, code: str) -> ServiceError:
    return ServiceError(
        "UnexpectedLambdaException", f"{trigger} invocation failed due to error {code}."
    )


def _document(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return None
