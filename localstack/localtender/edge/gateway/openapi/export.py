"""A deployed REST API as an OpenAPI definition.

After "Export a REST API from API Gateway" of the developer guide; the form of the documents, with
or without extensions, as recorded on AWS in LocalStack's `test_apigateway_extended.snapshot.json`.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localtender.edge.gateway.openapi.document import EXTENSION
from localtender.edge.gateway.openapi.export_extensions import (
    api_extensions,
    exported_integration,
    security_scheme,
)
from localtender.edge.gateway.state import (
    Deployment,
    DocumentationVersion,
    Method,
    MethodResponse,
    Resource,
    RestApi,
)

_LOCATIONS = {"querystring": "query", "header": "header", "path": "path"}


@dataclass(frozen=True)
class ExportedStage:
    """The stage to export and how; `extensions` are as GetExport names them.

    `documentation` is the version that the stage is associated with.
    """

    deployment: Deployment
    stage_name: str
    documentation: DocumentationVersion | None
    host: str
    extensions: frozenset[str]

    @property
    def api(self) -> RestApi:
        """The API as it was deployed."""
        return self.deployment.snapshot

    @property
    def version(self) -> str:
        """The API's version, otherwise when it was deployed."""
        return self.api.version or self.deployment.created_date.strftime("%Y-%m-%dT%H:%M:%SZ")

    def wants(self, extension: str) -> bool:
        """Whether an extension is to be written; `apigateway` stands for all."""
        return extension in self.extensions or "apigateway" in self.extensions


class ApiExport(ABC):
    """Writes one version of OpenAPI."""

    def __init__(self, stage: ExportedStage) -> None:
        self._stage = stage
        self._api = stage.api
        self._schemes: dict[str, Any] = {}

    @abstractmethod
    def document(self) -> dict[str, Any]:
        """The definition."""

    def _info(self) -> dict[str, Any]:
        info = {"title": self._api.name}
        if self._api.description:
            info["description"] = self._api.description
        return {**info, "version": self._stage.version}

    def _paths(self) -> dict[str, Any]:
        return {
            resource.path: {
                _verb(method): self._operation(resource, method)
                for method in resource.methods.values()
            }
            for resource in sorted(self._api.resources.values(), key=lambda item: item.path)
            if resource.methods
        }

    def _operation(self, resource: Resource, method: Method) -> dict[str, Any]:
        operation: dict[str, Any] = {}
        if method.operation_name:
            operation["operationId"] = method.operation_name
        operation.update(self._request(method))
        if method.responses:
            operation["responses"] = {
                status: self._response(response) for status, response in method.responses.items()
            }
        security = self._security(method)
        if security:
            operation["security"] = security
        validator = self._api.request_validators.get(method.request_validator_id or "")
        if validator is not None and self._stage.wants("validators"):
            operation[f"{EXTENSION}request-validator"] = validator.name
        if method.integration is not None and self._stage.wants("integrations"):
            operation[f"{EXTENSION}integration"] = exported_integration(
                method.integration, resource.id
            )
        return operation

    def _all_schemes(self) -> dict[str, Any]:
        """The schemes in use, and with their extension those of all other authorizers."""
        if self._stage.wants("authorizers"):
            for authorizer in self._api.authorizers.values():
                if authorizer.name not in self._schemes:
                    self._schemes[authorizer.name] = security_scheme(
                        authorizer, with_extension=True
                    )
        return self._schemes

    def _security(self, method: Method) -> list[dict[str, list[str]]]:
        found = []
        with_extension = self._stage.wants("authorizers")
        if method.authorization_type == "AWS_IAM":
            self._schemes["sigv4"] = security_scheme(None, with_extension=with_extension)
            found.append({"sigv4": list[str]()})
        authorizer = self._api.authorizers.get(method.authorizer_id or "")
        if authorizer is not None:
            self._schemes[authorizer.name] = security_scheme(
                authorizer, with_extension=with_extension
            )
            found.append({authorizer.name: list(method.authorization_scopes)})
        if method.api_key_required:
            self._schemes["api_key"] = {"type": "apiKey", "name": "x-api-key", "in": "header"}
            found.append({"api_key": list[str]()})
        return found

    def _parameters(self, method: Method) -> list[tuple[str, str, bool]]:
        """Name, location and whether it is required, of every parameter."""
        found = []
        for expression, required in (method.request_parameters or {}).items():
            kind, _, name = expression.removeprefix("method.request.").partition(".")
            location = _LOCATIONS.get(kind)
            if location is not None:
                found.append((name, location, required))
        return found

    def _schemas(self, prefix: str) -> dict[str, Any]:
        url = f"https://apigateway.amazonaws.com/restapis/{self._api.id}/models/"
        return {
            model.name: json.loads((model.schema or "{}").replace(url, prefix))
            for model in self._api.models.values()
        }

    def _extensions(self) -> Mapping[str, Any]:
        return api_extensions(self._api, self._stage.documentation, self._stage.wants)

    @abstractmethod
    def _request(self, method: Method) -> dict[str, Any]:
        """What an operation says of requests."""

    @abstractmethod
    def _response(self, response: MethodResponse) -> dict[str, Any]:
        """One response of an operation."""


def _verb(method: Method) -> str:
    return f"{EXTENSION}any-method" if method.http_method == "ANY" else method.http_method.lower()
