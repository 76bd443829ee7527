"""Request validators: CreateRequestValidator, GetRequestValidator(s), Update and Delete.

After "RequestValidator" of the API Gateway API reference; messages as recorded on AWS in
LocalStack's `test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.lookup import (
    conflict,
    find_rest_api,
    methods_of,
    not_found,
    rest_api,
)
from localtender.edge.gateway.control_plane.pagination import page
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    listing_refusal,
    set_flag,
)
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.state import RequestValidator, RestApi
from localtender.edge.gateway.store import Store, with_entry, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class RequestValidators:
    """The operations on request validators."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateRequestValidator": self.create_request_validator,
            "GetRequestValidator": self.get_request_validator,
            "GetRequestValidators": self.get_request_validators,
            "UpdateRequestValidator": self.update_request_validator,
            "DeleteRequestValidator": self.delete_request_validator,
        }

    async def create_request_validator(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new validator."""
        api = find_rest_api(self._store, caller, parameters["restApiId"])
        if api is None:
            raise bad_request("Invalid REST API identifier specified")
        identifier = short_identifier()
        new = RequestValidator(
            id=identifier,
            name=parameters.get("name") or identifier,
            validate_request_body=bool(parameters.get("validateRequestBody")),
            validate_request_parameters=bool(parameters.get("validateRequestParameters")),
        )
        self._save(caller, api, new)
        return describe_request_validator(new)

    async def get_request_validator(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One validator."""
        return describe_request_validator(self._find(caller, parameters)[1])

    async def get_request_validators(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All validators of an API, page by page."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        return page(
            list(api.request_validators.values()),
            parameters,
            key=lambda validator: validator.id,
            describe=describe_request_validator,
        )

    async def update_request_validator(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change a validator by patch operations."""
        api, found = self._find(caller, parameters)
        changed = _PATCHES.apply(found, parameters)
        self._save(caller, api, changed)
        return describe_request_validator(changed)

    async def delete_request_validator(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove a validator that no method uses."""
        api, found = self._find(caller, parameters)
        for place, method in methods_of(api):
            if method.request_validator_id == found.id:
                raise conflict(
                    f"Cannot delete validator '{found.id}', "
                    f"is referenced in method request: {place}"
                )
        kept = without_entry(api.request_validators, found.id)
        self._store.save_rest_api(caller, replace(api, request_validators=kept))
        return {}

    def _find(self, caller: Caller, parameters: Parameters) -> tuple[RestApi, RequestValidator]:
        api = find_rest_api(self._store, caller, parameters["restApiId"])
        identifier = parameters["requestValidatorId"]
        found = None if api is None else api.request_validators.get(identifier)
        if api is None or found is None:
            raise not_found("Invalid Request Validator identifier specified")
        return api, found

    def _save(self, caller: Caller, api: RestApi, validator: RequestValidator) -> None:
        validators = with_entry(api.request_validators, validator.id, validator)
        self._store.save_rest_api(caller, replace(api, request_validators=validators))


def describe_request_validator(found: RequestValidator) -> Parameters:
    """The RequestValidator shape."""
    return {
        "id": found.id,
        "name": found.name,
        "validateRequestBody": found.validate_request_body,
        "validateRequestParameters": found.validate_request_parameters,
    }


def _patch_name(found: RequestValidator, patch: Patch) -> RequestValidator:
    if not patch.value:
        raise bad_request("Request Validator name cannot be blank")
    return replace(found, name=patch.value)


_PATCHES: PatchRules[RequestValidator] = PatchRules(
    PatchRule("/name", ("replace",), _patch_name),
    PatchRule("/validateRequestParameters", ("replace",), set_flag("validate_request_parameters")),
    PatchRule("/validateRequestBody", ("replace",), set_flag("validate_request_body")),
    refusal=listing_refusal,
)
