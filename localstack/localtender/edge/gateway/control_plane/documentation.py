"""Documentation parts: CreateDocumentationPart, Get(s), Update, Delete, ImportDocumentationParts.

After "DocumentationPart" of the API Gateway API reference; messages as LocalStack's provider has
them from AWS.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from localtender.edge.gateway.control_plane.documentation_locations import (
    checked_location,
    described_location,
    same_place,
)
from localtender.edge.gateway.control_plane.family import ApiFamily
from localtender.edge.gateway.control_plane.lookup import (
    conflict,
    present,
    rest_api,
)
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    listing_refusal,
)
from localtender.edge.gateway.control_plane.quotas import DOCUMENTATION_PARTS
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.openapi.documentation_import import import_parts
from localtender.edge.gateway.openapi.findings import Findings
from localtender.edge.gateway.openapi.reading import load_text
from localtender.edge.gateway.openapi.structure import DOCUMENTATION
from localtender.edge.gateway.state import DocumentationPart, RestApi
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class DocumentationParts(ApiFamily[DocumentationPart]):
    """The operations on documentation parts."""

    field = "documentation_parts"
    parameter = "documentationPartId"
    missing = "Invalid Documentation part identifier specified"
    quota = DOCUMENTATION_PARTS
    tells_missing_api = False

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateDocumentationPart": self.create_documentation_part,
            "GetDocumentationPart": self.get_one,
            "GetDocumentationParts": self.get_page,
            "UpdateDocumentationPart": self.update,
            "DeleteDocumentationPart": self.delete,
            "ImportDocumentationParts": self.import_documentation_parts,
        }

    async def create_documentation_part(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new part; there is one for each place."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        location = checked_location(parameters["location"])
        if any(same_place(part, location) for part in api.documentation_parts.values()):
            raise conflict("Documentation part already exists for the specified location")
        properties = _checked_properties(parameters["properties"])
        new = DocumentationPart(short_identifier(), location, properties)
        self._add(caller, api, new)
        return describe_documentation_part(new)

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove a part; versions keep it. Here AWS does tell a missing API."""
        rest_api(self._store, caller, parameters["restApiId"])
        return await super().delete(caller, parameters)

    async def import_documentation_parts(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """The parts of a definition, beside those there are or instead of them."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        given = _documented_parts(parameters["body"])
        if parameters.get("mode") == "overwrite":
            api = replace(api, documentation_parts={})
        findings = Findings()
        imported, identifiers = import_parts(given or (), api, findings)
        findings = Findings(warnings=findings.errors)
        findings.check(fail_on_warnings=bool(parameters.get("failOnWarnings")))
        self._store.save_rest_api(caller, imported)
        return present(ids=identifiers, warnings=findings.warnings or None)

    def _key(self, entity: DocumentationPart) -> str:
        return entity.id

    def _describe(self, entity: DocumentationPart) -> Parameters:
        return describe_documentation_part(entity)

    def _patched(
        self, owner: RestApi, found: DocumentationPart, parameters: Parameters
    ) -> DocumentationPart:
        del owner
        return _PATCHES.apply(found, parameters)

    def _listed(self, owner: RestApi, parameters: Parameters) -> list[DocumentationPart]:
        kind, path = parameters.get("type"), parameters.get("path")
        name = parameters.get("nameQuery") or ""
        return [
            part
            for part in owner.documentation_parts.values()
            if kind in (None, part.location.type)
            and path in (None, part.location.path)
            and name in (part.location.name or "")
        ]


def describe_documentation_part(found: DocumentationPart) -> Parameters:
    """The DocumentationPart shape."""
    return {
        "id": found.id,
        "location": described_location(found.location),
        "properties": found.properties,
    }


def _documented_parts(body: bytes) -> Any:
    try:
        document = load_text(body)
    except ServiceError:
        document = None
    if not isinstance(document, Mapping):
        raise bad_request("Unable to build importer with provided input.")
    DOCUMENTATION.trim(document, "")
    return (document.get("x-amazon-apigateway-documentation") or {}).get("documentationParts")


def _checked_properties(text: str) -> str:
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise bad_request("Documentation part properties must be non-empty and a JSON object")
    return text


def _patch_properties(found: DocumentationPart, patch: Patch) -> DocumentationPart:
    return replace(found, properties=_checked_properties(patch.text()))


_PATCHES: PatchRules[DocumentationPart] = PatchRules(
    PatchRule("/properties", ("replace",), _patch_properties), refusal=listing_refusal
)
