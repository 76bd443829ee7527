"""An error that a fault wants, as the response to the request that it strikes."""

from __future__ import annotations

import json

from localtender.edge.faults.calls import Call
from localtender.edge.faults.error_codes import EXECUTE_API, FUNCTION_URL
from localtender.edge.protocol.error_answers import error_answer
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import HttpResponse
from localtender.edge.stages import Arrival


def error_response(arrival: Arrival, call: Call, error: ServiceError) -> HttpResponse:
    """The error in the protocol of the call; of an API or a URL as these write their own."""
    if arrival.call is not None:
        return error_answer(arrival.call, error)
    member = "Message" if call.service == FUNCTION_URL else "message"
    body = json.dumps({member: error.message}).encode()
    headers: tuple[tuple[str, str], ...] = (
        ("Content-Type", "application/json"),
        ("x-amzn-RequestId", arrival.request_id),
        ("x-amzn-ErrorType", error.code),
    )
    if call.service == EXECUTE_API:
        # The extended request id, with which every answer of API Gateway comes.
        headers = (*headers, ("x-amz-apigw-id", arrival.request_id.replace("-", "")[:15] + "="))
    return HttpResponse(error.status, headers, body)
