"""Reserved concurrency and the account's settings.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html; messages as recorded
from AWS in LocalStack's ``tests/aws/services/lambda_/test_lambda_api.snapshot.json``
(TestLambdaReservedConcurrency, TestLambdaAccountSettings).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.code import MAXIMUM_UNZIPPED_BYTES, MAXIMUM_ZIPPED_BYTES
from localtender.edge.functions.names import LATEST

if TYPE_CHECKING:
    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.functions.layer import LayerRegistry
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_LEAST_UNRESERVED = 100


class ConcurrencyOperations:
    """Put/Get/DeleteFunctionConcurrency and GetAccountSettings."""

    def __init__(
        self, registry: FunctionRegistry, layers: LayerRegistry, account_concurrency: int
    ) -> None:
        self._registry = registry
        self._layers = layers
        self._account_concurrency = account_concurrency

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "PutFunctionConcurrency": self.put,
            "GetFunctionConcurrency": self.get,
            "DeleteFunctionConcurrency": self.delete,
            "GetAccountSettings": self.account_settings,
        }

    async def put(self, caller: Caller, parameters: Parameters) -> Parameters:
        """PutFunctionConcurrency."""
        function = self._function(caller, parameters, named=LATEST)
        wanted: int = parameters["ReservedConcurrentExecutions"]
        others = self._registry.reserved_total(caller.account_id, caller.region)
        others -= function.reserved_concurrency or 0
        if wanted and self._account_concurrency - others - wanted < _LEAST_UNRESERVED:
            raise errors.invalid_parameter_untyped(
                "Specified ReservedConcurrentExecutions for function decreases account's "
                f"UnreservedConcurrentExecution below its minimum value of [{_LEAST_UNRESERVED}]."
            )
        provisioned = sum(kept.requested for kept in function.provisioned.values())
        if wanted < provisioned:
            raise errors.invalid_parameter(
                f"ReservedConcurrentExecutions  {wanted} should not be lower than function's total "
                f"provisioned concurrency [{provisioned}]."
            )
        function.reserved_concurrency = wanted
        return {"ReservedConcurrentExecutions": wanted}

    async def get(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetFunctionConcurrency."""
        return {
            "ReservedConcurrentExecutions": self._function(caller, parameters).reserved_concurrency
        }

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """DeleteFunctionConcurrency."""
        self._function(caller, parameters).reserved_concurrency = None
        return {}

    async def account_settings(self, caller: Caller, parameters: Parameters) -> Parameters:  # noqa: ARG002
        """GetAccountSettings: the default quotas, and what is used of them."""
        functions = self._registry.all(caller.account_id, caller.region)
        reserved = self._registry.reserved_total(caller.account_id, caller.region)
        versions = [
            version
            for function in functions
            for version in (function.latest, *function.versions.values())
        ]
        stored = [version.code.size for version in versions] + [
            version.code.size
            for layer in self._layers.all(caller.account_id, caller.region)
            for version in layer.versions.values()
        ]
        return {
            "AccountLimit": {
                "TotalCodeSize": 80_530_636_800,
                "CodeSizeUnzipped": MAXIMUM_UNZIPPED_BYTES,
                "CodeSizeZipped": MAXIMUM_ZIPPED_BYTES,
                "ConcurrentExecutions": self._account_concurrency,
                "UnreservedConcurrentExecutions": self._account_concurrency - reserved,
            },
            "AccountUsage": {
                "TotalCodeSize": sum(stored),
                "FunctionCount": len(functions),
            },
        }

    def _function(
        self, caller: Caller, parameters: Parameters, named: str | None = None
    ) -> Function:
        reference = self._registry.reference(caller, parameters["FunctionName"])
        if reference.qualifier:
            raise errors.functions_only()
        return self._registry.get(reference, named=reference.qualified(named).arn)
