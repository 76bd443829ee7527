"""A REST-JSON service of AWS as a set of typed operations."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from localtender.edge.protocol.errors import (
    OperationNotImplementedError,
    ServiceError,
)
from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.protocol.request_parser import parse_request
from localtender.edge.protocol.response_serializer import serialize_error, serialize_output
from localtender.edge.protocol.routing import OperationRouter

Parameters = dict[str, Any]
Operation = Callable[[Caller, Parameters], Awaitable[Parameters]]

_log = logging.getLogger(__name__)


class RestJsonService:
    """Serves a REST-JSON service from botocore's model and functions that do the work.

    Requests are parsed and answers serialised by the model, so an operation takes and returns
    what a boto3 caller writes and reads. An operation that AWS has and the mapping lacks is
    answered with 501 naming it. `keeps_null_entries` hands maps over with their null values, for
    a service to which those mean something.
    """

    def __init__(
        self,
        service_name: str,
        operations: Mapping[str, Operation],
        models: ServiceModels | None = None,
        *,
        keeps_null_entries: bool = False,
    ) -> None:
        self._model = (models or ServiceModels()).get(service_name)
        self._router = OperationRouter(self._model)
        unknown = sorted(set(operations) - set(self._model.operation_names))
        if unknown:
            raise ValueError(f"{service_name} has no operation {', '.join(unknown)}")
        self._operations = dict(operations)
        self._keeps_null_entries = keeps_null_entries

    @property
    def operation_names(self) -> tuple[str, ...]:
        """The operations offered, sorted."""
        return tuple(sorted(self._operations))

    def operation_name(self, request: HttpRequest) -> str | None:
        """The operation a request names, or None."""
        match = self._router.match(request.method, request.raw_path, request.query)
        return None if match is None else match.operation.name

    async def handle(self, request: HttpRequest, caller: Caller) -> HttpResponse:
        """Answer one control-plane request; every failure is an AWS error, never an exception."""
        try:
            match = self._router.match(request.method, request.raw_path, request.query)
            if match is None:
                raise ServiceError(
                    "UnknownOperationException",
                    f"{request.method} {request.path} is no operation of "
                    f"{self._model.service_name}.",
                    404,
                )
            operation = self._operations.get(match.operation.name)
            if operation is None:
                raise OperationNotImplementedError(self._model.service_name, match.operation.name)
            parameters = parse_request(match, request, keeps_null_entries=self._keeps_null_entries)
            output = await operation(caller, parameters)
            return serialize_output(match.operation, output, request.request_id)
        except ServiceError as error:
            return serialize_error(self._model, error, request.request_id)
        except Exception:
            _log.exception("%s %s failed", request.method, request.path)
            failure = ServiceError(
                "ServiceException", "An internal error occurred; the emulator's log has it.", 500
            )
            return serialize_error(self._model, failure, request.request_id)
