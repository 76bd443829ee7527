"""Requests to Cognito that fire triggers, on their way to the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.engine_requests import json_document, json_error
from localtender.edge.functions.engine_triggers.user_pools.pools import UserPools
from localtender.edge.functions.engine_triggers.user_pools.sign_in import SignInTriggers
from localtender.edge.functions.engine_triggers.user_pools.sign_up import SignUpTriggers
from localtender.edge.functions.engine_triggers.user_pools.triggers import UserPoolTriggers
from localtender.edge.protocol.errors import ServiceError
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from localtender.edge.engine_requests import Forward
    from localtender.edge.functions.engine_triggers.user_pools.answered import AnsweredTriggers
    from localtender.edge.invocation import FunctionInvoker
    from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
    from localtender.engines.calls import EngineCalls

_PREFIX = "AWSCognitoIdentityProviderService."
_TRIGGERS = frozenset(
    {"PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication", "UserMigration"}
)

# These name their user among parameters of their own.
_NAMES_NO_USER = ("InitiateAuth", "RespondToAuthChallenge")


class UserPoolRequests:
    """Fires the triggers around the operations that they belong to."""

    def __init__(
        self, engine: EngineCalls, functions: FunctionInvoker, answered: AnsweredTriggers
    ) -> None:
        """`answered` keeps the engine from firing what has been fired here."""
        self._pools = UserPools(engine)
        triggers = UserPoolTriggers(functions)
        sign_up = SignUpTriggers(self._pools, triggers, answered)
        sign_in = SignInTriggers(self._pools, triggers)
        self._operations = {
            "SignUp": sign_up.sign_up,
            "AdminCreateUser": sign_up.create_user,
            "ConfirmSignUp": sign_up.confirm,
            "AdminConfirmSignUp": sign_up.confirm,
            "ConfirmForgotPassword": sign_up.confirm_password,
            "ForgotPassword": sign_in.forgot_password,
            "InitiateAuth": sign_in.initiate,
            "AdminInitiateAuth": sign_in.initiate,
            "RespondToAuthChallenge": sign_in.respond,
            "AdminRespondToAuthChallenge": sign_in.respond,
        }

    def concerns(self, target: str) -> bool:
        """Whether an X-Amz-Target is one of these operations."""
        return target.startswith(_PREFIX) and target.removeprefix(_PREFIX) in self._operations

    async def start(self) -> None:
        """Nothing goes on beside requests."""

    async def stop(self) -> None:
        """Nothing goes on beside requests."""

    async def answer(self, request: HttpRequest, caller: Caller, forward: Forward) -> HttpResponse:
        """Answer a request; that of a pool without these triggers goes through as it is."""
        operation = (request.header("X-Amz-Target") or "").removeprefix(_PREFIX)
        parameters = json_document(request.body)
        pool = await self._pools.find(caller, parameters)
        complete = operation.endswith(_NAMES_NO_USER) or parameters.get("Username")
        if pool is None or not complete or not _TRIGGERS & pool.triggers.keys():
            return await forward(request.body)
        try:
            return await self._operations[operation](request, parameters, pool, forward)
        except ServiceError as error:
            return json_error(error.code, error.message, error.status)
        except EngineCallError as error:
            return json_error(error.code, error.message, error.status)
