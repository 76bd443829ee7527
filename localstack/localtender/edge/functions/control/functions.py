"""Functions: create, read, update, delete.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html and its neighbours; details
of the answers follow those recorded from AWS in LocalStack's
``tests/aws/services/lambda_/test_lambda_api.snapshot.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.code import hexadecimal_name
from localtender.edge.functions.control.attached_layers import attached_layers
from localtender.edge.functions.control.configuration_input import (
    configuration_changes,
    new_configuration,
)
from localtender.edge.functions.control.paging import page
from localtender.edge.functions.control.versions import publish
from localtender.edge.functions.function import Function
from localtender.edge.functions.names import LATEST, is_function_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from localtender.edge.functions.code import CodeStore
    from localtender.edge.functions.configuration import CodeIdentity, FunctionConfiguration
    from localtender.edge.functions.execution.credentials import ExecutionRoles
    from localtender.edge.functions.execution.executor import FunctionExecutor
    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.functions.layer import LayerRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_BEING_CREATED = "The function is being created."
_NOT_LISTED = ("State", "LastUpdateStatus", "RuntimeVersionConfig")


class FunctionOperations:
    """The operations on functions: create, read, list, update code and configuration, delete."""

    def __init__(
        self,
        *,
        registry: FunctionRegistry,
        code: CodeStore,
        roles: ExecutionRoles,
        executor: FunctionExecutor,
        runtimes: Sequence[str],
        endpoint_url: str,
        fetch_object: Callable[[Caller, dict[str, Any]], Awaitable[bytes]],
        layers: LayerRegistry,
    ) -> None:
        self._layers = layers
        self._registry = registry
        self._code = code
        self._roles = roles
        self._executor = executor
        self._runtimes = runtimes
        self._endpoint_url = endpoint_url
        self._fetch_object = fetch_object

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "CreateFunction": self.create,
            "GetFunction": self.get,
            "GetFunctionConfiguration": self.get_configuration,
            "ListFunctions": self.list,
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
        identity = await self._add_code(caller, parameters["Code"])
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

    async def get(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetFunction."""
        reference, function, configuration = self._read(caller, parameters)
        location = (
            f"{self._endpoint_url}/_localtender/functions/code/"
            f"{hexadecimal_name(configuration.code)}.zip"
        )
        document: Parameters = {
            "Configuration": configuration.to_api(arn=reference.arn),
            "Code": {"RepositoryType": "S3", "Location": location},
        }
        if function.tags:
            document["Tags"] = dict(function.tags)
        if function.reserved_concurrency is not None:
            document["Concurrency"] = {
                "ReservedConcurrentExecutions": function.reserved_concurrency
            }
        return document

    async def get_configuration(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetFunctionConfiguration."""
        reference, _, configuration = self._read(caller, parameters)
        return configuration.to_api(arn=reference.arn)

    async def list(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListFunctions: a subset of each configuration's fields, as AWS documents it."""
        configurations = []
        for function in self._registry.all(caller.account_id, caller.region):
            if parameters.get("FunctionVersion") == "ALL":
                latest = function.latest
                configurations.append(_listed(latest, latest.reference.qualified(LATEST).arn))
                configurations += [_listed(version) for version in function.versions.values()]
            else:
                configurations.append(_listed(function.latest))
        shown, marker = page(configurations, parameters)
        return {"Functions": shown, "NextMarker": marker}

    async def update_code(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UpdateFunctionCode."""
        function = self._to_change(caller, parameters)
        if parameters.get("ImageUri"):
            raise errors.invalid_parameter(
                "Localtender does not run container images; give the function a zip archive."
            )
        source = {key: parameters.get(key) for key in ("ZipFile", *_OBJECT_KEYS)}
        identity = await self._add_code(caller, source)
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

    def _read(
        self, caller: Caller, parameters: Parameters
    ) -> tuple[FunctionReference, Function, FunctionConfiguration]:
        reference = self._registry.reference(
            caller, parameters["FunctionName"], parameters.get("Qualifier")
        )
        function = self._registry.get(reference)
        return reference, function, function.configuration(reference.qualifier)

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

    async def _add_code(self, caller: Caller, source: dict[str, Any]) -> CodeIdentity:
        archive: bytes | None = source.get("ZipFile")
        if archive is None:
            if not source.get("S3Bucket") or not source.get("S3Key"):
                raise errors.invalid_parameter(
                    "Please provide a source for function code: ZipFile, or S3Bucket and S3Key."
                )
            archive = await self._fetch_object(caller, source)
        return await self._code.add(archive)


_OBJECT_KEYS = ("S3Bucket", "S3Key", "S3ObjectVersion")


def _in_progress(configuration: FunctionConfiguration) -> Parameters:
    return {
        **configuration.to_api(),
        "LastUpdateStatus": "InProgress",
        "LastUpdateStatusReason": _BEING_CREATED,
        "LastUpdateStatusReasonCode": "Creating",
    }


def _listed(configuration: FunctionConfiguration, arn: str | None = None) -> Parameters:
    document = configuration.to_api(arn=arn)
    for name in _NOT_LISTED:
        document.pop(name, None)
    return document


def _refuse_if_aliased(function: Function, version: str) -> None:
    naming = [alias for alias in function.aliases.values() if alias.version == version]
    if naming:
        names = ", ".join(str(alias.reference.qualifier) for alias in naming)
        raise errors.conflict(
            f"Version {version} of function {function.reference.name} cannot be deleted because "
            f"it is used by alias {names}"
        )
