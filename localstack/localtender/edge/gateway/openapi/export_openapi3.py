"""A deployed REST API as a definition in OpenAPI 3.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localtender.edge.gateway.openapi.document import EXTENSION
from localtender.edge.gateway.openapi.export import ApiExport
from localtender.edge.gateway.openapi.export_extensions import (
    endpoint_configuration,
)
from localtender.edge.gateway.state import Method, MethodResponse


class OpenApi3Export(ApiExport):
    """Writes `openapi: 3.0.1`."""

    def document(self) -> dict[str, Any]:
        """The definition."""
        variables = {"basePath": {"default": self._stage.stage_name}}
        url = f"https://{self._stage.host}/{{basePath}}"
        server: dict[str, Any] = {"url": url, "variables": variables}
        endpoint = endpoint_configuration(self._api) if self._stage.wants("endpoint") else None
        if endpoint:
            server[f"{EXTENSION}endpoint-configuration"] = endpoint
        document = {
            "openapi": "3.0.1",
            "info": self._info(),
            "servers": [server],
            "paths": self._paths(),
        }
        components: dict[str, Any] = {}
        schemas = self._schemas("#/components/schemas/")
        if schemas:
            components["schemas"] = schemas
        schemes = self._all_schemes()
        if schemes:
            components["securitySchemes"] = schemes
        return {**document, "components": components, **self._extensions()}

    def _request(self, method: Method) -> dict[str, Any]:
        request: dict[str, Any] = {}
        parameters = [
            {
                "name": name,
                "in": location,
                **({"required": True} if required else {}),
                "schema": {"type": "string"},
            }
            for name, location, required in self._parameters(method)
        ]
        if parameters:
            request["parameters"] = parameters
        if method.request_models:
            request["requestBody"] = {"content": _content(method.request_models), "required": True}
        return request

    def _response(self, response: MethodResponse) -> dict[str, Any]:
        written: dict[str, Any] = {"description": f"{response.status_code} response"}
        if response.response_parameters:
            written["headers"] = {
                name.removeprefix("method.response.header."): {"schema": {"type": "string"}}
                for name in response.response_parameters
            }
        return {**written, "content": _content(response.response_models or {})}


def _content(models: Mapping[str, str]) -> dict[str, Any]:
    return {
        media_type: {"schema": {"$ref": f"#/components/schemas/{model}"}}
        for media_type, model in models.items()
    }
