"""The limit on a request's line and headers.

After "Amazon API Gateway quotas": request line and header values together have 10,240 bytes. The
service refuses more before it looks at the API, so there is no gateway response for it.
"""

from __future__ import annotations

from urllib.parse import urlencode

from localtender.edge.protocol.messages import HttpRequest, HttpResponse

LARGEST_HEAD_BYTES = 10_240


def refuse_large_head(request: HttpRequest, *, stage: str, path: str) -> HttpResponse | None:
    """The refusal of a request whose head is too large; None for any other.

    The request line is measured as AWS would get it, in the form `/stage/path`.
    """
    query = f"?{urlencode(request.query)}" if request.query else ""
    line = len(f"{request.method} /{stage}{path}{query} HTTP/{request.http_version}")
    if line > LARGEST_HEAD_BYTES:
        return _refusal(request, 414, "An HTTP line is larger than 10240 bytes.")
    if line + sum(len(value) for _, value in request.headers) > LARGEST_HEAD_BYTES:
        return _refusal(request, 431, "HTTP header is larger than 10240 bytes.")
    return None


def _refusal(request: HttpRequest, status: int, text: str) -> HttpResponse:
    headers = (("Content-Type", "text/plain"), ("x-amzn-RequestId", request.request_id))
    return HttpResponse(status, headers, text.encode())
