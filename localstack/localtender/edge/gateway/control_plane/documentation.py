"""Documentation parts: CreateDocumentationPart, Get(s), Update, Delete, ImportDocumentationParts.

After "DocumentationPart" of the API Gateway API reference; messages as LocalStack's provider has
them from AWS.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.documentation_locations import (
    checked_location,
    same_place,
)
from localtender.edge.gateway.control_plane.lookup import (
    conflict,
    find_rest_api,
    not_found,
    present,
    rest_api,
)
from localtender.edge.gateway.control_plane.pagination import page
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    listing_refusal,
)
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.openapi.documentation_import import import_parts
from localtender.edge.gateway.openapi.findings import Findings
from localtender.edge.gateway.openapi.reading import load_text
from localtender.edge.gateway.state import DocumentationPart, RestApi
from localtender.edge.gateway.store import Store, with_entry, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class DocumentationParts:
    """The operations on documentation parts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateDocumentationPart": self.create_documentation_part,
            "GetDocumentationPart": self.get_documentation_part,
            "GetDocumentationParts": self.get_documentation_parts,
            "UpdateDocumentationPart": self.update_documentation_part,
            "DeleteDocumentationPart": self.delete_documentation_part,
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
        self._save(caller, api, new)
        return describe_documentation_part(new)

    async def get_documentation_part(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One part."""
        return describe_documentation_part(self._find(caller, parameters)[1])

    async def get_documentation_parts(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The parts of an API by type, path and name, page by page."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        kind, path = parameters.get("type"), parameters.get("path")
        name = parameters.get("nameQuery") or ""
        return page(
            [
                part
                for part in api.documentation_parts.values()
                if kind in (None, part.location.type)
                and path in (None, part.location.path)
                and name in (part.location.name or "")
            ],
            parameters,
            key=lambda part: part.id,
            describe=describe_documentation_part,
        )

    async def update_documentation_part(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change a part's properties."""
        api, found = self._find(caller, parameters)
        changed = _PATCHES.apply(found, parameters)
        self._save(caller, api, changed)
        return describe_documentation_part(changed)

    async def delete_documentation_part(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove a part; versions keep it."""
        api, found = self._find(caller, parameters)
        kept = without_entry(api.documentation_parts, found.id)
        self._store.save_rest_api(caller, replace(api, documentation_parts=kept))
        return {}

    async def import_documentation_parts(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """The parts of a definition, beside those there are or instead of them."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        document = load_text(parameters["body"])
        if not isinstance(document, Mapping):
            raise bad_request("Invalid OpenAPI input.")
        given = (document.get("x-amazon-apigateway-documentation") or {}).get("documentationParts")
        if parameters.get("mode") == "overwrite":
            api = replace(api, documentation_parts={})
        findings = Findings()
        imported, identifiers = import_parts(given or (), api, findings)
        findings = Findings(warnings=findings.errors)
        findings.check(fail_on_warnings=bool(parameters.get("failOnWarnings")))
        self._store.save_rest_api(caller, imported)
        return present(ids=identifiers, warnings=findings.warnings or None)

    def _find(self, caller: Caller, parameters: Parameters) -> tuple[RestApi, DocumentationPart]:
        api = find_rest_api(self._store, caller, parameters["restApiId"])
        identifier = parameters["documentationPartId"]
        found = None if api is None else api.documentation_parts.get(identifier)
        if api is None or found is None:
            raise not_found("Invalid Documentation part identifier specified")
        return api, found

    def _save(self, caller: Caller, api: RestApi, part: DocumentationPart) -> None:
        parts = with_entry(api.documentation_parts, part.id, part)
        self._store.save_rest_api(caller, replace(api, documentation_parts=parts))


def describe_documentation_part(found: DocumentationPart) -> Parameters:
    """The DocumentationPart shape."""
    location = present(
        type=found.location.type,
        path=found.location.path,
        method=found.location.method,
        statusCode=found.location.status_code,
        name=found.location.name,
    )
    return {"id": found.id, "location": location, "properties": found.properties}


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
