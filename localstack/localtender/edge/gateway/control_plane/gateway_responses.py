"""Gateway responses: PutGatewayResponse, GetGatewayResponse(s), Update and Delete.

After "Gateway response types for API Gateway" of the developer guide. Which members a default or
derived response has, and the messages, are as recorded on AWS in LocalStack's
`test_apigateway_api.snapshot.json` (`test_gateway_response_*`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.lookup import not_found, present, rest_api
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    set_text,
)
from localtender.edge.gateway.state import GatewayResponse, RestApi, TextMap
from localtender.edge.gateway.store import Store, with_entry, without_entry
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

DEFAULT_TEMPLATES: Mapping[str, str] = {
    "application/json": '{"message":$context.error.messageString}'
}
# In the order AWS's own validation message lists them; the defaults have no status of their own.
STATUS_CODES: Mapping[str, str | None] = {
    "REQUEST_TOO_LARGE": "413",
    "RESOURCE_NOT_FOUND": "404",
    "AUTHORIZER_CONFIGURATION_ERROR": "500",
    "MISSING_AUTHENTICATION_TOKEN": "403",
    "BAD_REQUEST_BODY": "400",
    "INVALID_SIGNATURE": "403",
    "INVALID_API_KEY": "403",
    "BAD_REQUEST_PARAMETERS": "400",
    "AUTHORIZER_FAILURE": "500",
    "UNAUTHORIZED": "401",
    "INTEGRATION_TIMEOUT": "504",
    "ACCESS_DENIED": "403",
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
    "WAF_FILTERED": "403",
    "QUOTA_EXCEEDED": "429",
    "THROTTLED": "429",
    "API_CONFIGURATION_ERROR": "500",
    "UNSUPPORTED_MEDIA_TYPE": "415",
    "INTEGRATION_FAILURE": "504",
    "EXPIRED_TOKEN": "403",
}


class GatewayResponses:
    """The operations on gateway responses."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "PutGatewayResponse": self.put_gateway_response,
            "GetGatewayResponse": self.get_gateway_response,
            "GetGatewayResponses": self.get_gateway_responses,
            "UpdateGatewayResponse": self.update_gateway_response,
            "DeleteGatewayResponse": self.delete_gateway_response,
        }

    async def put_gateway_response(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Set how one type of error is told."""
        response_type = parameters["responseType"]
        api = rest_api(self._store, caller, parameters["restApiId"])
        new = GatewayResponse(
            response_type=response_type,
            status_code=parameters.get("statusCode"),
            response_parameters=parameters.get("responseParameters") or {},
            response_templates=parameters.get("responseTemplates") or DEFAULT_TEMPLATES,
        )
        self._save(caller, api, new)
        return _describe(new, is_default=False)

    async def get_gateway_response(self, caller: Caller, parameters: Parameters) -> Parameters:
        """How one type of error is told, by the API or by default."""
        response_type = parameters["responseType"]
        return _described(rest_api(self._store, caller, parameters["restApiId"]), response_type)

    async def get_gateway_responses(self, caller: Caller, parameters: Parameters) -> Parameters:
        """How every type of error is told; the list is never cut into pages, as on AWS."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        return {"items": [_described(api, name) for name in sorted(STATUS_CODES)]}

    async def update_gateway_response(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change a response by patch operations, starting from the default one."""
        response_type = parameters["responseType"]
        api = rest_api(self._store, caller, parameters["restApiId"])
        current = api.gateway_responses.get(response_type) or GatewayResponse(
            response_type, response_templates=DEFAULT_TEMPLATES
        )
        changed = _PATCHES.apply(current, parameters)
        self._save(caller, api, changed)
        return _describe(changed, is_default=False)

    async def delete_gateway_response(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Go back to the default for one type of error."""
        response_type = parameters["responseType"]
        api = rest_api(self._store, caller, parameters["restApiId"])
        if response_type not in api.gateway_responses:
            raise not_found("Gateway response type not defined on api")
        kept = without_entry(api.gateway_responses, response_type)
        self._store.save_rest_api(caller, replace(api, gateway_responses=kept))
        return {}

    def _save(self, caller: Caller, api: RestApi, response: GatewayResponse) -> None:
        responses = with_entry(api.gateway_responses, response.response_type, response)
        self._store.save_rest_api(caller, replace(api, gateway_responses=responses))


def effective_response(api: RestApi, response_type: str) -> tuple[GatewayResponse, bool]:
    """What the API answers to a type of error, and whether it was left to defaults.

    A type that the API does not set takes after DEFAULT_4XX or DEFAULT_5XX where these are set.
    The status code is None where the error's own one stands.
    """
    own_status = STATUS_CODES[response_type]
    chosen = api.gateway_responses.get(response_type)
    if chosen is not None:
        return replace(chosen, status_code=chosen.status_code or own_status), False
    if own_status is not None:
        family = "DEFAULT_5XX" if own_status.startswith("5") else "DEFAULT_4XX"
        chosen = api.gateway_responses.get(family)
        if chosen is not None:
            status = chosen.status_code or own_status
            return replace(chosen, response_type=response_type, status_code=status), True
    return GatewayResponse(response_type, own_status, {}, DEFAULT_TEMPLATES), True


def _described(api: RestApi, response_type: str) -> Parameters:
    response, is_default = effective_response(api, response_type)
    return _describe(response, is_default=is_default)


def _describe(response: GatewayResponse, *, is_default: bool) -> Parameters:
    return present(
        responseType=response.response_type,
        statusCode=response.status_code or STATUS_CODES[response.response_type],
        responseParameters=dict(response.response_parameters),
        responseTemplates=dict(response.response_templates),
        defaultResponse=is_default,
    )


def _refuse(patch: Patch, rule: object, rules: object) -> ServiceError:
    # Here AWS answers a path it knows and an operation it doesn't alike.
    del rule, rules
    return bad_request(f"Invalid patch path {patch.path or 'null'}")


def _patched(entries: TextMap, patch: Patch, member: str) -> TextMap:
    name = patch.names[0]
    if patch.operation != "add" and name not in entries:
        raise not_found("Invalid parameter name specified")
    if patch.is_removal:
        return without_entry(entries, name)
    if not patch.value:
        raise bad_request(f"Invalid null or empty value in {member}")
    return with_entry(entries, name, patch.value)


def _patch_parameter(found: GatewayResponse, patch: Patch) -> GatewayResponse:
    parameters = _patched(found.response_parameters, patch, "responseParameters")
    return replace(found, response_parameters=parameters)


def _patch_template(found: GatewayResponse, patch: Patch) -> GatewayResponse:
    templates = _patched(found.response_templates, patch, "responseTemplates")
    return replace(found, response_templates=templates)


_EVERY = ("add", "remove", "replace")
_PATCHES: PatchRules[GatewayResponse] = PatchRules(
    PatchRule("/statusCode", ("replace",), set_text("status_code")),
    PatchRule("/responseParameters/{}", _EVERY, _patch_parameter),
    PatchRule("/responseTemplates/{}", _EVERY, _patch_template),
    refusal=_refuse,
)
