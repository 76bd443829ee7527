"""Requests to Secrets Manager that concern rotation, on their way to the engine.

The operations follow the API reference (RotateSecret, CancelRotateSecret, DescribeSecret) and the
answers recorded from AWS in LocalStack's ``tests/aws/services/secretsmanager/
test_secretsmanager.snapshot.json`` (test_rotate_secret_with_lambda_success,
test_no_client_request_token, test_create_and_update_secret).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localtender.edge.engine_requests import json_answer, json_document, json_error
from localtender.edge.functions.engine_triggers.secret_rotation.registry import (
    Rotation,
    RotationRegistry,
)
from localtender.edge.functions.engine_triggers.secret_rotation.rotator import (
    CURRENT,
    SecretRotator,
    pending_version,
)
from localtender.edge.functions.engine_triggers.secret_rotation.rules import (
    InvalidRotationRulesError,
    RotationRules,
)
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from localtender.edge.engine_requests import Forward
    from localtender.edge.invocation import FunctionInvoker
    from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
    from localtender.edge.snapshot import Snapshot
    from localtender.engines.calls import EngineCalls

_PREFIX = "secretsmanager."
_OPERATIONS = frozenset(
    {
        "RotateSecret",
        "CancelRotateSecret",
        "DescribeSecret",
        "ListSecrets",
        "GetSecretValue",
        "PutSecretValue",
        "UpdateSecret",
        "DeleteSecret",
    }
)
_NOT_INVOCABLE = (
    "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy "
    "grants access to the principal secretsmanager.amazonaws.com."
)
_ROTATION_FIELDS = ("RotationEnabled", "RotationLambdaARN", "RotationRules")


class SecretRotationRequests:
    """Answers the requests that start, stop and show rotations."""

    def __init__(
        self, engine: EngineCalls, functions: FunctionInvoker, snapshot: Snapshot | None = None
    ) -> None:
        """A snapshot makes what is configured survive the end of the process."""
        self._engine = engine
        self._registry = RotationRegistry(snapshot)
        self._rotator = SecretRotator(engine, functions, self._registry)

    def concerns(self, target: str) -> bool:
        """Whether an X-Amz-Target is one of these operations."""
        return target.startswith(_PREFIX) and target.removeprefix(_PREFIX) in _OPERATIONS

    async def start(self) -> None:
        """Go on with what an earlier run left, and watch the clock."""
        self._registry.load()
        self._rotator.start()

    async def stop(self) -> None:
        """End what runs."""
        await self._rotator.stop()

    async def answer(self, request: HttpRequest, caller: Caller, forward: Forward) -> HttpResponse:
        """Answer a request to Secrets Manager."""
        operation = (request.header("X-Amz-Target") or "").removeprefix(_PREFIX)
        parameters = json_document(request.body)
        if operation in ("RotateSecret", "CancelRotateSecret"):
            try:
                described = await self._engine.call(
                    "secretsmanager",
                    "DescribeSecret",
                    {"SecretId": parameters.get("SecretId")},
                    account_id=caller.account_id,
                    region=caller.region,
                )
            except EngineCallError as error:
                return json_error(error.code, error.message, error.status)
            if operation == "RotateSecret":
                return self._rotate(parameters, described)
            return self._cancel(described)
        response = await forward(request.body)
        if response.status >= 300:
            return response
        document = json_document(response.body)
        if operation == "GetSecretValue":
            return _value(parameters, document) or response
        if operation == "DescribeSecret":
            return json_answer(self._shown(document))
        if operation == "ListSecrets":
            shown = [self._shown(secret) for secret in document.get("SecretList", ())]
            return json_answer({**document, "SecretList": shown})
        self._note(operation, parameters, document)
        return response

    def _rotate(self, parameters: dict[str, Any], described: dict[str, Any]) -> HttpResponse:
        token = parameters.get("ClientRequestToken")
        if not token:
            return json_error(
                "InvalidParameterException",
                "You must provide a ClientRequestToken value. We recommend a UUID-type value.",
            )
        if described.get("DeletedDate"):
            return _marked_for_deletion()
        arn = described["ARN"]
        known = self._registry.get(arn)
        function_arn = parameters.get("RotationLambdaARN") or (known and known.function_arn)
        if not function_arn:
            return json_error(
                "InvalidRequestException",
                "No Lambda rotation function ARN is associated with this secret.",
            )
        given = parameters.get("RotationRules")
        try:
            rules = (
                RotationRules.from_api(given)
                if given is not None
                else (known.rules if known is not None else RotationRules())
            )
        except InvalidRotationRulesError as error:
            return json_error("InvalidParameterException", str(error))
        rotation = replace(
            known or Rotation(arn, function_arn),
            function_arn=function_arn,
            rules=rules,
            enabled=True,
        )
        if not self._rotator.may_invoke(rotation):
            return json_error("AccessDeniedException", _NOT_INVOCABLE)
        return self._started(
            rotation, described, token, immediately=parameters.get("RotateImmediately", True)
        )

    def _started(
        self, rotation: Rotation, described: dict[str, Any], token: str, *, immediately: bool
    ) -> HttpResponse:
        arn, answer = rotation.secret_arn, {"ARN": rotation.secret_arn, "Name": described["Name"]}
        unfinished = pending_version(described)
        if unfinished == token:
            # The same request again (an SDK's retry): its rotation goes on.
            return json_answer({**answer, "VersionId": token})
        if unfinished is not None or self._rotator.is_running(arn):
            self._rotator.schedule(replace(rotation, due=None))
            if unfinished is not None and not self._rotator.is_running(arn):
                self._rotator.begin(rotation, unfinished)
            return json_error(
                "InvalidRequestException",
                "A previous rotation isn't complete. That rotation will be reattempted.",
            )
        if CURRENT in (described.get("VersionIdsToStages") or {}).get(token, ()):
            return json_answer({**answer, "VersionId": token})
        if not immediately:
            self._rotator.schedule(rotation.scheduled_after(datetime.now(UTC)))
            self._rotator.try_out(rotation, token)
            return json_answer(answer)
        self._rotator.schedule(replace(rotation.scheduled_after(datetime.now(UTC)), due=None))
        self._rotator.begin(rotation, token)
        return json_answer({**answer, "VersionId": token})

    def _cancel(self, described: dict[str, Any]) -> HttpResponse:
        if described.get("DeletedDate"):
            return _marked_for_deletion()
        rotation = self._registry.get(described["ARN"])
        if rotation is not None:
            self._rotator.schedule(replace(rotation, enabled=False, due=None, next_rotation=None))
        answer = {"ARN": described["ARN"], "Name": described["Name"]}
        unfinished = pending_version(described)
        return json_answer({**answer, "VersionId": unfinished} if unfinished else answer)

    def _shown(self, secret: dict[str, Any]) -> dict[str, Any]:
        """A secret's description with the rotation that is kept here."""
        document = {name: value for name, value in secret.items() if name not in _ROTATION_FIELDS}
        rotation = self._registry.get(secret.get("ARN", ""))
        return document if rotation is None else {**document, **rotation.to_api()}

    def _note(self, operation: str, parameters: dict[str, Any], document: dict[str, Any]) -> None:
        """A value set by hand counts as a rotation when the next one is calculated."""
        rotation = self._registry.get(document.get("ARN", ""))
        if rotation is None:
            return
        if operation == "DeleteSecret":
            if parameters.get("ForceDeleteWithoutRecovery"):
                self._registry.forget(rotation.secret_arn)
            return
        sets_value = "SecretString" in parameters or "SecretBinary" in parameters
        becomes_current = CURRENT in parameters.get("VersionStages", (CURRENT,))
        by_hand = not self._rotator.is_running(rotation.secret_arn)
        if rotation.enabled and sets_value and becomes_current and by_hand:
            self._rotator.schedule(rotation.scheduled_after(datetime.now(UTC)))


def _value(parameters: dict[str, Any], document: dict[str, Any]) -> HttpResponse | None:
    """The error for a version without a value, which a rotation begins with."""
    if "SecretString" in document or "SecretBinary" in document:
        return None
    wanted = (
        f"VersionId: {parameters['VersionId']}"
        if parameters.get("VersionId")
        else f"staging label: {parameters.get('VersionStage', CURRENT)}"
    )
    return json_error(
        "ResourceNotFoundException",
        f"Secrets Manager can't find the specified secret value for {wanted}",
    )


def _marked_for_deletion() -> HttpResponse:
    return json_error(
        "InvalidRequestException",
        "You can't perform this operation on the secret because it was marked for deletion.",
    )
