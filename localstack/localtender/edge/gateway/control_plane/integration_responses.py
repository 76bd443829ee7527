"""Responses of integrations: PutIntegrationResponse, GetIntegrationResponse, Update and Delete.

After "IntegrationResponse" of the API Gateway API reference; members and messages as recorded on
AWS in LocalStack's `test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.lookup import (
    integration_of,
    method,
    not_found,
    present,
    resource,
    with_method,
)
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    patched_entry,
    set_entry,
    set_text,
)
from localtender.edge.gateway.control_plane.quotas import check_template_size
from localtender.edge.gateway.state import (
    Integration,
    IntegrationResponse,
    Method,
    Resource,
    RestApi,
)
from localtender.edge.gateway.store import Store, with_entry, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class IntegrationResponses:
    """The operations on integration responses."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "PutIntegrationResponse": self.put_integration_response,
            "GetIntegrationResponse": self.get_integration_response,
            "UpdateIntegrationResponse": self.update_integration_response,
            "DeleteIntegrationResponse": self.delete_integration_response,
        }

    async def put_integration_response(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Add a response, or replace the one of the same status code."""
        api, owner, found = self._method(caller, parameters)
        new = IntegrationResponse(
            status_code=parameters["statusCode"],
            selection_pattern=parameters.get("selectionPattern"),
            response_parameters=parameters.get("responseParameters") or None,
            response_templates=_templates(parameters.get("responseTemplates")),
            content_handling=parameters.get("contentHandling"),
        )
        self._save(caller, api, owner, found, _checked(found, new))
        return describe_integration_response(new)

    async def get_integration_response(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One response of an integration."""
        _, _, found = self._method(caller, parameters)
        return describe_integration_response(
            _response(integration_of(found), parameters["statusCode"])
        )

    async def update_integration_response(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Change a response by patch operations."""
        api, owner, found = self._method(caller, parameters)
        current = _response(integration_of(found), parameters["statusCode"])
        changed = _checked(found, _PATCHES.apply(current, parameters))
        self._save(caller, api, owner, found, changed)
        return describe_integration_response(changed)

    async def delete_integration_response(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Remove a response of an integration."""
        api, owner = resource(
            self._store, caller, parameters["restApiId"], parameters["resourceId"]
        )
        found = owner.methods.get(parameters["httpMethod"])
        if found is None:
            # AWS tells a missing method here as a missing integration.
            raise not_found("Invalid Integration identifier specified")
        current = integration_of(found)
        _response(current, parameters["statusCode"])
        kept = without_entry(current.responses, parameters["statusCode"])
        changed = replace(found, integration=replace(current, responses=kept))
        self._store.save_rest_api(caller, with_method(api, owner, changed))
        return {}

    def _method(self, caller: Caller, parameters: Parameters) -> tuple[RestApi, Resource, Method]:
        return method(self._store, caller, parameters)

    def _save(
        self, caller: Caller, api: RestApi, owner: Resource, found: Method, new: IntegrationResponse
    ) -> None:
        current = integration_of(found)
        responses = with_entry(current.responses, new.status_code, new)
        changed = replace(found, integration=replace(current, responses=responses))
        self._store.save_rest_api(caller, with_method(api, owner, changed))


def describe_integration_response(found: IntegrationResponse) -> Parameters:
    """The IntegrationResponse shape."""
    return present(
        statusCode=found.status_code,
        selectionPattern=found.selection_pattern,
        responseParameters=found.response_parameters,
        responseTemplates=found.response_templates,
        contentHandling=found.content_handling,
    )


def _response(found: Integration, status_code: str) -> IntegrationResponse:
    response = found.responses.get(status_code)
    if response is None:
        raise not_found("Invalid Response status code specified")
    return response


def _templates(given: Mapping[str, str | None] | None) -> dict[str, str | None] | None:
    checked: dict[str, str | None] = {}
    for media_type, text in (given or {}).items():
        if "/" not in media_type:
            raise bad_request(
                "Validation Result: warnings : [], errors : "
                f"[Invalid content type specified: {media_type}]"
            )
        check_template_size(text or "")
        checked[media_type] = text or None
    return checked or None


def _checked(owner: Method, candidate: IntegrationResponse) -> IntegrationResponse:
    declared = owner.responses.get(candidate.status_code)
    known = (declared.response_parameters if declared else None) or {}
    for name in candidate.response_parameters or {}:
        if name not in known:
            raise bad_request(
                "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
                f"[Invalid mapping expression parameter specified: {name}]"
            )
    return candidate


def _patch_template(found: IntegrationResponse, patch: Patch) -> IntegrationResponse:
    entries = patched_entry(found.response_templates, patch, patch.value)
    return replace(found, response_templates=_templates(entries))


def _patch_pattern(found: IntegrationResponse, patch: Patch) -> IntegrationResponse:
    return replace(found, selection_pattern=None if patch.is_removal else patch.text())


_EVERY = ("add", "remove", "replace")
_PATCHES: PatchRules[IntegrationResponse] = PatchRules(
    PatchRule("/selectionPattern", ("replace", "remove"), _patch_pattern),
    PatchRule("/contentHandling", ("replace", "remove"), set_text("content_handling")),
    PatchRule("/responseParameters/{}", _EVERY, set_entry("response_parameters")),
    PatchRule("/responseTemplates/{}", _EVERY, _patch_template),
)
