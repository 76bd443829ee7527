"""Settings of asynchronous invocation, for a function, version or alias.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html; messages as recorded
from AWS in LocalStack's ``tests/aws/services/lambda_/test_lambda_api.snapshot.json``
(TestLambdaEventInvokeConfig).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.control.paging import page
from localtender.edge.functions.destinations import SUPPORTED_SERVICES
from localtender.edge.functions.names import LATEST, parse_arn
from localtender.edge.protocol.errors import ServiceError

if TYPE_CHECKING:
    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_NO_FUNCTION = "The function doesn't exist."
_MEMBERS = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")


class EventInvokeOperations:
    """Put/Update/Get/Delete/List FunctionEventInvokeConfig."""

    def __init__(self, registry: FunctionRegistry) -> None:
        self._registry = registry

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "PutFunctionEventInvokeConfig": self.put,
            "UpdateFunctionEventInvokeConfig": self.update,
            "GetFunctionEventInvokeConfig": self.get,
            "DeleteFunctionEventInvokeConfig": self.delete,
            "ListFunctionEventInvokeConfigs": self.list,
        }

    async def put(self, caller: Caller, parameters: Parameters) -> Parameters:
        """PutFunctionEventInvokeConfig: what is not given goes back to its default."""
        reference, function = self._function(caller, parameters)
        return self._keep(reference, function, self._given(reference, parameters))

    async def update(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UpdateFunctionEventInvokeConfig: what is not given stays."""
        reference, function = self._function(caller, parameters)
        kept = _configuration(reference, function)
        return self._keep(reference, function, {**kept, **self._given(reference, parameters)})

    async def get(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetFunctionEventInvokeConfig."""
        reference = self._reference(caller, parameters)
        return dict(_configuration(reference, self._registry.find(reference)))

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """DeleteFunctionEventInvokeConfig."""
        reference = self._reference(caller, parameters)
        function = self._registry.find(reference)
        _configuration(reference, function)
        if function is not None:
            del function.event_invoke[reference.qualifier or LATEST]
        return {}

    async def list(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListFunctionEventInvokeConfigs."""
        reference = self._reference(caller, parameters)
        function = self._registry.find(reference)
        if function is None:
            raise errors.not_found(_NO_FUNCTION)
        shown, marker = page(list(function.event_invoke.values()), parameters)
        return {"FunctionEventInvokeConfigs": shown, "NextMarker": marker}

    def _reference(self, caller: Caller, parameters: Parameters) -> FunctionReference:
        return self._registry.reference(
            caller, parameters["FunctionName"], parameters.get("Qualifier")
        )

    def _function(
        self, caller: Caller, parameters: Parameters
    ) -> tuple[FunctionReference, Function]:
        reference = self._reference(caller, parameters)
        function = self._registry.find(reference)
        if function is None or not function.has(reference.qualifier):
            raise errors.not_found(_NO_FUNCTION)
        return reference, function

    def _keep(
        self, reference: FunctionReference, function: Function, given: dict[str, Any]
    ) -> Parameters:
        destinations = given.get("DestinationConfig") or {}
        kept = {
            **given,
            "LastModified": datetime.now(UTC),
            "FunctionArn": reference.qualified(reference.qualifier or LATEST).arn,
            "DestinationConfig": {
                "OnSuccess": destinations.get("OnSuccess") or {},
                "OnFailure": destinations.get("OnFailure") or {},
            },
        }
        function.event_invoke[reference.qualifier or LATEST] = kept
        return dict(kept)

    def _given(self, reference: FunctionReference, parameters: Parameters) -> dict[str, Any]:
        given = {name: parameters[name] for name in _MEMBERS if parameters.get(name) is not None}
        if not given:
            raise errors.invalid_parameter(
                "You must specify at least one of error handling or destination setting."
            )
        destinations: dict[str, Any] = given.get("DestinationConfig") or {}
        for target in destinations.values():
            arn = target.get("Destination")
            if not arn:
                continue
            if arn.split(":")[2] not in SUPPORTED_SERVICES:
                raise errors.invalid_parameter(
                    f"The provided destination config {_as_recorded(destinations)} is invalid."
                )
            if arn.split(":")[2] == "lambda":
                self._check_function(reference, arn)
        return given

    def _check_function(self, reference: FunctionReference, arn: str) -> None:
        invalid = errors.invalid_parameter(f"The destination ARN {arn} is invalid.")
        try:
            target = parse_arn(arn)
        except ServiceError:
            raise invalid from None
        function = self._registry.find(target)
        if function is None or not function.has(target.qualifier):
            raise invalid
        if target.unqualified_arn == reference.unqualified_arn:
            raise errors.invalid_parameter(
                "You can't specify the function as a destination for itself."
            )


def _as_recorded(destinations: dict[str, Any]) -> str:
    """A DestinationConfig as AWS's messages write it."""

    def member(name: str, kind: str) -> str:
        arn = (destinations.get(kind) or {}).get("Destination")
        return f"{name}={kind}(destination={arn})" if arn else f"{name}=null"

    return (
        f"DestinationConfig({member('onSuccess', 'OnSuccess')}, {member('onFailure', 'OnFailure')})"
    )


def _configuration(reference: FunctionReference, function: Function | None) -> dict[str, Any]:
    key = reference.qualifier or LATEST
    kept = function.event_invoke.get(key) if function is not None else None
    if kept is None:
        raise errors.not_found(
            f"The function {reference.qualified(key).arn} doesn't have an EventInvokeConfig"
        )
    return kept
