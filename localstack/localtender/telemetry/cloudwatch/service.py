"""CloudWatch as the edge serves it: metrics, alarms and dashboards."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Mapping
from typing import Any

from localtender.edge.protocol.errors import (
    OperationNotImplementedError,
    SerializationError,
    ServiceError,
)
from localtender.edge.protocol.messages import Caller, HttpRequest, HttpResponse
from localtender.edge.protocol.service import Operation
from localtender.telemetry.cloudwatch.constraints import check_input
from localtender.telemetry.cloudwatch.wire import Call, CloudWatchWire

_log = logging.getLogger(__name__)


class CloudWatchService:
    """Answers the operations it has been given; those it lacks are refused by their names."""

    def __init__(
        self, operations: Mapping[str, Operation], wire: CloudWatchWire | None = None
    ) -> None:
        self._wire = wire or CloudWatchWire()
        self._operations = dict(operations)

    def operation_name(self, request: HttpRequest) -> str | None:
        """The operation that a request names, or None."""
        call = self._wire.call(request)
        return None if call is None else call.operation

    async def handle(self, request: HttpRequest, caller: Caller) -> HttpResponse | None:
        """The answer, or None for a request that names no operation of CloudWatch."""
        request_id = request.request_id
        call: Call | None = None
        try:
            body = _decoded(request)
            call = self._wire.call(request)
            if call is None:
                return None
            if call.operation not in self._operations:
                raise OperationNotImplementedError("cloudwatch", call.operation)
            parameters = call.wire.read(call.operation, body)
            shape: Any = self._wire.model.operation_model(call.operation).input_shape
            check_input(shape, parameters)
            output = await self._operations[call.operation](caller, parameters)
            return call.wire.write(call.operation, output, request_id)
        except ServiceError as error:
            return None if call is None else call.wire.write_error(error, request_id)
        except Exception:
            if call is None:
                raise
            _log.exception("%s failed", call.operation)
            failure = ServiceError(
                "InternalServiceError",
                "An internal error occurred; the emulator's log has it.",
                500,
            )
            return call.wire.write_error(failure, request_id)


def _decoded(request: HttpRequest) -> bytes:
    # botocore compresses bodies of PutMetricData from 10 KB on.
    if (request.header("Content-Encoding") or "").lower() != "gzip":
        return request.body
    try:
        return gzip.decompress(request.body)
    except (OSError, EOFError) as error:
        raise SerializationError("The body is not gzip, as its header says") from error
