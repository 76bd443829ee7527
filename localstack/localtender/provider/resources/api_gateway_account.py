"""Amazon API Gateway: settings of the account in a region.

Arguments and defaults follow the documentation of ``aws_api_gateway_account``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import is_arn
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.api_gateway_names import NOT_FOUND
from localtender.provider.resources.api_gateway_patches import replace
from localtender.provider.values import Values

# Seconds that a new role may take until the gateway finds it usable.
_ROLE_SETTLES_SECONDS: Final = 10.0
_ROLE_NOT_READY: Final = (
    "The role ARN does not have required permissions",
    "API Gateway could not successfully write to CloudWatch Logs using the ARN specified",
)


class Account(Resource):
    """``aws_api_gateway_account``; its id is the account's."""

    type_name = "aws_api_gateway_account"
    service = "apigateway"
    gone = NOT_FOUND
    defaults = {"cloudwatch_role_arn": ""}
    checks = {"cloudwatch_role_arn": lambda text: is_arn(text) if text else None}

    def create(self, call: Call, planned: Values) -> Values:
        """Set the role."""
        _set_role(call, planned["cloudwatch_role_arn"])
        return {"id": call.account_id}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the settings."""
        account = call.client().get_account()
        throttle = account.get("throttleSettings") or {}
        return {
            "api_key_version": account.get("apiKeyVersion"),
            "cloudwatch_role_arn": account.get("cloudwatchRoleArn", ""),
            "features": account.get("features", []),
            "throttle_settings": [
                {"burst_limit": throttle.get("burstLimit"), "rate_limit": throttle.get("rateLimit")}
            ],
        }

    def update(self, call: Call, change: Change) -> None:
        """Set the role."""
        _set_role(call, change.planned["cloudwatch_role_arn"])

    def delete(self, call: Call, state: Values) -> None:
        """Take the role away; the settings themselves are always there."""
        _set_role(call, None)


def _set_role(call: Call, role_arn: str | None) -> None:
    operations = [replace("/cloudwatchRoleArn", role_arn or None)]

    def is_set() -> bool:
        try:
            call.client().update_account(patchOperations=operations)
        except Exception as failure:
            if not any(text in str(failure) for text in _ROLE_NOT_READY):
                raise
            return False
        return True

    call.wait(
        is_set,
        awaited=f"API Gateway to be able to use the role {role_arn}",
        operation="propagation",
        timeout=_ROLE_SETTLES_SECONDS,
    )
