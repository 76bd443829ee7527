"""A deployed REST API as a definition in OpenAPI 2.0."""

from __future__ import annotations

from typing import Any

from localtender.edge.gateway.openapi.document import EXTENSION
from localtender.edge.gateway.openapi.export import ApiExport
from localtender.edge.gateway.openapi.export_extensions import (
    endpoint_configuration,
)
from localtender.edge.gateway.state import Method, MethodResponse


class Swagger2Export(ApiExport):
    """Writes `swagger: "2.0"`."""

    def document(self) -> dict[str, Any]:
        """The definition."""
        document = {
            "swagger": "2.0",
            "info": self._info(),
            "host": self._stage.host,
            "basePath": f"/{self._stage.stage_name}",
            "schemes": ["https"],
            "paths": self._paths(),
        }
        schemes = self._all_schemes()
        if schemes:
            document["securityDefinitions"] = schemes
        schemas = self._schemas("#/definitions/")
        if schemas:
            document["definitions"] = schemas
        endpoint = endpoint_configuration(self._api) if self._stage.wants("endpoint") else None
        if endpoint:
            document[f"{EXTENSION}endpoint-configuration"] = endpoint
        return {**document, **self._extensions()}

    def _request(self, method: Method) -> dict[str, Any]:
        request: dict[str, Any] = {}
        integration = method.integration
        templates = integration.request_templates if integration else None
        consumed = list(dict.fromkeys((*(method.request_models or {}), *(templates or {}))))
        produced = dict.fromkeys(
            media_type
            for response in method.responses.values()
            for media_type in response.response_models or {}
        )
        for response in integration.responses.values() if integration else ():
            produced.update(dict.fromkeys(response.response_templates or {}))
        if consumed:
            request["consumes"] = consumed
        if produced:
            request["produces"] = list(produced)
        parameters: list[dict[str, Any]] = [
            {"name": name, "in": location, "required": required, "type": "string"}
            for name, location, required in self._parameters(method)
        ]
        for model in dict.fromkeys((method.request_models or {}).values()):
            schema = {"$ref": f"#/definitions/{model}"}
            parameters.append({"in": "body", "name": model, "required": True, "schema": schema})
        if parameters:
            request["parameters"] = parameters
        return request

    def _response(self, response: MethodResponse) -> dict[str, Any]:
        written: dict[str, Any] = {"description": f"{response.status_code} response"}
        for model in (response.response_models or {}).values():
            written["schema"] = {"$ref": f"#/definitions/{model}"}
        if response.response_parameters:
            written["headers"] = {
                name.removeprefix("method.response.header."): {"type": "string"}
                for name in response.response_parameters
            }
        return written
