"""Lambda's API as a whole: every operation checked, followed and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from localtender.edge.functions import errors
from localtender.edge.functions.control.account_access import check_account
from localtender.edge.functions.control.constraints import check_input
from localtender.edge.functions.control.invoke import current_request
from localtender.edge.protocol.service import RestJsonService

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.functions.persistence import FunctionsState
    from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
    from localtender.edge.protocol.models import ServiceModels
    from localtender.edge.protocol.service import Operation, Parameters

_CHANGES_WHAT_CAN_BE_CALLED = frozenset(
    {
        "CreateFunction",
        "UpdateFunctionCode",
        "DeleteFunction",
        "PublishVersion",
        "CreateAlias",
        "UpdateAlias",
        "DeleteAlias",
    }
)
_TAKES_CODE = ("CreateFunction", "UpdateFunctionCode", "PublishLayerVersion")
_MAXIMUM_REQUEST_BYTES = 70_167_211


class Subject(Protocol):
    """The operations of one subject of the API."""

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        ...


class ControlPlane:
    """Serves the Lambda API from the operations of its subjects.

    What a call changes is saved before it is answered, and `changed` is told of every function
    whose versions or aliases it concerned.
    """

    def __init__(
        self,
        subjects: Iterable[Subject],
        *,
        registry: FunctionRegistry,
        state: FunctionsState,
        models: ServiceModels,
        changed: Callable[[FunctionReference], Awaitable[None]],
    ) -> None:
        self._registry = registry
        self._state = state
        self._model = models.get("lambda")
        self._changed = changed
        operations: dict[str, Operation] = {}
        for subject in subjects:
            for name, operation in subject.operations().items():
                operations[name] = self._checked(name, self._followed(name, operation))
        self._service = RestJsonService("lambda", operations, models)

    async def handle(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        """Answer a request of the Lambda API, Invoke included."""
        token = current_request.set(request)
        try:
            return await self._service.handle(request, caller)
        finally:
            current_request.reset(token)

    def _checked(self, name: str, operation: Operation) -> Operation:
        shape = self._model.operation_model(name).input_shape

        async def checked(caller: Caller, parameters: Parameters) -> Parameters:
            _check_size(name)
            if shape is not None:
                check_input(shape, parameters)
            function_name = parameters.get("FunctionName")
            if function_name:
                qualifier = parameters.get("Qualifier")
                check_account(self._registry, caller, function_name, qualifier, name)
            return await operation(caller, parameters)

        return checked

    def _followed(self, name: str, operation: Operation) -> Operation:
        async def followed(caller: Caller, parameters: Parameters) -> Parameters:
            answer = await operation(caller, parameters)
            self._state.save_after(name)
            if name in _CHANGES_WHAT_CAN_BE_CALLED:
                await self._changed(self._registry.reference(caller, parameters["FunctionName"]))
            return answer

        return followed


def _check_size(operation: str) -> None:
    """Raise RequestEntityTooLargeException for a request with too much code in it.

    The limit is the one recorded in LocalStack's
    ``tests/aws/services/lambda_/test_lambda_api.snapshot.json`` (TestLambdaSizeLimits).
    """
    request = current_request.get()
    if request is None or operation not in _TAKES_CODE:
        return
    if len(request.body) > _MAXIMUM_REQUEST_BYTES:
        raise errors.too_large(
            f"Request must be smaller than {_MAXIMUM_REQUEST_BYTES} bytes for the {operation} "
            "operation"
        )
