"""A stage's API as an OpenAPI definition: GetExport.

After "GetExport" of the API Gateway API reference; the answer's headers as recorded on AWS in
LocalStack's `test_apigateway_extended.snapshot.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from localtender.edge.gateway.control_plane.lookup import stage
from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.openapi.export import ExportedStage
from localtender.edge.gateway.openapi.export_openapi3 import OpenApi3Export
from localtender.edge.gateway.openapi.export_swagger2 import Swagger2Export
from localtender.edge.gateway.openapi.yaml_text import dump_yaml
from localtender.edge.gateway.store import Store
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_EXPORTS = {"swagger": Swagger2Export, "oas30": OpenApi3Export}


class Exports:
    """The operations that write OpenAPI definitions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {"GetExport": self.get_export}

    async def get_export(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The definition of what a stage serves, as JSON or YAML."""
        api, found = stage(self._store, caller, parameters["restApiId"], parameters["stageName"])
        kind = parameters["exportType"]
        export = _EXPORTS.get(kind)
        if export is None:
            raise bad_request(
                f"No API exporter for type '{kind}'. Must be one of: [{', '.join(_EXPORTS)}]"
            )
        accepted = parameters.get("accepts") or "application/json"
        if accepted not in ("application/json", "application/yaml"):
            raise bad_request(
                f"Unsupported export format '{accepted}'. "
                "Must be one of: [application/json, application/yaml]"
            )
        extensions = str((parameters.get("parameters") or {}).get("extensions", ""))
        exported = ExportedStage(
            deployment=api.deployments[found.deployment_id],
            stage_name=found.name,
            documentation=api.documentation_versions.get(found.documentation_version or ""),
            host=f"{api.id}.execute-api.{caller.region}.amazonaws.com",
            extensions=frozenset(part.strip() for part in extensions.split(",") if part.strip()),
        )
        document = export(exported).document()
        if accepted == "application/yaml":
            suffix, text = "yaml", dump_yaml(document)
        else:
            suffix, text = "json", json.dumps(document, indent=2, separators=(",", " : "))
        return {
            "body": text.encode(),
            "contentType": "application/octet-stream",
            "contentDisposition": f'attachment; filename="{kind}_{exported.version}.{suffix}"',
        }
