"""The messages in an answer of ReceiveMessage, in either protocol of SQS."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from localtender.edge.faults.calls import Call
from localtender.edge.protocol.messages import HttpResponse
from localtender.edge.stages import Arrival

_MESSAGE = re.compile(r"<Message>.*?</Message>", re.DOTALL)
_RESULT = re.compile(
    r"<ReceiveMessageResult\s*/>|<ReceiveMessageResult>.*?</ReceiveMessageResult>", re.DOTALL
)
_INVALID_HANDLE = b"ReceiptHandleIsInvalid"


def read_messages(response: HttpResponse) -> list[Any]:
    """The messages, as the protocol has them: JSON values, or XML texts."""
    if _is_json(response):
        return list(json.loads(response.body or b"{}").get("Messages") or ())
    return _MESSAGE.findall(response.body.decode())


def with_messages(response: HttpResponse, messages: Sequence[Any]) -> HttpResponse:
    """The answer with these messages in the place of its own."""
    if _is_json(response):
        document = json.loads(response.body or b"{}")
        document.pop("Messages", None)
        if messages:
            document["Messages"] = list(messages)
        return replace(response, body=json.dumps(document).encode())
    result = f"<ReceiveMessageResult>{''.join(messages)}</ReceiveMessageResult>"
    return replace(response, body=_RESULT.sub(lambda _: result, response.body.decode()).encode())


def message_answer(arrival: Arrival, messages: Sequence[Any]) -> HttpResponse:
    """An answer of its own with these messages, in the protocol of the request."""
    request_id = arrival.request_id
    headers: tuple[tuple[str, str], ...] = (("x-amzn-RequestId", request_id),)
    if arrival.call is not None and arrival.call.protocol == "json":
        headers = (*headers, ("Content-Type", "application/x-amz-json-1.0"))
        return with_messages(HttpResponse(200, headers, b"{}"), messages)
    body = (
        '<ReceiveMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">'
        "<ReceiveMessageResult/><ResponseMetadata>"
        f"<RequestId>{request_id}</RequestId></ResponseMetadata></ReceiveMessageResponse>"
    )
    headers = (*headers, ("Content-Type", "text/xml"))
    return with_messages(HttpResponse(200, headers, body.encode()), messages)


def deletion_answer(
    arrival: Arrival, call: Call, response: HttpResponse, may_be_gone: Callable[[Any], bool]
) -> HttpResponse:
    """The answer to a deletion for which messages that are gone are as good as deleted."""
    if call.operation == "DeleteMessage":
        is_gone = response.status >= 400 and _INVALID_HANDLE in response.body
        return _deleted(arrival) if is_gone else response
    if response.status != 200 or not _is_json(response):
        return response
    document = json.loads(response.body)
    handles = {entry.get("Id"): entry.get("ReceiptHandle") for entry in call.parameters["Entries"]}
    gone = [
        failure["Id"]
        for failure in document.get("Failed", ())
        if may_be_gone(handles.get(failure["Id"]))
    ]
    successful = [*document.get("Successful", ()), *({"Id": name} for name in gone)]
    failed = [failure for failure in document.get("Failed", ()) if failure["Id"] not in gone]
    document = {"Successful": successful, "Failed": failed}
    return replace(response, body=json.dumps(document).encode())


def _deleted(arrival: Arrival) -> HttpResponse:
    headers: tuple[tuple[str, str], ...] = (("x-amzn-RequestId", arrival.request_id),)
    if arrival.call is not None and arrival.call.protocol == "json":
        return HttpResponse(200, (*headers, ("Content-Type", "application/x-amz-json-1.0")), b"")
    body = (
        '<DeleteMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">'
        f"<ResponseMetadata><RequestId>{arrival.request_id}</RequestId></ResponseMetadata>"
        "</DeleteMessageResponse>"
    )
    return HttpResponse(200, (*headers, ("Content-Type", "text/xml")), body.encode())


def _is_json(response: HttpResponse) -> bool:
    types = [value for name, value in response.headers if name.lower() == "content-type"]
    return any("json" in value for value in types)
