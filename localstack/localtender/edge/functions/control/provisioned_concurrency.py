"""Provisioned concurrency: environments that are ready before anybody calls.

https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html; messages as recorded from
AWS in LocalStack's ``tests/aws/services/lambda_/test_lambda_api.snapshot.json``
(TestLambdaProvisionedConcurrency).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.configuration import modification_date
from localtender.edge.functions.control.paging import page
from localtender.edge.functions.function import ProvisionedConcurrency, require_named
from localtender.edge.functions.names import LATEST

if TYPE_CHECKING:
    from localtender.edge.functions.execution.executor import FunctionExecutor
    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_LEAST_UNRESERVED = 100
_NOT_PUBLISHED = "The function resource provided must be an alias or a published version."


class ProvisionedConcurrencyOperations:
    """Put/Get/Delete ProvisionedConcurrencyConfig and ListProvisionedConcurrencyConfigs."""

    def __init__(
        self, registry: FunctionRegistry, executor: FunctionExecutor, account_concurrency: int
    ) -> None:
        self._registry = registry
        self._executor = executor
        self._account_concurrency = account_concurrency

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "PutProvisionedConcurrencyConfig": self.put,
            "GetProvisionedConcurrencyConfig": self.get,
            "DeleteProvisionedConcurrencyConfig": self.delete,
            "ListProvisionedConcurrencyConfigs": self.list,
        }

    async def put(self, caller: Caller, parameters: Parameters) -> Parameters:
        """PutProvisionedConcurrencyConfig: environments start at once, in the background."""
        reference, function = self._published(
            caller,
            parameters,
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
        )
        qualifier = reference.qualifier or LATEST
        _check_others(function, qualifier)
        wanted: int = parameters["ProvisionedConcurrentExecutions"]
        self._check_limits(function, wanted)
        kept = ProvisionedConcurrency(wanted, modification_date())
        function.provisioned[qualifier] = kept
        self.reconcile(function)
        return {
            "RequestedProvisionedConcurrentExecutions": wanted,
            "AllocatedProvisionedConcurrentExecutions": 0,
            "AvailableProvisionedConcurrentExecutions": 0,
            "Status": "IN_PROGRESS",
            "LastModified": kept.last_modified,
        }

    async def get(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetProvisionedConcurrencyConfig."""
        reference, function = self._published(caller, parameters, _NOT_PUBLISHED)
        kept = function.provisioned.get(reference.qualifier or LATEST)
        if kept is None:
            raise errors.provisioned_concurrency_not_found()
        return self._document(function, reference, kept)

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """DeleteProvisionedConcurrencyConfig: no error when there is none."""
        reference, function = self._published(caller, parameters, _NOT_PUBLISHED)
        if function.provisioned.pop(reference.qualifier or LATEST, None) is not None:
            self.reconcile(function)
        return {}

    async def list(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListProvisionedConcurrencyConfigs."""
        reference = self._registry.reference(caller, parameters["FunctionName"]).qualified(None)
        function = self._registry.get(reference)
        found = []
        for qualifier, kept in function.provisioned.items():
            qualified = reference.qualified(qualifier)
            document = self._document(function, qualified, kept)
            found.append({"FunctionArn": qualified.arn, **document})
        shown, marker = page(found, parameters)
        return {"ProvisionedConcurrencyConfigs": shown, "NextMarker": marker}

    def reconcile(self, function: Function) -> None:
        """Give every version the environments that it and the aliases that name it ask for."""
        wanted = function.provisioned_by_version()
        for version, configuration in function.versions.items():
            self._executor.provision(configuration, wanted.get(version, 0))

    def _published(
        self, caller: Caller, parameters: Parameters, otherwise: str
    ) -> tuple[FunctionReference, Function]:
        """The version or alias asked for; `otherwise` is said of what is not published."""
        reference = self._registry.reference(
            caller, parameters["FunctionName"], parameters.get("Qualifier")
        )
        if reference.qualifier in (None, LATEST):
            raise errors.invalid_parameter(otherwise)
        function = self._registry.find(reference)
        require_named(function, reference)
        if function is None:
            raise errors.function_not_found(reference.arn)
        alias = function.aliases.get(reference.qualifier or "")
        if alias is not None and alias.version == LATEST:
            raise errors.invalid_parameter(otherwise)
        return reference, function

    def _document(
        self, function: Function, reference: FunctionReference, kept: ProvisionedConcurrency
    ) -> Parameters:
        version = function.configuration(reference.qualifier)
        running, failure = self._executor.provisioned(version)
        allocated = min(running, kept.requested)
        document: Parameters = {
            "RequestedProvisionedConcurrentExecutions": kept.requested,
            "AllocatedProvisionedConcurrentExecutions": allocated,
            "AvailableProvisionedConcurrentExecutions": allocated,
            "Status": "READY" if allocated == kept.requested else "IN_PROGRESS",
            "LastModified": kept.last_modified,
        }
        if failure is not None and allocated < kept.requested:
            document |= {"Status": "FAILED", "StatusReason": failure}
        return document

    def _check_limits(self, function: Function, wanted: int) -> None:
        reserved = function.reserved_concurrency
        if reserved is not None and wanted > reserved:
            raise errors.invalid_parameter(
                "Requested Provisioned Concurrency should not be greater than the "
                "reservedConcurrentExecution for function"
            )
        reference = function.reference
        free = self._account_concurrency - self._registry.reserved_total(
            reference.account_id, reference.region
        )
        if reserved is None and wanted > free:
            raise errors.invalid_parameter_untyped(
                "Specified ConcurrentExecutions for function is greater than account's "
                f"unreserved concurrency [{free}]."
            )
        if reserved is None and free - wanted < _LEAST_UNRESERVED:
            raise errors.invalid_parameter_untyped(
                "Specified ConcurrentExecutions for function decreases account's "
                f"UnreservedConcurrentExecution below its minimum value of [{_LEAST_UNRESERVED}]."
            )


def _check_others(function: Function, qualifier: str) -> None:
    """A version is provisioned by itself or through one alias."""
    alias = function.aliases.get(qualifier)
    if alias is not None:
        if alias.version in function.provisioned:
            raise errors.conflict(
                "Alias can't be used for Provisioned Concurrency configuration on an already "
                "Provisioned version"
            )
    elif any(
        other.version == qualifier and name in function.provisioned
        for name, other in function.aliases.items()
    ):
        raise errors.conflict("Version is pointed by a Provisioned Concurrency alias")
