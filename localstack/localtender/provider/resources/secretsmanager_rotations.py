"""AWS Secrets Manager: the rotation of secrets by a Lambda function.

Arguments, defaults, replace rules and retries follow the documentation and the source of
``aws_secretsmanager_secret_rotation``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final

from localtender.provider.blocks import known_blocks
from localtender.provider.call import Call
from localtender.provider.checks import between, is_arn, matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.secretsmanager import says_deleted
from localtender.provider.retries import Retry
from localtender.provider.values import UNKNOWN, Values, is_given

_SCHEDULES: Final = ("automatically_after_days", "schedule_expression")
_OF_OTHER_SERVICES: Final = (
    "external_secret_rotation_metadata",
    "external_secret_rotation_role_arn",
)
_SETTINGS: Final = ("rotation_lambda_arn", "rotation_rules")


class SecretRotation(Resource):
    """``aws_secretsmanager_secret_rotation``; its id is the secret's ARN."""

    type_name = "aws_secretsmanager_secret_rotation"
    service = "secretsmanager"
    gone = ("ResourceNotFoundException",)
    replaces = ("secret_id",)
    defaults = {"rotate_immediately": True}
    recomputed = {"rotation_enabled": _SETTINGS}
    # The function's permission, or its role, was made a moment ago; or a rotation runs.
    retries = (
        Retry("AccessDeniedException"),
        Retry("InvalidRequestException", "assume role"),
        Retry("InvalidRequestException", "rotation isn't complete"),
    )
    checks = {
        "rotation_lambda_arn": is_arn,
        "rotation_rules.automatically_after_days": between(1, 1000),
        "rotation_rules.duration": matches(r"[0-9h]+", "expected hours, as in 3h"),
        "rotation_rules.schedule_expression": matches(
            r"[0-9A-Za-z()#?*\-/, ]+", "expected cron(...) or rate(...)"
        ),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that there is one schedule; refuse secrets that a partner's service manages."""
        for rules in known_blocks(config, "rotation_rules"):
            given = [name for name in _SCHEDULES if rules.get(name) is not None]
            if UNKNOWN not in (rules.get(name) for name in _SCHEDULES) and len(given) != 1:
                yield InvalidArgumentError(
                    "rotation_rules",
                    "needs exactly one of automatically_after_days and schedule_expression",
                )
        for name in _OF_OTHER_SERVICES:
            if is_given(config.get(name)):
                yield InvalidArgumentError(
                    name,
                    "the local AWS provider does not support secrets managed by other services",
                )

    def create(self, call: Call, planned: Values) -> Values:
        """Switch the rotation on; unless told otherwise that rotates the secret at once."""
        return {"id": _rotate(call, planned)}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the rotation from the secret's description."""
        secret = call.client().describe_secret(SecretId=state["id"])
        if secret.get("DeletedDate"):
            return None
        # It may be configured by name as well.
        return {**rotation_state(secret), "secret_id": state["secret_id"] or secret["ARN"]}

    def update(self, call: Call, change: Change) -> None:
        """Set function and schedule again, which rotates the secret, too."""
        if change.has(*_SETTINGS):
            _rotate(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Switch the rotation off; the secret keeps its value."""
        client = call.client()
        try:
            client.cancel_rotate_secret(SecretId=state["id"])
        except client.exceptions.InvalidRequestException as failure:
            if not says_deleted(failure):
                raise


def rotation_state(secret: Values) -> Values:
    """Return how a described secret is rotated; what is switched off has no function and rules."""
    enabled = bool(secret.get("RotationEnabled"))
    rules = secret.get("RotationRules") if enabled else None
    return {
        "rotation_enabled": enabled,
        "rotation_lambda_arn": secret.get("RotationLambdaARN") if enabled else None,
        "rotation_rules": [_rules_state(rules)] if rules else [],
    }


def _rotate(call: Call, planned: Values) -> str:
    request: Values = {
        # The same one when the request is made again.
        "ClientRequestToken": str(uuid.uuid4()),
        "RotateImmediately": planned["rotate_immediately"],
        "SecretId": planned["secret_id"],
    }
    if planned["rotation_lambda_arn"]:
        request["RotationLambdaARN"] = planned["rotation_lambda_arn"]
    for rules in planned["rotation_rules"] or []:
        request["RotationRules"] = _rules_request(rules)
    return str(call.client().rotate_secret(**request)["ARN"])


def _rules_request(rules: Values) -> Values:
    request: Values = {}
    if rules["schedule_expression"]:
        request["ScheduleExpression"] = rules["schedule_expression"]
    elif rules["automatically_after_days"]:
        request["AutomaticallyAfterDays"] = rules["automatically_after_days"]
    if rules["duration"]:
        request["Duration"] = rules["duration"]
    return request


def _rules_state(rules: Values) -> Values:
    expression = rules.get("ScheduleExpression")
    return {
        # Beside an expression these are the days that AWS works out of it.
        "automatically_after_days": None if expression else rules.get("AutomaticallyAfterDays"),
        "duration": rules.get("Duration"),
        "schedule_expression": expression,
    }
