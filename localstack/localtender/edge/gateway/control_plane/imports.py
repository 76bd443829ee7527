"""REST APIs out of OpenAPI definitions: ImportRestApi, PutRestApi.

After these operations of the API Gateway API reference; what stays, what goes and the messages as
recorded on AWS in LocalStack's `test_apigateway_import.snapshot.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from localtender.edge.gateway.control_plane.lookup import rest_api
from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.control_plane.quotas import check_definition_size
from localtender.edge.gateway.control_plane.rest_apis import (
    check_free_place,
    describe_rest_api,
    free_identifier,
)
from localtender.edge.gateway.identifiers import long_identifier
from localtender.edge.gateway.openapi.api_import import BasePath, ImportOptions, import_api
from localtender.edge.gateway.openapi.findings import Findings
from localtender.edge.gateway.openapi.reading import read_document
from localtender.edge.gateway.state import Resource, RestApi
from localtender.edge.gateway.store import Store
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_BASE_PATHS = ("ignore", "prepend", "split")


class Imports:
    """The operations that read OpenAPI definitions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {"ImportRestApi": self.import_rest_api, "PutRestApi": self.put_rest_api}

    async def import_rest_api(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new API as a definition describes it; it has no models but the definition's."""
        root = Resource(id=long_identifier(), path="/")
        new = RestApi(
            id=free_identifier(self._store),
            name="",
            created_date=datetime.now(UTC).replace(microsecond=0),
            root_resource_id=root.id,
            resources={root.id: root},
        )
        return self._import(caller, new, parameters, is_merge=False, tags_when_empty=False)

    async def put_rest_api(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change an API to what a definition describes, all of it or where the two differ."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        mode = parameters.get("mode") or "merge"
        return self._import(caller, api, parameters, is_merge=mode == "merge", tags_when_empty=True)

    def _import(
        self,
        caller: Caller,
        api: RestApi,
        parameters: Parameters,
        *,
        is_merge: bool,
        tags_when_empty: bool,
    ) -> Parameters:
        findings = Findings()
        options = _options(parameters.get("parameters") or {}, is_merge=is_merge)
        check_definition_size(parameters["body"])
        document = read_document(parameters["body"])
        imported = import_api(document, api, options, findings)
        findings.check(fail_on_warnings=bool(parameters.get("failOnWarnings")))
        if not self._store.is_taken(imported.id):
            check_free_place(self._store, caller, imported)
        self._store.save_rest_api(caller, imported)
        answer = describe_rest_api(imported, caller, tags_when_empty=tags_when_empty)
        if findings.warnings:
            answer["warnings"] = findings.warnings
        return answer


def _options(query: Mapping[str, Any], *, is_merge: bool) -> ImportOptions:
    base_path = str(query.get("basepath") or query.get("basePath") or "ignore").lower()
    if base_path not in _BASE_PATHS:
        raise bad_request(
            f"Invalid basepath specified: {base_path}. Must be one of: [{', '.join(_BASE_PATHS)}]"
        )
    return ImportOptions(
        base_path=cast("BasePath", base_path),
        is_merge=is_merge,
        ignores_documentation="documentation" in str(query.get("ignore", "")).split(","),
        endpoint_type=query.get("endpointConfigurationTypes"),
    )
