"""Definitions in OpenAPI 3.0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from localtender.edge.gateway.control_plane.model_keywords import without_unknown_keywords
from localtender.edge.gateway.openapi.document import (
    EXTENSION,
    DescribedOperation,
    DescribedResponse,
    OpenApiDocument,
    described_parameters,
)
from localtender.edge.gateway.openapi.structure import REQUEST_BODY, RESPONSE

_VARIABLE = re.compile(r"\{([^}]+)\}")


class OpenApi3Document(OpenApiDocument):
    """A definition with `openapi: "3.0.x"`."""

    @property
    def base_path(self) -> str:
        """The path of the first server's URL, its variables by their defaults."""
        for server in self.root.get("servers") or ():
            variables = server.get("variables") or {}
            url = _VARIABLE.sub(
                lambda found, known=variables: str((known.get(found[1]) or {}).get("default", "")),  # type: ignore[misc]
                str(server.get("url", "")),
            )
            return urlsplit(url).path
        return ""

    @property
    def endpoint_configuration(self) -> Mapping[str, Any]:
        """The extension of the first server that has it."""
        for server in self.root.get("servers") or ():
            found: Mapping[str, Any] | None = server.get(f"{EXTENSION}endpoint-configuration")
            if found:
                return found
        return self.root.get(f"{EXTENSION}endpoint-configuration") or {}

    @property
    def schemas(self) -> Mapping[str, Any]:
        """`components.schemas`."""
        return (self.root.get("components") or {}).get("schemas") or {}

    def model_schema(self, schema: Any) -> Any:
        """The schema without what OpenAPI 3 has beyond JSON schema draft 4."""
        return without_unknown_keywords(schema)

    @property
    def security_schemes(self) -> Mapping[str, Any]:
        """`components.securitySchemes`."""
        return (self.root.get("components") or {}).get("securitySchemes") or {}

    def _operation(
        self, path: str, verb: str, members: Mapping[str, Any], shared: list[Any]
    ) -> DescribedOperation:
        place = f"paths.'{path}'({verb.lower()})"
        given = self._parameters(members.get("parameters") or [], shared, place)
        body = self.resolve(members.get("requestBody") or {}, f"{place}.requestBody", REQUEST_BODY)
        return DescribedOperation(
            path=path,
            verb=verb,
            operation_id=members.get("operationId"),
            parameters=described_parameters(given),
            schemas=_schemas(body),
            responses=tuple(
                self._response(str(status), response, place)
                for status, response in (members.get("responses") or {}).items()
                if not str(status).startswith("x-")
            ),
            security=members.get("security"),
            members=members,
        )

    def _response(self, status: str, given: Any, place: str) -> DescribedResponse:
        response = self.resolve(given or {}, f"{place}.responses.{status}", RESPONSE)
        return DescribedResponse(status, tuple(response.get("headers") or ()), _schemas(response))


def _schemas(holder: Mapping[str, Any]) -> dict[str, Any]:
    return {
        media_type: content["schema"]
        for media_type, content in (holder.get("content") or {}).items()
        if isinstance(content, Mapping) and content.get("schema")
    }
