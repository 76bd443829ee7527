"""Answers requests to function URLs.

https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: a URL without authorization still needs
a resource policy that lets everybody in, for both lambda:InvokeFunctionUrl and
lambda:InvokeFunction. The answer to an unknown URL is the one LocalStack's tests assert on AWS
(``test_lambda_url_non_existing_url``).
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from localtender.edge.functions.resource_policy import permits_url
from localtender.edge.functions.response_stream import ResponseStream
from localtender.edge.functions.urls.cors import is_preflight, preflight_headers, with_cors
from localtender.edge.functions.urls.event import url_event
from localtender.edge.functions.urls.result import MalformedResultError, url_response
from localtender.edge.functions.urls.streaming import streamed_url_response
from localtender.edge.invocation import Invocation
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import HttpResponse

if TYPE_CHECKING:
    from localtender.edge.functions.function import Function
    from localtender.edge.functions.function_url import FunctionUrl, FunctionUrls
    from localtender.edge.invocation import FunctionInvoker
    from localtender.edge.protocol.messages import Caller, HttpRequest

_MAXIMUM_REQUEST_BYTES = 6_291_456
_FORBIDDEN = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)


class FunctionUrlServer:
    """Turns requests into invocations and results into responses."""

    def __init__(self, urls: FunctionUrls, invoker: FunctionInvoker) -> None:
        self._urls = urls
        self._invoker = invoker

    async def serve(
        self, request: HttpRequest, *, identifier: str, path: str, caller: Caller | None
    ) -> HttpResponse:
        """Answer one request; `caller` is None when it is not signed for Lambda."""
        found = self._urls.find(identifier)
        if found is None:
            return _refusal(request, 403, "ForbiddenException", None)
        function, url = found
        origin = request.header("Origin")
        wanted = request.header("Access-Control-Request-Method")
        if url.cors is not None and is_preflight(request.method, origin, wanted):
            asked = request.header("Access-Control-Request-Headers")
            headers = preflight_headers(url.cors, origin or "", wanted or "", asked)
            return _response(request, 200, headers, b"")
        if not _may_enter(function, url, caller):
            return _refusal(request, 403, "AccessDeniedException", _FORBIDDEN)
        if len(request.body) > _MAXIMUM_REQUEST_BYTES:
            return _refusal(
                request,
                413,
                "RequestEntityTooLargeException",
                f"Request must be smaller than {_MAXIMUM_REQUEST_BYTES} bytes for the "
                "InvokeFunction operation",
            )
        response = await self._answer(request, url, path, caller)
        if url.cors is None:
            return response
        headers = with_cors(url.cors, origin, list(response.headers))
        return replace(response, headers=tuple(headers))

    async def _answer(
        self, request: HttpRequest, url: FunctionUrl, path: str, caller: Caller | None
    ) -> HttpResponse:
        root = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
        event = url_event(
            request,
            path=path,
            identifier=url.identifier,
            domain_name=f"{url.identifier}.lambda-url.{url.reference.region}.on.aws",
            trace_id=request.header("X-Amzn-Trace-Id") or root,
            caller=caller if url.auth_type == "AWS_IAM" else None,
        )
        trace_id = event["headers"]["x-amzn-trace-id"]
        invocation = Invocation(
            url.reference.arn,
            json.dumps(event).encode(),
            trace_id=trace_id,
            request_id=request.request_id,
        )
        streams = url.invoke_mode == "RESPONSE_STREAM"
        try:
            answer = await (self._stream if streams else self._buffer)(request, invocation)
        except ServiceError as error:
            return _refusal(request, error.status, error.code, error.message)
        except MalformedResultError:
            return _bad_gateway(request)
        return replace(answer, headers=(*answer.headers, ("x-amzn-Trace-Id", trace_id)))

    async def _buffer(self, request: HttpRequest, invocation: Invocation) -> HttpResponse:
        result = await self._invoker.invoke(invocation)
        if result.function_error:
            return _bad_gateway(request)
        return _response(request, *url_response(result.payload))

    async def _stream(self, request: HttpRequest, invocation: Invocation) -> HttpResponse:
        stream = ResponseStream(self._invoker, invocation)
        await stream.begun()
        status, headers, body = await streamed_url_response(stream)
        return replace(_response(request, status, headers, b""), stream=body)


def _may_enter(function: Function, url: FunctionUrl, caller: Caller | None) -> bool:
    policy = function.policies.get(url.reference.qualifier)
    if url.auth_type == "NONE":
        return permits_url(policy, account_id=None, auth_type="NONE")
    if caller is None:
        return False
    if caller.account_id == url.reference.account_id:
        return True
    return permits_url(policy, account_id=caller.account_id, auth_type="AWS_IAM")


def _bad_gateway(request: HttpRequest) -> HttpResponse:
    headers = [("Content-Type", "application/json")]
    return _response(request, 502, headers, b"Internal Server Error")


def _refusal(request: HttpRequest, status: int, code: str, message: str | None) -> HttpResponse:
    body = json.dumps({"Message": message}, separators=(",", ":")).encode()
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", code)]
    return _response(request, status, headers, body)


def _response(
    request: HttpRequest, status: int, headers: list[tuple[str, str]], body: bytes
) -> HttpResponse:
    return HttpResponse(status, (("x-amzn-RequestId", request.request_id), *headers), body)
