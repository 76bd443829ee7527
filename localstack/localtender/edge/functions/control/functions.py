"""Functions: create, update, delete.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html and its neighbours; details
of the answers follow those recorded from AWS in LocalStack's
``tests/aws/services/lambda_/test_lambda_api.snapshot.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.control.attached_layers import attached_layers
from localtender.edge.functions.control.configuration_input import (
    configuration_changes,
    new_configuration,
)
from localtender.edge.functions.control.versions import publish
from localtender.edge.functions.function import Function
from localtender.edge.functions.names import LATEST, is_function_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.edge.functions.control.uploaded_code import UploadedCode
    from localtender.edge.functions.execution.credentials import ExecutionRoles
    from localtender.edge.functions.execution.executor import FunctionExecutor
    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.functions.layer import LayerRegistry
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_BEING_CREATED = "The function is being created."


class FunctionOperations:
    """What changes functions: create, update code and configuration, delete."""

    def __init__(
        self,
        *,
        registry: FunctionRegistry,
        code: UploadedCode,
        roles: ExecutionRoles,
        executor: FunctionExecutor,
        runtimes: Sequence[str],
        layers: LayerRegistry,
    ) -> None:
        self._layers = layers
        self._registry = registry
        self._code = code
        self._roles = roles
        self._executor = executor
        self._runtimes = runtimes

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "CreateFunction": self.create,
            "UpdateFunctionCode": self.update_code,
            "UpdateFunctionConfiguration": self.update_configuration,
            "DeleteFunction": self.delete,
        }

    async def create(self, caller: Caller, parameters: Parameters) -> Parameters:
        """CreateFunction."""
        name = parameters["FunctionName"]
        reference = self._registry.reference(caller, name)
        if not is_function_name(reference.name) or reference.qualifier:
            raise errors.validation(
                f"Value '{name}' at 'functionName' failed to satisfy constraint: "
                "Member must have length less than or equal to 64"
            )
        if self._registry.find(reference) is not None:
            raise errors.conflict(f"Function already exist: {reference.name}")
        configuration = new_configuration(reference, parameters, self._runtimes)
        await self._roles.check(
            configuration.role, account_id=caller.account_id, region=caller.region
        )
        layers = attached_layers(self._layers, caller, parameters.get("Layers") or ())
        identity = await self._code.add(caller, parameters["Code"])
        if self._registry.find(reference) is not None:
            raise errors.conflict(f"Function already exist: {reference.name}")
        function = Function(configuration.revised(code=identity, layers=layers))
        function.tags.update(parameters.get("Tags") or {})
        self._registry.add(function)
        answered = publish(function) if parameters.get("Publish") else function.latest
        document = answered.to_api()
        del document["LastUpdateStatus"]
        return {
            **document,
            "State": "Pending",
            "StateReason": _BEING_CREATED,
            "StateReasonCode": "Creating",
        }

    async def update_code(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UpdateFunctionCode."""
        function = self._to_change(caller, parameters)
        if parameters.get("ImageUri"):
            raise errors.invalid_parameter(
                "Localtender does not run container images; give the function a zip archive."
            )
        identity = await self._code.add(caller, parameters)
        changes: dict[str, Any] = {"code": identity}
        if parameters.get("Architectures"):
            changes["architectures"] = tuple(parameters["Architectures"])
        if parameters.get("DryRun"):
            return function.latest.revised(**changes).to_api()
        function.latest = function.latest.revised(**changes)
        answered = publish(function) if parameters.get("Publish") else function.latest
        return _in_progress(answered)

    async def update_configuration(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UpdateFunctionConfiguration."""
        function = self._to_change(caller, parameters)
        changes = configuration_changes(function.latest, parameters, self._runtimes)
        if "role" in changes:
            await self._roles.check(
                changes["role"], account_id=caller.account_id, region=caller.region
            )
        if parameters.get("Layers") is not None:
            changes["layers"] = attached_layers(self._layers, caller, parameters["Layers"])
        function.latest = function.latest.revised(**changes)
        return _in_progress(function.latest)

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """DeleteFunction: the function with all that hangs on it, or one version."""
        reference = self._registry.reference(
            caller, parameters["FunctionName"], parameters.get("Qualifier")
        )
        qualifier = reference.qualifier
        if qualifier == LATEST:
            raise errors.invalid_parameter(
                "$LATEST version cannot be deleted without deleting the function."
            )
        function = self._registry.get(reference, named=reference.unqualified_arn)
        if qualifier is None:
            self._registry.remove(reference)
        elif qualifier in function.aliases or not qualifier.isdigit():
            raise errors.invalid_parameter("Deletion of aliases is not currently supported.")
        else:
            _refuse_if_aliased(function, qualifier)
            function.versions.pop(qualifier, None)
        self._executor.retire(reference)
        return {"StatusCode": 204}

    def _to_change(self, caller: Caller, parameters: Parameters) -> Function:
        reference = self._registry.reference(caller, parameters["FunctionName"])
        if reference.qualifier not in (None, LATEST):
            raise errors.invalid_parameter(
                "This operation is permitted on Lambda functions only. Aliases and versions do not "
                "support this operation. Please specify either a function name or an unqualified "
                "function ARN."
            )
        function = self._registry.get(reference, named=reference.unqualified_arn)
        revision_id = parameters.get("RevisionId")
        if revision_id and revision_id != function.latest.revision_id:
            raise errors.precondition_failed()
        return function


def _in_progress(configuration: FunctionConfiguration) -> Parameters:
    return {
        **configuration.to_api(),
        "LastUpdateStatus": "InProgress",
        "LastUpdateStatusReason": _BEING_CREATED,
        "LastUpdateStatusReasonCode": "Creating",
    }


def _refuse_if_aliased(function: Function, version: str) -> None:
    naming = [alias for alias in function.aliases.values() if alias.version == version]
    if naming:
        names = ", ".join(str(alias.reference.qualifier) for alias in naming)
        raise errors.conflict(
            f"Version {version} of function {function.reference.name} cannot be deleted because "
            f"it is used by alias {names}"
        )
