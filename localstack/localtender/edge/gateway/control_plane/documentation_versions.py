"""Documentation versions: CreateDocumentationVersion, Get(s), Update, Delete.

After "DocumentationVersion" of the API Gateway API reference: a version keeps the parts as they
were when it was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from localtender.edge.gateway.control_plane.family import ApiFamily
from localtender.edge.gateway.control_plane.lookup import conflict, not_found, present, rest_api
from localtender.edge.gateway.control_plane.patching import (
    PatchRule,
    PatchRules,
    bad_request,
    listing_refusal,
    set_text,
)
from localtender.edge.gateway.state import DocumentationVersion, RestApi
from localtender.edge.gateway.store import with_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class DocumentationVersions(ApiFamily[DocumentationVersion]):
    """The operations on documentation versions."""

    field = "documentation_versions"
    parameter = "documentationVersion"
    missing = "Invalid Documentation version specified"

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateDocumentationVersion": self.create_documentation_version,
            "GetDocumentationVersion": self.get_one,
            "GetDocumentationVersions": self.get_page,
            "UpdateDocumentationVersion": self.update,
            "DeleteDocumentationVersion": self.delete,
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

    def _key(self, entity: DocumentationVersion) -> str:
        return entity.version

    def _describe(self, entity: DocumentationVersion) -> Parameters:
        return describe_documentation_version(entity)

    def _patched(
        self, owner: RestApi, found: DocumentationVersion, parameters: Parameters
    ) -> DocumentationVersion:
        del owner
        return _PATCHES.apply(found, parameters)

    def _check_unused(self, owner: RestApi, found: DocumentationVersion) -> None:
        if any(stage.documentation_version == found.version for stage in owner.stages.values()):
            raise bad_request(
                f"Documentation version {found.version} is associated with a stage and cannot be "
                "deleted"
            )


def describe_documentation_version(found: DocumentationVersion) -> Parameters:
    """The DocumentationVersion shape."""
    return present(
        version=found.version, createdDate=found.created_date, description=found.description
    )


_PATCHES: PatchRules[DocumentationVersion] = PatchRules(
    PatchRule("/description", ("replace",), set_text("description")), refusal=listing_refusal
)
