"""Responses of methods: PutMethodResponse, GetMethodResponse, Update and Delete.

After "MethodResponse" of the API Gateway API reference; messages as recorded on AWS in
LocalStack's `test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.lookup import (
    conflict,
    method,
    not_found,
    present,
    with_method,
)
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    patched_entry,
)
from localtender.edge.gateway.state import Method, MethodResponse, Resource, RestApi
from localtender.edge.gateway.store import Store, with_entry, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class MethodResponses:
    """The operations on method responses."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "PutMethodResponse": self.put_method_response,
            "GetMethodResponse": self.get_method_response,
            "UpdateMethodResponse": self.update_method_response,
            "DeleteMethodResponse": self.delete_method_response,
        }

    async def put_method_response(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new response of a method."""
        api, owner, found = self._method(caller, parameters)
        status_code = parameters["statusCode"]
        if status_code in found.responses:
            raise conflict("Response already exists for this resource")
        new = _checked(
            api,
            MethodResponse(
                status_code=status_code,
                response_parameters=parameters.get("responseParameters"),
                response_models=parameters.get("responseModels"),
            ),
        )
        changed = replace(found, responses=with_entry(found.responses, status_code, new))
        self._store.save_rest_api(caller, with_method(api, owner, changed))
        return describe_method_response(new)

    async def get_method_response(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One response of a method."""
        _, _, found = self._method(caller, parameters)
        return describe_method_response(_response(found.responses, parameters["statusCode"]))

    async def update_method_response(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change a response by patch operations."""
        api, owner, found = self._method(caller, parameters)
        status_code = parameters["statusCode"]
        new = _PATCHES.apply(_response(found.responses, status_code), parameters)
        new = _checked(api, new)
        changed = replace(found, responses=with_entry(found.responses, status_code, new))
        self._store.save_rest_api(caller, with_method(api, owner, changed))
        return describe_method_response(new)

    async def delete_method_response(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove a response of a method."""
        api, owner, found = self._method(caller, parameters)
        _response(found.responses, parameters["statusCode"])
        changed = replace(found, responses=without_entry(found.responses, parameters["statusCode"]))
        self._store.save_rest_api(caller, with_method(api, owner, changed))
        return {}

    def _method(self, caller: Caller, parameters: Parameters) -> tuple[RestApi, Resource, Method]:
        return method(self._store, caller, parameters)


def describe_method_response(found: MethodResponse) -> Parameters:
    """The MethodResponse shape."""
    return present(
        statusCode=found.status_code,
        responseParameters=found.response_parameters,
        responseModels=found.response_models,
    )


def _response(responses: Mapping[str, MethodResponse], status_code: str) -> MethodResponse:
    found = responses.get(status_code)
    if found is None:
        raise not_found("Invalid Response status code specified")
    return found


def _checked(api: RestApi, candidate: MethodResponse) -> MethodResponse:
    for name in candidate.response_parameters or {}:
        if not name.startswith("method.response.header."):
            raise bad_request(
                "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
                f"[Invalid mapping expression parameter specified: {name}]"
            )
    for model in (candidate.response_models or {}).values():
        if model not in api.models:
            raise bad_request(f"Invalid model identifier specified: {model}")
    return candidate


def _patch_parameter(found: MethodResponse, patch: Patch) -> MethodResponse:
    known = found.response_parameters or {}
    if patch.operation != "add" and patch.names[0] not in known:
        raise not_found("Invalid parameter name specified")
    return replace(found, response_parameters=patched_entry(known, patch, patch.flag()))


def _patch_model(found: MethodResponse, patch: Patch) -> MethodResponse:
    known = found.response_models or {}
    if patch.operation != "add" and patch.names[0] not in known:
        raise not_found("Content-Type specified was not found")
    return replace(found, response_models=patched_entry(known, patch, patch.value))


_EVERY = ("add", "remove", "replace")
_PATCHES: PatchRules[MethodResponse] = PatchRules(
    PatchRule("/responseParameters/{}", _EVERY, _patch_parameter),
    PatchRule("/responseModels/{}", _EVERY, _patch_model),
)
