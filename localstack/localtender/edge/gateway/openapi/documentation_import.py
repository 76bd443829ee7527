"""Documentation parts out of `x-amazon-apigateway-documentation`.

After "x-amazon-apigateway-documentation object" and "Import API documentation" of the developer
guide. Descriptions that stand in the definition itself are not made into parts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from localtender.edge.gateway.control_plane.documentation_locations import (
    checked_location,
    same_place,
)
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.openapi.findings import Findings
from localtender.edge.gateway.state import DocumentationPart, DocumentationVersion, RestApi


def import_documentation(given: Any, api: RestApi, findings: Findings) -> RestApi:
    """The API with the documentation of a definition's extension."""
    if not isinstance(given, Mapping):
        return api
    api, _ = import_parts(given.get("documentationParts") or (), api, findings)
    version = given.get("version")
    if version and str(version) not in api.documentation_versions:
        made = DocumentationVersion(
            version=str(version),
            created_date=datetime.now(UTC).replace(microsecond=0),
            description=given.get("description"),
            parts=api.documentation_parts,
        )
        versions = {**api.documentation_versions, made.version: made}
        api = replace(api, documentation_versions=versions)
    return api


def import_parts(
    given: Iterable[Mapping[str, Any]], api: RestApi, findings: Findings
) -> tuple[RestApi, list[str]]:
    """The API with these parts, and their ids; a part of the same place is replaced."""
    parts = dict(api.documentation_parts)
    identifiers = []
    for item in given:
        with findings.during("Unable to create documentation part"):
            location = checked_location(item.get("location") or {})
            properties = item.get("properties") or {}
            text = properties if isinstance(properties, str) else json.dumps(properties)
            known = next((part for part in parts.values() if same_place(part, location)), None)
            identifier = short_identifier() if known is None else known.id
            parts[identifier] = DocumentationPart(identifier, location, text)
            identifiers.append(identifier)
    return replace(api, documentation_parts=parts), identifiers
