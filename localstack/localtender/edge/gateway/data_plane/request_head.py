"""What API Gateway demands of a request's line and headers, whatever the API.

After "Amazon API Gateway quotas" (request line and header values together have 10,240 bytes) and
"Amazon API Gateway important notes" (a plain `|` in a query is not supported, a `;` splits it) of
the developer guide. The service refuses before it looks at the API, so there is no gateway response
for it.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from localtender.edge.protocol.messages import HttpRequest, HttpResponse

LARGEST_HEAD_BYTES = 10_240


def refuse_head(request: HttpRequest, *, stage: str, path: str) -> HttpResponse | None:
    """The refusal of a request whose head is too large or unreadable; None for any other.

    The request line is measured as AWS would get it, in the form `/stage/path`.
    """
    if "|" in request.raw_query:
        return _refusal(request, 400, "Bad Request")
    query = f"?{urlencode(request.query)}" if request.query else ""
    line = len(f"{request.method} /{stage}{path}{query} HTTP/{request.http_version}")
    if line > LARGEST_HEAD_BYTES:
        return _refusal(request, 414, "An HTTP line is larger than 10240 bytes.")
    if line + sum(len(value) for _, value in request.headers) > LARGEST_HEAD_BYTES:
        return _refusal(request, 431, "HTTP header is larger than 10240 bytes.")
    return None


def with_split_query(request: HttpRequest) -> HttpRequest:
    """The request with its query split at semicolons as well."""
    if ";" not in request.raw_query:
        return request
    query = parse_qsl(request.raw_query.replace(";", "&"), keep_blank_values=True)
    return replace(request, query=tuple(query))


def _refusal(request: HttpRequest, status: int, text: str) -> HttpResponse:
    headers = (("Content-Type", "text/plain"), ("x-amzn-RequestId", request.request_id))
    return HttpResponse(status, headers, text.encode())
