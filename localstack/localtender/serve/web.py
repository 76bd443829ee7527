"""The API over WSGI: a request becomes the gateway's proxy event, the result the response.

Lambda developer guide, "Using AWS Lambda with Amazon API Gateway" (event and result of the proxy
integration). There is no authorizer and no API key here: everybody is an operator.

The handler is called for one request at a time, as an execution environment of Lambda is: the
router it uses (`aws_lambda_powertools`) keeps the current event in a class attribute.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from localtender.serve.invocation import LocalContext

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
StartResponse = Callable[..., Any]

# API Gateway developer guide, "Quotas": the largest payload of a REST API.
_LARGEST_BODY = 10 * 1024 * 1024
_STAGE = "local"
_CUSTOMER_PATH = "/v1/api/customer"
# The address and the form of the product's first version, which some clients still use.
_FIRST_CUSTOMER_PATH = "/v1/api/customer/add"
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class ApiOverWsgi:
    """A WSGI application around a handler of proxy events."""

    def __init__(self, handler: Handler, *, timeout_seconds: float) -> None:
        """`timeout_seconds` is what the function's time-out would be."""
        self._handler = handler
        self._timeout_seconds = timeout_seconds
        self._one_at_a_time = Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        request = Request(environ)
        request.max_content_length = _LARGEST_BODY
        try:
            event = proxy_event(request)
        except RequestEntityTooLarge:
            return _message(413, "Request Too Long")(environ, start_response)
        with self._one_at_a_time:
            context = LocalContext("payments-api", self._timeout_seconds)
            result = self._handler(event, context)
        return _response(result)(environ, start_response)


def proxy_event(request: Request) -> dict[str, Any]:
    """The event of a request. Raises RequestEntityTooLarge."""
    path, content_type = request.path, request.content_type
    if (request.method, path.rstrip("/")) == ("POST", _FIRST_CUSTOMER_PATH):
        path, content_type, raw = _CUSTOMER_PATH, "application/json", _first_customer_body(request)
    else:
        raw = request.get_data()
    headers: dict[str, list[str]] = {}
    for name, value in request.headers.items():
        headers.setdefault(name, []).append(value)
    if content_type is not None:
        headers["Content-Type"] = [content_type]
    query = dict(request.args.lists())
    body, is_base64 = _text(raw)
    return {
        "resource": path,
        "path": path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "stage": _STAGE,
            "path": path,
            "httpMethod": request.method,
            "identity": {"apiKeyId": None, "sourceIp": request.remote_addr},
            "authorizer": {"claims": {"sub": "developer", "cognito:groups": "operator"}},
        },
        "body": body,
        "isBase64Encoded": is_base64,
    }


def _first_customer_body(request: Request) -> bytes:
    """The customer as JSON, whether it came as a form or as JSON under whatever media type."""
    raw = request.get_data(cache=True)
    if request.mimetype not in _FORM_TYPES or raw.lstrip().startswith(b"{"):
        return raw
    return json.dumps(request.form.to_dict()).encode()


def _text(raw: bytes) -> tuple[str | None, bool]:
    if not raw:
        return None, False
    try:
        return raw.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode(), True


def _response(result: dict[str, Any]) -> Response:
    body = result.get("body") or ""
    content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    response = Response(content, status=result["statusCode"])
    for name, values in (result.get("multiValueHeaders") or {}).items():
        response.headers.setlist(name, [str(value) for value in values])
    return response


def _message(status: int, text: str) -> Response:
    return Response(json.dumps({"message": text}), status=status, mimetype="application/json")
