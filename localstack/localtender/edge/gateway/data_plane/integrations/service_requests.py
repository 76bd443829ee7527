"""Requests to AWS services as API Gateway makes them from an integration's URI.

After "uri" of "PutIntegration" in the API Gateway API reference:
`arn:aws:apigateway:{region}:{subdomain.service|service}:path|action/{service_api}`. An action is
sent in the service's own protocol, which botocore's models tell: by `X-Amz-Target` where that is
JSON, by `Action` and `Version` where it is a query. Parameters of the action may follow it in the
URI, as in `action/GetParameter&Name=x`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from botocore.exceptions import UnknownServiceError as NoServiceModelError
from botocore.loaders import Loader
from botocore.model import ServiceModel

_URI = re.compile(
    r"arn:aws[a-z-]*:apigateway:(?P<region>[a-z0-9-]+):(?:(?P<subdomain>[^:.]+)\.)?"
    r"(?P<service>[^:.]+):(?P<kind>path|action)/(?P<api>.*)",
    re.DOTALL,
)
# Endpoint names of AWS's services that are not the names of botocore's models.
_MODELS = {
    "states": "stepfunctions",
    "monitoring": "cloudwatch",
    "email": "ses",
    "elasticloadbalancing": "elbv2",
    "streams.dynamodb": "dynamodbstreams",
}
_FORM = "application/x-www-form-urlencoded"
# Botocore speaks JSON to Amazon SQS, API Gateway the query protocol that its tutorials use.
_SPEAKS_QUERY = frozenset({"sqs", "monitoring"})
# Called by a query on AWS, which an engine knows as JSON only: recorded on AWS in LocalStack's
# `test_apigateway_ssm.snapshot.json`.
_QUERY_OVER_JSON = frozenset({"ssm"})


class UnknownServiceError(ValueError):
    """The URI names no service that can be called."""


@dataclass(frozen=True)
class ServiceRequest:
    """A request that is ready to be signed; `path` is percent-encoded.

    `is_query_over_json` says that on AWS it would be a query, answered in a query's form.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    is_query_over_json: bool = False

    @property
    def wants_json(self) -> bool:
        """Whether the mapping leaves the answer's form to API Gateway, which asks for JSON."""
        accepted = {name.lower(): value for name, value in self.headers.items()}.get("accept", "")
        return "xml" not in accepted


@dataclass(frozen=True)
class ServiceTarget:
    """A service, and an action or a path of it."""

    region: str
    service: str
    action: str | None
    path: str
    subdomain: str | None = None
    action_parameters: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of_uri(cls, uri: str) -> ServiceTarget:
        """Read an integration's URI; raises UnknownServiceError."""
        found = _URI.fullmatch(uri)
        if found is None:
            raise UnknownServiceError(f"{uri} is not the URI of an AWS service")
        is_action = found["kind"] == "action"
        action, _, parameters = found["api"].partition("&")
        return cls(
            region=found["region"],
            service=found["service"],
            action=action if is_action else None,
            path="/" if is_action else f"/{found['api'].lstrip('/')}",
            subdomain=found["subdomain"],
            action_parameters=tuple(parse_qsl(parameters)) if is_action else (),
        )

    @property
    def signing_name(self) -> str:
        """The service's name in signatures."""
        return str(self._metadata.get("signingName") or self._metadata["endpointPrefix"])

    @property
    def answers_xml(self) -> bool:
        """Whether the service's answers are XML that API Gateway asks for as JSON instead."""
        return self._speaks_query

    def as_query_answer(self, body: bytes, request_id: str) -> bytes:
        """A service's JSON in the form of a query's answer, with null for what has no value."""
        model = _service_model(_MODELS.get(self.service, self.service))
        action = self.action or ""
        result = _with_nulls(json.loads(body), model.operation_model(action).output_shape)
        wrapped = {
            f"{action}Response": {
                f"{action}Result": result,
                "ResponseMetadata": {"RequestId": request_id},
            }
        }
        return json.dumps(wrapped, separators=(",", ":")).encode()

    def request(
        self, *, method: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> ServiceRequest:
        """The request to the service; raises UnknownServiceError."""
        sent = dict(headers)
        over_json = (
            self.action is not None
            and self.service in _QUERY_OVER_JSON
            and not any(name.lower() == "x-amz-target" for name in headers)
        )
        pairs = [*self.action_parameters, *query.items()]
        path = self.path
        if self.subdomain and self.service == "s3":
            path = f"/{self.subdomain}{path}"
        if self.action and self._speaks_query:
            pairs = [("Action", self.action), ("Version", self._metadata["apiVersion"]), *pairs]
        elif self.action:
            sent = {name: value for name, value in sent.items() if name.lower() != "content-type"}
            sent["Content-Type"] = f"application/x-amz-json-{self._json_version}"
            sent["X-Amz-Target"] = f"{self._metadata['targetPrefix']}.{self.action}"
        if over_json:
            pairs, body = [], json.dumps(dict(pairs)).encode()
        if self._speaks_query and method == "POST":
            pairs, sent, body = _as_form(pairs, sent, body)
        return ServiceRequest(method, path, tuple(pairs), sent, body, over_json)

    def url(self, request: ServiceRequest) -> str:
        """Where AWS would have the request go."""
        subdomain = f"{self.subdomain}." if self.subdomain and self.service != "s3" else ""
        query = f"?{urlencode(request.query)}" if request.query else ""
        return f"https://{subdomain}{self.service}.{self.region}.amazonaws.com{request.path}{query}"

    @property
    def _metadata(self) -> Mapping[str, Any]:
        return _metadata(_MODELS.get(self.service, self.service))

    @property
    def _speaks_query(self) -> bool:
        return self.service in _SPEAKS_QUERY or self._metadata.get("protocol") in ("query", "ec2")

    @property
    def _json_version(self) -> str:
        if "targetPrefix" not in self._metadata:
            raise UnknownServiceError(
                f"{self.service} has no actions, an integration with it needs a path"
            )
        return str(self._metadata.get("jsonVersion", "1.0"))


def _as_form(
    query: list[tuple[str, str]], headers: dict[str, str], body: bytes
) -> tuple[list[tuple[str, str]], dict[str, str], bytes]:
    """One form of the query and of what the body has, if it is a form; a service reads either."""
    content_type = next(
        (value for name, value in headers.items() if name.lower() == "content-type"), ""
    )
    given = []
    if content_type.startswith(_FORM):
        given = parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    named = {name for name, _ in query}
    form = [*query, *(pair for pair in given if pair[0] not in named)]
    kept = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    return [], {**kept, "Content-Type": _FORM}, urlencode(form).encode()


def _with_nulls(value: Any, shape: Any) -> Any:
    """A value with every member that its shape knows."""
    if isinstance(value, dict) and shape.type_name == "structure":
        return {
            name: _with_nulls(value.get(name), member) for name, member in shape.members.items()
        }
    if isinstance(value, list) and shape.type_name == "list":
        return [_with_nulls(item, shape.member) for item in value]
    return value


@lru_cache(maxsize=16)
def _service_model(name: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(name, "service-2"))


@lru_cache(maxsize=64)
def _metadata(model: str) -> Mapping[str, Any]:
    try:
        metadata: Mapping[str, Any] = Loader().load_service_model(model, "service-2")["metadata"]
    except NoServiceModelError:
        raise UnknownServiceError(f"There is no AWS service {model}") from None
    return metadata
