"""Request validators: CreateRequestValidator, GetRequestValidator(s), Update and Delete.

After "RequestValidator" of the API Gateway API reference; messages as recorded on AWS in
LocalStack's `test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.family import ApiFamily
from localtender.edge.gateway.control_plane.lookup import (
    conflict,
    find_rest_api,
    methods_of,
)
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
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class RequestValidators(ApiFamily[RequestValidator]):
    """The operations on request validators."""

    field = "request_validators"
    parameter = "requestValidatorId"
    missing = "Invalid Request Validator identifier specified"
    tells_missing_api = False

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateRequestValidator": self.create_request_validator,
            "GetRequestValidator": self.get_one,
            "GetRequestValidators": self.get_page,
            "UpdateRequestValidator": self.update,
            "DeleteRequestValidator": self.delete,
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

    def _key(self, entity: RequestValidator) -> str:
        return entity.id

    def _describe(self, entity: RequestValidator) -> Parameters:
        return describe_request_validator(entity)

    def _patched(
        self, owner: RestApi, found: RequestValidator, parameters: Parameters
    ) -> RequestValidator:
        del owner
        return _PATCHES.apply(found, parameters)

    def _check_unused(self, owner: RestApi, found: RequestValidator) -> None:
        for place, method in methods_of(owner):
            if method.request_validator_id == found.id:
                raise conflict(
                    f"Cannot delete validator '{found.id}', "
                    f"is referenced in method request: {place}"
                )


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
