"""Smaller settings of a function: code signing, recursion detection, runtime management.

Recursion detection and runtime updates have no effect here; what is set is kept and given back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.names import LATEST

if TYPE_CHECKING:
    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters


class FunctionSettingsOperations:
    """GetFunctionCodeSigningConfig, recursion and runtime management configurations."""

    def __init__(self, registry: FunctionRegistry) -> None:
        self._registry = registry

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "GetFunctionCodeSigningConfig": self.get_code_signing,
            "GetFunctionRecursionConfig": self.get_recursion,
            "PutFunctionRecursionConfig": self.put_recursion,
            "GetRuntimeManagementConfig": self.get_runtime_management,
            "PutRuntimeManagementConfig": self.put_runtime_management,
        }

    async def get_code_signing(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetFunctionCodeSigningConfig: no function has one here; AWS answers nothing then."""
        self._function(caller, parameters)
        return {}

    async def get_recursion(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetFunctionRecursionConfig."""
        _, function = self._function(caller, parameters)
        return {"RecursiveLoop": function.recursive_loop}

    async def put_recursion(self, caller: Caller, parameters: Parameters) -> Parameters:
        """PutFunctionRecursionConfig."""
        _, function = self._function(caller, parameters)
        function.recursive_loop = parameters["RecursiveLoop"]
        return {"RecursiveLoop": function.recursive_loop}

    async def get_runtime_management(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetRuntimeManagementConfig."""
        reference, function = self._function(caller, parameters)
        kept = function.runtime_management.get(reference.qualifier or LATEST, {})
        return {"UpdateRuntimeOn": "Auto", **kept, "FunctionArn": reference.arn}

    async def put_runtime_management(self, caller: Caller, parameters: Parameters) -> Parameters:
        """PutRuntimeManagementConfig."""
        reference, function = self._function(caller, parameters)
        update_on, version_arn = parameters["UpdateRuntimeOn"], parameters.get("RuntimeVersionArn")
        if (update_on == "Manual") != bool(version_arn):
            raise errors.invalid_parameter(
                "You must specify a runtime version ARN if and only if you use the Manual runtime "
                "update mode."
            )
        kept = {"UpdateRuntimeOn": update_on, "RuntimeVersionArn": version_arn}
        function.runtime_management[reference.qualifier or LATEST] = kept
        return {**kept, "FunctionArn": reference.arn}

    def _function(
        self, caller: Caller, parameters: Parameters
    ) -> tuple[FunctionReference, Function]:
        reference = self._registry.reference(
            caller, parameters["FunctionName"], parameters.get("Qualifier")
        )
        function = self._registry.get(reference)
        function.configuration(reference.qualifier)
        return reference, function
