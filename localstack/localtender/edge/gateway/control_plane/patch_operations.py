"""What is checked of the patch operations of every update before its own rules are asked.

The refusal of an operation that is none is AWS's own wording, as LocalStack's provider has it from
AWS for UpdateRestApi.
"""

from __future__ import annotations

from collections.abc import Mapping

from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_OPERATIONS = ("add", "remove", "move", "test", "replace", "copy")


def with_checked_patches(operations: Mapping[str, Operation]) -> dict[str, Operation]:
    """The operations, of which updates refuse what is no patch operation at all."""
    return {
        name: _checked(name, operation) if name.startswith("Update") else operation
        for name, operation in operations.items()
    }


def _checked(name: str, operation: Operation) -> Operation:
    member = f"{name[0].lower()}{name[1:]}Input"

    async def checked(caller: Caller, parameters: Parameters) -> Parameters:
        for number, patch in enumerate(parameters.get("patchOperations") or (), start=1):
            given = patch.get("op")
            if given is not None and given not in _OPERATIONS:
                raise ServiceError(
                    "ValidationException",
                    f"1 validation error detected: Value '{given}' at "
                    f"'{member}.patchOperations.{number}.member.op' failed to satisfy constraint: "
                    f"Member must satisfy enum value set: [{', '.join(_OPERATIONS)}]",
                )
        return await operation(caller, parameters)

    return checked
