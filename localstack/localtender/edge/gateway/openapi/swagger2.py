"""Definitions in OpenAPI 2.0, also known as Swagger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localtender.edge.gateway.openapi.document import (
    EXTENSION,
    DescribedOperation,
    DescribedResponse,
    OpenApiDocument,
    described_parameters,
)
from localtender.edge.gateway.openapi.structure import RESPONSE

_ANNOTATIONS = ("xml", "externalDocs", "readOnly")
_JSON = ["application/json"]


class Swagger2Document(OpenApiDocument):
    """A definition with `swagger: "2.0"`."""

    @property
    def base_path(self) -> str:
        """`basePath`."""
        return str(self.root.get("basePath") or "")

    @property
    def endpoint_configuration(self) -> Mapping[str, Any]:
        """The document's own extension."""
        return self.root.get(f"{EXTENSION}endpoint-configuration") or {}

    @property
    def schemas(self) -> Mapping[str, Any]:
        """`definitions`."""
        return self.root.get("definitions") or {}

    def model_schema(self, schema: Any) -> Any:
        """The schema without what says nothing about its values."""
        return _without_annotations(schema)

    @property
    def security_schemes(self) -> Mapping[str, Any]:
        """`securityDefinitions`."""
        return self.root.get("securityDefinitions") or {}

    def _operation(
        self, path: str, verb: str, members: Mapping[str, Any], shared: list[Any]
    ) -> DescribedOperation:
        place = f"paths.'{path}'({verb.lower()})"
        given = self._parameters(members.get("parameters") or [], shared, place)
        consumed = members.get("consumes") or self.root.get("consumes") or _JSON
        produced = members.get("produces") or self.root.get("produces") or _JSON
        bodies = [item["schema"] for item in given if item["in"] == "body" and "schema" in item]
        return DescribedOperation(
            path=path,
            verb=verb,
            operation_id=members.get("operationId"),
            parameters=described_parameters(given),
            schemas=dict.fromkeys(consumed, bodies[0]) if bodies else {},
            responses=tuple(
                self._response(str(status), response, produced, place)
                for status, response in (members.get("responses") or {}).items()
                if not str(status).startswith("x-")
            ),
            security=members.get("security"),
            members=members,
        )

    def _response(
        self, status: str, given: Any, produced: list[str], place: str
    ) -> DescribedResponse:
        response = self.resolve(given or {}, f"{place}.responses.{status}", RESPONSE)
        schema = response.get("schema")
        return DescribedResponse(
            status=status,
            headers=tuple(response.get("headers") or ()),
            schemas={} if schema is None else dict.fromkeys(produced, schema),
        )


def _without_annotations(node: Any, *, is_schema: bool = True) -> Any:
    if isinstance(node, list):
        return [_without_annotations(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    return {
        name: _without_annotations(item, is_schema=not (is_schema and name == "properties"))
        for name, item in node.items()
        if not is_schema or not (name in _ANNOTATIONS or name.startswith("x-"))
    }
