"""The three protocols in which CloudWatch is spoken to.

AWS JSON 1.0, Smithy RPC v2 CBOR and AWS Query, as the `protocols` of botocore's model list them;
the specifications are at https://smithy.io/2.0/aws/protocols/index.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import ResponseParserError, create_parser
from botocore.serialize import create_serializer

from localtender.edge.protocol.cbor import read_cbor
from localtender.edge.protocol.error_answers import write_error
from localtender.edge.protocol.errors import SerializationError, ServiceError
from localtender.edge.protocol.messages import HttpRequest, HttpResponse
from localtender.edge.protocol.query_protocol import read_query, write_xml

_TARGET = re.compile(r"GraniteServiceVersion20100801\.(\w+)")
_RPC_PATH = re.compile(r"/service/GraniteServiceVersion20100801/operation/(\w+)/?")
_CBOR = "application/cbor"
_JSON = "application/x-amz-json-1.0"


@dataclass(frozen=True)
class Call:
    """A request that names an operation, in one of the protocols."""

    operation: str
    wire: Wire


class Wire(Protocol):
    """One protocol: reads an operation's input and writes its output or its error."""

    def read(self, operation: str, body: bytes) -> dict[str, Any]:
        """The input by member names. Raises SerializationError."""
        ...

    def write(self, operation: str, output: Mapping[str, Any], request_id: str) -> HttpResponse:
        """The answer of a call that succeeded."""
        ...

    def write_error(self, error: ServiceError, request_id: str) -> HttpResponse:
        """The answer of a call that failed."""
        ...


class CloudWatchWire:
    """Finds out which protocol a request is in."""

    def __init__(self) -> None:
        description = Loader().load_service_model("cloudwatch", "service-2")
        self.model = ServiceModel(description, service_name="cloudwatch")
        # In this model input and output have changed places, so that botocore's parsers, made for
        # answers, read requests, and its serialisers, made for requests, write answers.
        mirrored = ServiceModel(_mirrored(description), service_name="cloudwatch")
        self._json = _JsonWire(self.model, mirrored)
        self._cbor = _CborWire(self.model, mirrored)
        self._query = _QueryWire(self.model)

    def call(self, request: HttpRequest) -> Call | None:
        """The operation that a request names, None when it names none of CloudWatch's."""
        path = _RPC_PATH.fullmatch(request.path)
        if path:
            return self._known(path[1], self._cbor)
        target = _TARGET.fullmatch(request.header("X-Amz-Target") or "")
        if target:
            return self._known(target[1], self._json)
        action = dict(request.query).get("Action") or dict(_form(request.body)).get("Action")
        return self._known(action, self._query) if action else None

    def _known(self, operation: str, wire: Wire) -> Call | None:
        return Call(operation, wire) if operation in self.model.operation_names else None


class _JsonWire:
    def __init__(self, model: ServiceModel, mirrored: ServiceModel) -> None:
        self._mirrored = mirrored
        self._parser: Any = create_parser("json")
        self._serializer: Any = create_serializer("json", include_validation=False)
        self._model = model

    def read(self, operation: str, body: bytes) -> dict[str, Any]:
        try:
            document = json.loads(body or b"{}")
        except ValueError as error:
            raise SerializationError("The request's body is no JSON") from error
        if not isinstance(document, dict):
            raise SerializationError("The request's body must be an object")
        return _parsed(self._parser, self._mirrored, operation, body or b"{}")

    def write(self, operation: str, output: Mapping[str, Any], request_id: str) -> HttpResponse:
        model = self._mirrored.operation_model(operation)
        body = self._serializer.serialize_to_request(_without_none(output), model)["body"]
        return HttpResponse(200, (("x-amzn-RequestId", request_id), ("Content-Type", _JSON)), body)

    def write_error(self, error: ServiceError, request_id: str) -> HttpResponse:
        return write_error("json", self._model, error, request_id)


class _CborWire:
    def __init__(self, model: ServiceModel, mirrored: ServiceModel) -> None:
        self._mirrored = mirrored
        self._serializer: Any = create_serializer("smithy-rpc-v2-cbor", include_validation=False)
        self._model = model

    def read(self, operation: str, body: bytes) -> dict[str, Any]:
        return read_cbor(self._model.operation_model(operation), body)

    def write(self, operation: str, output: Mapping[str, Any], request_id: str) -> HttpResponse:
        model = self._mirrored.operation_model(operation)
        body = self._serializer.serialize_to_request(_without_none(output), model)["body"]
        return HttpResponse(200, self._headers(request_id), body or b"\xa0")

    def write_error(self, error: ServiceError, request_id: str) -> HttpResponse:
        return write_error("cbor", self._model, error, request_id)

    @staticmethod
    def _headers(request_id: str) -> tuple[tuple[str, str], ...]:
        return (
            ("x-amzn-RequestId", request_id),
            ("Content-Type", _CBOR),
            ("smithy-protocol", "rpc-v2-cbor"),
        )


class _QueryWire:
    def __init__(self, model: ServiceModel) -> None:
        self._model = model

    def read(self, operation: str, body: bytes) -> dict[str, Any]:
        return read_query(self._model.operation_model(operation), _form(body))

    def write(self, operation: str, output: Mapping[str, Any], request_id: str) -> HttpResponse:
        body = write_xml(self._model, operation, output, request_id)
        headers = (("x-amzn-RequestId", request_id), ("Content-Type", "text/xml"))
        return HttpResponse(200, headers, body)

    def write_error(self, error: ServiceError, request_id: str) -> HttpResponse:
        return write_error("query", self._model, error, request_id)


def _mirrored(description: Mapping[str, Any]) -> dict[str, Any]:
    operations = {}
    for name, operation in description["operations"].items():
        mirrored = {key: operation[key] for key in ("name", "http")}
        if "output" in operation:
            mirrored["input"] = {"shape": operation["output"]["shape"]}
        if "input" in operation:
            mirrored["output"] = {"shape": operation["input"]["shape"]}
        operations[name] = mirrored
    return {**description, "operations": operations}


def _parsed(parser: Any, mirrored: ServiceModel, operation: str, body: bytes) -> dict[str, Any]:
    shape = mirrored.operation_model(operation).output_shape
    try:
        parsed: dict[str, Any] = parser.parse(
            {"status_code": 200, "headers": {}, "body": body}, shape
        )
    except (ResponseParserError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise SerializationError("The request's body can't be read") from error
    parsed.pop("ResponseMetadata", None)
    return parsed


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(item) for item in value]
    return value


def _form(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
