"""Errors of a service in the protocol in which it was asked.

After the protocol specifications of https://smithy.io/2.0/aws/protocols/index.html, "Error
responses" of the S3 API reference and of the EC2 API reference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import ServiceModel

from localtender.edge.protocol.cbor import cbor_map
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import HttpResponse
from localtender.edge.protocol.response_serializer import serialize_error
from localtender.edge.protocol.service_calls import Protocol, ServiceCall

_Headers = tuple[tuple[str, str], ...]


def error_answer(call: ServiceCall, error: ServiceError) -> HttpResponse:
    """The answer to a call that fails with this error."""
    return write_error(call.protocol, call.model, error, call.request.request_id)


def write_error(
    protocol: Protocol, model: ServiceModel, error: ServiceError, request_id: str
) -> HttpResponse:
    """An error of a service in one of its protocols."""
    return _WRITERS[protocol](model, error, request_id)


def _json(model: ServiceModel, error: ServiceError, request_id: str) -> HttpResponse:
    body = {"__type": _error_type(model, error), "message": error.message, **error.fields}
    version = model.metadata.get("jsonVersion", "1.0")
    headers = (
        *_error_headers(model, error, request_id),
        ("Content-Type", f"application/x-amz-json-{version}"),
    )
    return HttpResponse(error.status, headers, json.dumps(body).encode())


def _cbor(model: ServiceModel, error: ServiceError, request_id: str) -> HttpResponse:
    headers = (
        *_error_headers(model, error, request_id),
        ("Content-Type", "application/cbor"),
        ("smithy-protocol", "rpc-v2-cbor"),
    )
    body = cbor_map({"__type": _error_type(model, error), "message": error.message})
    return HttpResponse(error.status, headers, body)


def _query(model: ServiceModel, error: ServiceError, request_id: str) -> HttpResponse:
    body = (
        f'<ErrorResponse xmlns="{model.metadata.get("xmlNamespace", "")}"><Error>'
        f"<Type>{_fault(error)}</Type><Code>{escape(error.code)}</Code>"
        f"<Message>{escape(error.message)}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return HttpResponse(error.status, _xml_headers(request_id, "text/xml"), body.encode())


def _ec2(_model: ServiceModel, error: ServiceError, request_id: str) -> HttpResponse:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>'
        f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        f"</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    )
    return HttpResponse(error.status, _xml_headers(request_id, "text/xml"), body.encode())


def _rest_xml(model: ServiceModel, error: ServiceError, request_id: str) -> HttpResponse:
    if model.service_name != "s3":
        return _query(model, error, request_id)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error>'
        f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        f"<RequestId>{request_id}</RequestId></Error>"
    )
    headers = (("x-amz-request-id", request_id), ("Content-Type", "application/xml"))
    return HttpResponse(error.status, headers, body.encode())


def _xml_headers(request_id: str, content_type: str) -> _Headers:
    return (("x-amzn-RequestId", request_id), ("Content-Type", content_type))


def _error_headers(model: ServiceModel, error: ServiceError, request_id: str) -> _Headers:
    headers: _Headers = (("x-amzn-RequestId", request_id),)
    if speaks_query_too(model):
        # A client of the Query protocol's days knows an error by its code there.
        headers = (*headers, ("x-amzn-query-error", f"{error.code};{_fault(error)}"))
    return headers


def speaks_query_too(model: ServiceModel) -> bool:
    """Whether clients of the service's days in the Query protocol still know its error codes."""
    return "awsQueryCompatible" in model.metadata or "query" in model.metadata.get("protocols", ())


def _error_type(model: ServiceModel, error: ServiceError) -> str:
    """The error shape's qualified name; an error is known by its code, which may differ."""
    namespace = _NAMESPACES.get(model.service_name)
    names: Mapping[Any, str] = {
        shape.metadata.get("error", {}).get("code"): shape.name for shape in model.error_shapes
    }
    name = names.get(error.code, error.code)
    return f"{namespace}#{name}" if namespace else name


def _fault(error: ServiceError) -> str:
    return "Sender" if error.status < 500 else "Receiver"


_NAMESPACES = {
    "cloudwatch": "com.amazonaws.cloudwatch.v2010_08_01",
    "dynamodb": "com.amazonaws.dynamodb.v20120810",
    "dynamodbstreams": "com.amazonaws.dynamodb.v20120810",
    "sqs": "com.amazonaws.sqs",
}

_WRITERS: Mapping[Protocol, Callable[[ServiceModel, ServiceError, str], HttpResponse]] = {
    "json": _json,
    "cbor": _cbor,
    "query": _query,
    "ec2": _ec2,
    "rest-json": serialize_error,
    "rest-xml": _rest_xml,
}
