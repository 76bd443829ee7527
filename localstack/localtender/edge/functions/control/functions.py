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
from localtender.edge.functions.control.tags import check_tag_count
from localtender.edge.functions.control.versions import publish
from localtender.edge.functions.function import Function
from localtender.edge.functions.names import LATEST, MAXIMUM_NAME_LENGTH, is_function_name

if TYPE_CHECKING:
    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.edge.functions.control.execution_role_trust import ExecutionRoleTrust
    from localtender.edge.functions.control.network import Networks
    from localtender.edge.functions.control.runtimes import Runtimes
    from localtender.edge.functions.control.uploaded_code import UploadedCode
    from localtender.edge.functions.execution.executor import FunctionExecutor
    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.functions.layer import LayerRegistry
    from localtender.edge.functions.names import FunctionReference
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
        roles: ExecutionRoleTrust,
        networks: Networks,
        executor: FunctionExecutor,
        runtimes: Runtimes,
        layers: LayerRegistry,
    ) -> None:
        self._layers = layers
        self._registry = registry
        self._code = code
        self._roles = roles
        self._networks = networks
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
        reference = self._new_reference(caller, parameters["FunctionName"])
        self._refuse_taken(reference)
        configuration = new_configuration(reference, parameters, self._runtimes)
        tags = parameters.get("Tags") or {}
        check_tag_count(tags)
        await self._roles.check(configuration.role, caller)
        changes = await self._looked_up(caller, parameters, configuration)
        layers = attached_layers(self._layers, caller, parameters.get("Layers") or ())
        identity = await self._code.add(caller, parameters["Code"])
        self._code.check_combined(identity, layers)
        self._refuse_taken(reference)
        function = Function(configuration.revised(**changes, code=identity, layers=layers))
        function.tags.update(tags)
        self._registry.add(function)
        created = function.latest
        function.latest = created.renewed()
        if parameters.get("Publish"):
            published = publish(function)
            return {**_pending(created), "Version": published.version}
        return _pending(created)

    async def update_code(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UpdateFunctionCode."""
        function = self._to_change(caller, parameters)
        if parameters.get("ImageUri"):
            raise errors.invalid_parameter(
                "Please don't provide ImageUri when updating a function with packageType Zip."
            )
        identity = await self._code.add(caller, parameters)
        self._code.check_combined(identity, function.latest.layers)
        changes: dict[str, Any] = {"code": identity}
        if parameters.get("Architectures"):
            changes["architectures"] = tuple(parameters["Architectures"])
        if parameters.get("DryRun"):
            return function.latest.revised(**changes).to_api()
        updated = function.latest.revised(**changes)
        function.latest = updated.renewed()
        if not parameters.get("Publish"):
            return _in_progress(updated)
        last = function.last_version
        published = publish(function)
        return _pending(published) if function.last_version > last else published.to_api()

    async def update_configuration(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UpdateFunctionConfiguration."""
        function = self._to_change(caller, parameters)
        changes = configuration_changes(function.latest, parameters, self._runtimes)
        if "role" in changes:
            await self._roles.check(changes["role"], caller)
        changes |= await self._looked_up(caller, parameters, function.latest.changed(**changes))
        if parameters.get("Layers") is not None:
            changes["layers"] = attached_layers(self._layers, caller, parameters["Layers"])
            self._code.check_combined(function.latest.code, changes["layers"])
        updated = function.latest.revised(**changes)
        function.latest = updated.renewed()
        return _in_progress(updated)

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
            function.forget(qualifier)
        self._executor.retire(reference)
        return {"StatusCode": 204}

    def _new_reference(self, caller: Caller, name: str) -> FunctionReference:
        reference = self._registry.reference(caller, name)
        if reference.qualifier or not is_function_name(reference.name):
            # Recorded in test_function_arns: of a bare name, this is no ValidationException.
            raise errors.invalid_parameter(
                errors.validation_text(
                    [
                        f"Value '{name}' at 'functionName' failed to satisfy constraint: Member "
                        f"must have length less than or equal to {MAXIMUM_NAME_LENGTH}"
                    ]
                )
            )
        return reference

    def _refuse_taken(self, reference: FunctionReference) -> None:
        if self._registry.find(reference) is not None:
            raise errors.conflict(f"Function already exist: {reference.name}")

    async def _looked_up(
        self, caller: Caller, parameters: Parameters, configuration: FunctionConfiguration
    ) -> dict[str, Any]:
        """The changes that need a look at the rest of AWS: the network."""
        if parameters.get("VpcConfig") is None:
            return {}
        network = await self._networks.describe(parameters["VpcConfig"], caller)
        return {"further": {**configuration.further, "VpcConfig": network}}

    def _to_change(self, caller: Caller, parameters: Parameters) -> Function:
        reference = self._registry.reference(caller, parameters["FunctionName"])
        if reference.qualifier not in (None, LATEST):
            raise errors.functions_only()
        function = self._registry.get(reference, named=reference.unqualified_arn)
        revision_id = parameters.get("RevisionId")
        if revision_id and revision_id != function.latest.revision_id:
            raise errors.precondition_failed()
        return function


def _pending(configuration: FunctionConfiguration) -> Parameters:
    document = configuration.to_api()
    del document["LastUpdateStatus"]
    return {
        **document,
        "State": "Pending",
        "StateReason": _BEING_CREATED,
        "StateReasonCode": "Creating",
    }


def _in_progress(configuration: FunctionConfiguration) -> Parameters:
    return {
        **configuration.to_api(),
        "LastUpdateStatus": "InProgress",
        "LastUpdateStatusReason": _BEING_CREATED,
        "LastUpdateStatusReasonCode": "Creating",
    }


def _refuse_if_aliased(function: Function, version: str) -> None:
    naming = [
        alias
        for alias in function.aliases.values()
        if version == alias.version or version in alias.weights
    ]
    if naming:
        names = ", ".join(str(alias.reference.qualifier) for alias in naming)
        raise errors.conflict(
            f"Version {version} of function {function.reference.name} cannot be deleted because "
            f"it is used by alias {names}"
        )
