"""Methods of resources: PutMethod, GetMethod, UpdateMethod, DeleteMethod.

After "Method" of the API Gateway API reference; messages as recorded on AWS in LocalStack's
`test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.integrations import describe_integration
from localtender.edge.gateway.control_plane.lookup import (
    conflict,
    method,
    present,
    resource,
    with_method,
    with_resource,
)
from localtender.edge.gateway.control_plane.method_responses import describe_method_response
from localtender.edge.gateway.control_plane.patching import (
    PatchRule,
    PatchRules,
    bad_request,
    set_entry,
    set_flag,
    set_flag_entry,
    set_members,
    set_text,
)
from localtender.edge.gateway.state import Method, RestApi
from localtender.edge.gateway.store import Store, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

HTTP_METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY")
_AUTHORIZATION_TYPES = ("NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS")
_NEEDS_AUTHORIZER = ("CUSTOM", "COGNITO_USER_POOLS")


class Methods:
    """The operations on methods."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "PutMethod": self.put_method,
            "GetMethod": self.get_method,
            "UpdateMethod": self.update_method,
            "DeleteMethod": self.delete_method,
        }

    async def put_method(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new method of a resource."""
        api, owner = resource(
            self._store, caller, parameters["restApiId"], parameters["resourceId"]
        )
        http_method = parameters["httpMethod"]
        if http_method not in HTTP_METHODS:
            raise bad_request(
                f"Invalid HttpMethod specified. Valid options are {','.join(HTTP_METHODS)}"
            )
        if http_method in owner.methods:
            raise conflict("Method already exists for this resource")
        new = Method(
            http_method=http_method,
            authorization_type=parameters["authorizationType"],
            authorizer_id=parameters.get("authorizerId"),
            api_key_required=bool(parameters.get("apiKeyRequired")),
            request_validator_id=parameters.get("requestValidatorId"),
            operation_name=parameters.get("operationName"),
            request_parameters=parameters.get("requestParameters") or None,
            request_models=parameters.get("requestModels") or None,
            authorization_scopes=tuple(parameters.get("authorizationScopes") or ()),
        )
        new = checked_method(api, new)
        self._store.save_rest_api(caller, with_method(api, owner, new))
        return describe_method(new)

    async def get_method(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One method, with its responses and its integration."""
        return describe_method(method(self._store, caller, parameters)[2])

    async def update_method(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change a method by patch operations."""
        api, owner, found = method(self._store, caller, parameters)
        changed = checked_method(api, _PATCHES.apply(found, parameters))
        self._store.save_rest_api(caller, with_method(api, owner, changed))
        return describe_method(changed)

    async def delete_method(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove a method with its responses and its integration."""
        api, owner, found = method(self._store, caller, parameters)
        kept = without_entry(owner.methods, found.http_method)
        self._store.save_rest_api(caller, with_resource(api, replace(owner, methods=kept)))
        return {}


def describe_method(found: Method) -> Parameters:
    """The Method shape."""
    return present(
        httpMethod=found.http_method,
        authorizationType=found.authorization_type,
        authorizerId=found.authorizer_id,
        apiKeyRequired=found.api_key_required,
        requestValidatorId=found.request_validator_id,
        operationName=found.operation_name,
        requestParameters=found.request_parameters,
        requestModels=found.request_models,
        authorizationScopes=list(found.authorization_scopes) or None,
        methodResponses={
            status: describe_method_response(response)
            for status, response in found.responses.items()
        }
        or None,
        methodIntegration=None
        if found.integration is None
        else describe_integration(found.integration),
    )


def checked_method(api: RestApi, candidate: Method) -> Method:
    """The method as it may be kept; raises BadRequestException as PutMethod does."""
    if candidate.authorization_type not in _AUTHORIZATION_TYPES:
        raise bad_request(
            "Invalid Authorization type specified. Valid options are "
            + ",".join(_AUTHORIZATION_TYPES)
        )
    if candidate.authorization_type not in _NEEDS_AUTHORIZER:
        # AWS takes an authorizer id with another authorization type and forgets it.
        candidate = replace(candidate, authorizer_id=None)
    elif not _is_fitting_authorizer(api, candidate):
        raise bad_request(
            "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or "
            "COGNITO_USER_POOLS requires a valid authorizer."
        )
    validator = candidate.request_validator_id
    if validator is not None and validator not in api.request_validators:
        raise bad_request("Invalid Request Validator identifier specified")
    for model in (candidate.request_models or {}).values():
        if model not in api.models:
            raise bad_request(f"Invalid model identifier specified: {model}")
    _check_parameters(candidate.request_parameters or {})
    return candidate


def _is_fitting_authorizer(api: RestApi, candidate: Method) -> bool:
    authorizer = api.authorizers.get(candidate.authorizer_id or "")
    if authorizer is None:
        return False
    is_cognito = authorizer.type == "COGNITO_USER_POOLS"
    return is_cognito == (candidate.authorization_type == "COGNITO_USER_POOLS")


def _check_parameters(names: Iterable[str]) -> None:
    seen = set()
    for name in names:
        parts = name.split(".", 3)
        if len(parts) != 4 or parts[:2] != ["method", "request"]:
            raise bad_request(
                "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
                f"[Invalid mapping expression parameter specified: {name}]"
            )
        if parts[2] not in (
            "header",
            "querystring",
            "multivaluequerystring",
            "path",
            "multivalueheader",
        ):
            raise bad_request(
                "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
                f"[Invalid mapping expression parameter specified: {name}]"
            )
        if parts[3] in seen:
            raise bad_request("Parameter names must be unique across querystring, header and path")
        seen.add(parts[3])


_EVERY = ("add", "remove", "replace")
_PATCHES: PatchRules[Method] = PatchRules(
    PatchRule("/authorizationType", ("replace",), set_text("authorization_type")),
    PatchRule("/authorizerId", ("replace",), set_text("authorizer_id")),
    PatchRule("/apiKeyRequired", ("replace",), set_flag("api_key_required")),
    PatchRule("/requestValidatorId", ("replace",), set_text("request_validator_id")),
    PatchRule("/operationName", ("replace",), set_text("operation_name")),
    PatchRule("/requestParameters/{}", _EVERY, set_flag_entry("request_parameters")),
    PatchRule("/requestModels/{}", _EVERY, set_entry("request_models")),
    PatchRule("/authorizationScopes", _EVERY, set_members("authorization_scopes")),
    PatchRule("/authorizationScopes/{}", _EVERY, set_members("authorization_scopes")),
)
