"""AWS Lambda: how functions are invoked asynchronously, and environments kept ready for them.

Arguments, defaults, replace rules and import ids follow the documentation of
``aws_lambda_function_event_invoke_config`` and ``aws_lambda_provisioned_concurrency_config``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Structure, request_of
from localtender.provider.call import Call
from localtender.provider.checks import at_least, between, is_arn, length
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import OperationError
from localtender.provider.resources.lambda_function_states import with_usable_role
from localtender.provider.resources.lambda_names import (
    NOT_FOUND,
    function_key,
    qualifier_of,
    same_function,
)
from localtender.provider.values import Values

_DESTINATIONS: Final = Structure(
    "DestinationConfig",
    {
        "on_failure": Structure("OnFailure", {"destination": "Destination"}),
        "on_success": Structure("OnSuccess", {"destination": "Destination"}),
    },
)


class FunctionEventInvokeConfig(Resource):
    """``aws_lambda_function_event_invoke_config``; its id is ``FUNCTION[:QUALIFIER]``."""

    type_name = "aws_lambda_function_event_invoke_config"
    service = "lambda"
    gone = NOT_FOUND
    replaces = ("function_name", "qualifier")
    defaults = {"maximum_retry_attempts": 2}
    equivalent = {"function_name": same_function}
    checks = {
        "destination_config.on_failure.destination": is_arn,
        "destination_config.on_success.destination": is_arn,
        "function_name": length(1, 256),
        "maximum_event_age_in_seconds": between(60, 21_600),
        "maximum_retry_attempts": between(0, 2),
        "qualifier": length(1, 128),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Put the settings."""
        self._put(call, planned)
        name, qualifier = planned["function_name"], planned["qualifier"]
        return {"id": f"{name}:{qualifier}" if qualifier else name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the settings."""
        qualifier = state["qualifier"]
        key = function_key(state["function_name"], qualifier)
        answer = call.client().get_function_event_invoke_config(**key)
        blocks = _DESTINATIONS.state(answer.get("DestinationConfig"))
        return {
            "destination_config": [block for block in blocks if any(block.values())],
            "maximum_event_age_in_seconds": answer.get("MaximumEventAgeInSeconds"),
            "maximum_retry_attempts": answer.get("MaximumRetryAttempts", 2),
            "qualifier": qualifier,
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the settings anew: what they leave out goes back to its default."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Take the settings away."""
        key = function_key(state["function_name"], state["qualifier"])
        call.client().delete_function_event_invoke_config(**key)

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``FUNCTION``, ``FUNCTION:QUALIFIER`` or an ARN of them apart."""
        qualifier = qualifier_of(identifier)
        name = identifier.removesuffix(f":{qualifier}") if qualifier else identifier
        return {"id": identifier, "function_name": name, "qualifier": qualifier}

    def _put(self, call: Call, planned: Values) -> None:
        # A destination is checked against the function's role, which may have come just now.
        with_usable_role(
            call,
            call.client().put_function_event_invoke_config,
            **function_key(planned["function_name"], planned["qualifier"]),
            MaximumRetryAttempts=planned["maximum_retry_attempts"],
            **request_of(
                planned,
                {
                    "destination_config": _DESTINATIONS,
                    "maximum_event_age_in_seconds": "MaximumEventAgeInSeconds",
                },
            ),
        )


class ProvisionedConcurrencyConfig(Resource):
    """``aws_lambda_provisioned_concurrency_config``; its id is ``FUNCTION,QUALIFIER``."""

    type_name = "aws_lambda_provisioned_concurrency_config"
    service = "lambda"
    gone = ("ProvisionedConcurrencyConfigNotFoundException", *NOT_FOUND)
    replaces = ("function_name", "qualifier")
    defaults = {"skip_destroy": False}
    checks = {
        "function_name": length(1, 256),
        "provisioned_concurrent_executions": at_least(1),
        "qualifier": length(1, 128),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Ask for environments and wait until they are ready."""
        identity = {"id": f"{planned['function_name']},{planned['qualifier']}"}
        self._put(call, planned)
        call.created(identity)
        self._wait_until_ready(call, planned, "create")
        return identity

    def read(self, call: Call, state: Values) -> Values | None:
        """Read how many are wanted."""
        name, _, qualifier = state["id"].partition(",")
        answer = call.client().get_provisioned_concurrency_config(
            FunctionName=name, Qualifier=qualifier
        )
        return {
            "function_name": name,
            "provisioned_concurrent_executions": answer["RequestedProvisionedConcurrentExecutions"],
            "qualifier": qualifier,
        }

    def update(self, call: Call, change: Change) -> None:
        """Ask for another number and wait until they are ready."""
        if change.has("provisioned_concurrent_executions"):
            self._put(call, change.planned)
            self._wait_until_ready(call, change.planned, "update")

    def delete(self, call: Call, state: Values) -> None:
        """Let the environments go, unless they are to be kept."""
        if not state["skip_destroy"]:
            call.client().delete_provisioned_concurrency_config(
                FunctionName=state["function_name"], Qualifier=state["qualifier"]
            )

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``FUNCTION,QUALIFIER`` apart."""
        name, _, qualifier = identifier.partition(",")
        if not name or not qualifier:
            raise OperationError(
                f"unexpected format of the import id {identifier!r}, expected FUNCTION,QUALIFIER"
            )
        return {"id": identifier}

    def _put(self, call: Call, planned: Values) -> None:
        call.client().put_provisioned_concurrency_config(
            FunctionName=planned["function_name"],
            Qualifier=planned["qualifier"],
            ProvisionedConcurrentExecutions=planned["provisioned_concurrent_executions"],
        )

    def _wait_until_ready(self, call: Call, planned: Values, operation: str) -> None:
        name, qualifier = planned["function_name"], planned["qualifier"]

        def is_ready() -> bool:
            answer = call.client().get_provisioned_concurrency_config(
                FunctionName=name, Qualifier=qualifier
            )
            if answer["Status"] == "FAILED":
                reason = answer.get("StatusReason", "no reason given")
                raise OperationError(f"provisioned concurrency of {name}:{qualifier}: {reason}")
            return bool(answer["Status"] == "READY")

        call.wait(
            is_ready,
            awaited=f"provisioned concurrency of {name}:{qualifier} to be READY",
            operation=operation,
        )
