"""Models out of a definition's schemas.

A `$ref` to another schema becomes a reference to the model's URL, and a schema that stands inside
an operation a model with a name of its own, as recorded on AWS in LocalStack's
`test_apigateway_import.snapshot.json`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from localtender.edge.gateway.control_plane.models import checked_schema
from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.openapi.document import OpenApiDocument
from localtender.edge.gateway.openapi.findings import Findings
from localtender.edge.gateway.state import Model

_JSON = "application/json"


class ModelImport:
    """Collects the models of one import; `existing` ones keep their ids."""

    def __init__(
        self,
        document: OpenApiDocument,
        api_id: str,
        existing: Mapping[str, Model],
        findings: Findings,
    ) -> None:
        self._document = document
        self._url = f"https://apigateway.amazonaws.com/restapis/{api_id}/models/"
        self._existing = existing
        self._findings = findings
        self.models: dict[str, Model] = {}

    def add_all(self) -> None:
        """Make a model of each of the document's schemas."""
        for name, schema in self._document.schemas.items():
            with self._findings.during(f"Unable to create model for '{name}'"):
                self._add(name, schema)

    def name_for(self, schema: Any, place: str) -> str | None:
        """The model that an operation's schema means, made where it stands there by itself."""
        if not isinstance(schema, Mapping) or not schema:
            return None
        reference = schema.get("$ref")
        if reference is None:
            name = f"MODEL{secrets.token_hex(3)}"
            with self._findings.during(f"Unable to create model for {place}"):
                self._add(name, schema)
            return name
        name = self._document.schema_name(str(reference)) or ""
        if name in self.models or name in self._existing:
            return name
        if name in self._document.schemas:
            self._findings.warnings.append(f"Reference to model '{name}' not found. Ignoring.")
            return "null"
        self._findings.warnings.append(f"Parse issue: attribute {place}.{reference} is missing")
        return None

    def _add(self, name: str, schema: Any) -> None:
        if not name.isalnum():
            raise bad_request(f"Model name must be alphanumeric: {name}")
        described = schema.get("description") if isinstance(schema, Mapping) else None
        schema = self._document.model_schema(schema)
        text = json.dumps(self._with_model_urls(schema), indent=2, separators=(",", " : "))
        known = self._existing.get(name)
        self.models[name] = Model(
            id=short_identifier() if known is None else known.id,
            name=name,
            content_type=_JSON,
            schema=checked_schema(text),
            description=None if described is None else str(described),
        )

    def _with_model_urls(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._with_model_urls(item) for item in node]
        if not isinstance(node, Mapping):
            return node
        written = {name: self._with_model_urls(value) for name, value in node.items()}
        reference = node.get("$ref")
        name = self._document.schema_name(reference) if isinstance(reference, str) else None
        return written if name is None else {**written, "$ref": f"{self._url}{name}"}
