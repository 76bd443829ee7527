"""Which operation of which service a request is, in any protocol of AWS.

The stages in front of the services (faults, authorization) need to know that of every call, also
of those that an engine answers. Protocols after https://smithy.io/2.0/aws/protocols/index.html.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal
from urllib.parse import parse_qsl

from botocore.loaders import UnknownServiceError
from botocore.model import OperationModel, ServiceModel

from localtender.edge.protocol.cbor import read_cbor
from localtender.edge.protocol.errors import SerializationError
from localtender.edge.protocol.messages import HttpRequest
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.protocol.query_protocol import read_query
from localtender.edge.protocol.request_parser import parse_located, parse_request
from localtender.edge.protocol.routing import OperationMatch, OperationRouter
from localtender.edge.protocol.s3_addressing import in_path_style
from localtender.edge.protocol.service_names import (
    service_of_target_prefix,
    services_of_signing_name,
    unsigned_query_services,
)

Protocol = Literal["json", "query", "ec2", "rest-json", "rest-xml", "cbor"]
_RPC_PATH = re.compile(r"/service/(?P<prefix>[^/]+)/operation/(?P<operation>\w+)/?")


@dataclass(frozen=True)
class ServiceCall:
    """One call of an operation, and the protocol in which it is asked and will be answered."""

    model: ServiceModel
    operation: OperationModel
    protocol: Protocol
    request: HttpRequest
    match: OperationMatch | None = None

    @property
    def service(self) -> str:
        """Botocore's name of the service (`dynamodb`, `cloudwatch`)."""
        return self.model.service_name

    @property
    def name(self) -> str:
        """The operation's name (`PutItem`)."""
        return self.operation.name

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The input by member names, as far as it can be read; of a REST XML body nothing.

        What cannot be read is the service's to refuse, so it is left out here.
        """
        try:
            return self._read()
        except SerializationError:
            return {}

    def _read(self) -> dict[str, Any]:
        if self.match is not None:
            read = parse_request if self.protocol == "rest-json" else parse_located
            return read(self.match, self.request)
        if self.protocol in ("query", "ec2"):
            return read_query(self.operation, _form(self.request), ec2=self.protocol == "ec2")
        if self.protocol == "cbor":
            return read_cbor(self.operation, self.request.body)
        try:
            document = json.loads(self.request.body or b"{}")
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}


class ServiceCalls:
    """Reads calls out of requests by botocore's models, which it loads when they are needed."""

    def __init__(self, models: ServiceModels) -> None:
        self._models = models
        self._routers: dict[str, OperationRouter] = {}

    def read(self, request: HttpRequest, signing_name: str | None) -> ServiceCall | None:
        """The call that a request is, None where it is none that botocore's models know.

        `signing_name` is the service of the credential scope, None for an unsigned request.
        """
        target = request.header("X-Amz-Target")
        if target:
            return self._by_target(request, signing_name, target)
        rpc = _RPC_PATH.fullmatch(request.raw_path)
        if rpc:
            return self._by_rpc_path(request, signing_name, rpc)
        candidates = services_of_signing_name(signing_name) if signing_name else ()
        for name in candidates:
            model = self._model(name)
            if model is None:
                continue
            protocol = model.metadata["protocol"]
            if protocol.startswith("rest-"):
                found = self._by_route(request, model, protocol)
            else:
                found = _by_action(request, model)
            if found is not None:
                return found
        if signing_name is None:
            return self._unsigned_query(request)
        return None

    def _by_target(
        self, request: HttpRequest, signing_name: str | None, target: str
    ) -> ServiceCall | None:
        prefix, _, operation = target.rpartition(".")
        known = service_of_target_prefix(prefix)
        names = (known,) if known else services_of_signing_name(signing_name or "")
        for name in names:
            model = self._model(name)
            if (
                model is not None
                and model.metadata.get("targetPrefix") == prefix
                and operation in model.operation_names
            ):
                return ServiceCall(model, model.operation_model(operation), "json", request)
        return None

    def _by_rpc_path(
        self, request: HttpRequest, signing_name: str | None, path: re.Match[str]
    ) -> ServiceCall | None:
        known = service_of_target_prefix(path["prefix"])
        names = (known,) if known else services_of_signing_name(signing_name or "")
        for name in names:
            model = self._model(name)
            if model is not None and path["operation"] in model.operation_names:
                operation = model.operation_model(path["operation"])
                return ServiceCall(model, operation, "cbor", request)
        return None

    def _by_route(
        self, request: HttpRequest, model: ServiceModel, protocol: Protocol
    ) -> ServiceCall | None:
        if model.service_name == "s3":
            request = in_path_style(request)
        router = self._routers.get(model.service_name)
        if router is None:
            router = self._routers[model.service_name] = OperationRouter(
                model, tell_by_parameters=model.service_name == "s3"
            )
        match = router.match(
            request.method, request.raw_path, request.query, frozenset(_header_names(request))
        )
        if match is None:
            return None
        return ServiceCall(model, match.operation, protocol, request, match)

    def _unsigned_query(self, request: HttpRequest) -> ServiceCall | None:
        if not _action(request):
            return None
        for name in unsigned_query_services():
            model = self._model(name)
            found = None if model is None else _by_action(request, model)
            if found is not None:
                return found
        return None

    def _model(self, service: str) -> ServiceModel | None:
        try:
            return self._models.get(service)
        except UnknownServiceError:
            return None


def _by_action(request: HttpRequest, model: ServiceModel) -> ServiceCall | None:
    action = _action(request)
    if action is None or action not in model.operation_names:
        return None
    protocol: Protocol = "ec2" if model.metadata["protocol"] == "ec2" else "query"
    return ServiceCall(model, model.operation_model(action), protocol, request)


def _action(request: HttpRequest) -> str | None:
    return dict(_form(request)).get("Action")


def _form(request: HttpRequest) -> list[tuple[str, str]]:
    written = request.body.decode("utf-8", "replace")
    return [*request.query, *parse_qsl(written, keep_blank_values=True)]


def _header_names(request: HttpRequest) -> list[str]:
    return [name.lower() for name, _ in request.headers]
