"""Documentation versions: CreateDocumentationVersion, Get(s), Update, Delete.

After "DocumentationVersion" of the API Gateway API reference: a version keeps the parts as they
were when it was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from localtender.edge.gateway.control_plane.lookup import conflict, not_found, present, rest_api
from localtender.edge.gateway.control_plane.pagination import page
from localtender.edge.gateway.control_plane.patching import (
    PatchRule,
    PatchRules,
    bad_request,
    listing_refusal,
    set_text,
)
from localtender.edge.gateway.state import DocumentationVersion, RestApi
from localtender.edge.gateway.store import Store, with_entry, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class DocumentationVersions:
    """The operations on documentation versions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateDocumentationVersion": self.create_documentation_version,
            "GetDocumentationVersion": self.get_documentation_version,
            "GetDocumentationVersions": self.get_documentation_versions,
            "UpdateDocumentationVersion": self.update_documentation_version,
            "DeleteDocumentationVersion": self.delete_documentation_version,
        }

    async def create_documentation_version(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """A snapshot of the documentation, for a stage where one is named."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        name = parameters["documentationVersion"]
        if name in api.documentation_versions:
            raise conflict(f"Version already exists: {name}")
        new = DocumentationVersion(
            version=name,
            created_date=datetime.now(UTC).replace(microsecond=0),
            description=parameters.get("description") or None,
            parts=api.documentation_parts,
        )
        stage = api.stages.get(parameters.get("stageName") or "")
        if stage is not None:
            served = replace(stage, documentation_version=name)
            api = replace(api, stages=with_entry(api.stages, stage.name, served))
        elif parameters.get("stageName"):
            raise not_found("Invalid stage identifier specified")
        self._save(caller, api, new)
        return describe_documentation_version(new)

    async def get_documentation_version(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One version."""
        return describe_documentation_version(self._find(caller, parameters)[1])

    async def get_documentation_versions(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """All versions of an API, page by page."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        return page(
            list(api.documentation_versions.values()),
            parameters,
            key=lambda version: version.version,
            describe=describe_documentation_version,
        )

    async def update_documentation_version(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Change a version's description."""
        api, found = self._find(caller, parameters)
        changed = _PATCHES.apply(found, parameters)
        self._save(caller, api, changed)
        return describe_documentation_version(changed)

    async def delete_documentation_version(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Remove a version that no stage has."""
        api, found = self._find(caller, parameters)
        if any(stage.documentation_version == found.version for stage in api.stages.values()):
            raise bad_request(
                f"Documentation version {found.version} is associated with a stage and cannot be "
                "deleted"
            )
        kept = without_entry(api.documentation_versions, found.version)
        self._store.save_rest_api(caller, replace(api, documentation_versions=kept))
        return {}

    def _find(self, caller: Caller, parameters: Parameters) -> tuple[RestApi, DocumentationVersion]:
        api = rest_api(self._store, caller, parameters["restApiId"])
        found = api.documentation_versions.get(parameters["documentationVersion"])
        if found is None:
            raise not_found("Invalid Documentation version specified")
        return api, found

    def _save(self, caller: Caller, api: RestApi, version: DocumentationVersion) -> None:
        versions = with_entry(api.documentation_versions, version.version, version)
        self._store.save_rest_api(caller, replace(api, documentation_versions=versions))


def describe_documentation_version(found: DocumentationVersion) -> Parameters:
    """The DocumentationVersion shape."""
    return present(
        version=found.version, createdDate=found.created_date, description=found.description
    )


_PATCHES: PatchRules[DocumentationVersion] = PatchRules(
    PatchRule("/description", ("replace",), set_text("description")), refusal=listing_refusal
)
