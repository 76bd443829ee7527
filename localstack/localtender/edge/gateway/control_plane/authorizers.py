"""Authorizers of an API: CreateAuthorizer, GetAuthorizer(s), UpdateAuthorizer, DeleteAuthorizer.

After "Authorizer" of the API Gateway API reference; the answer to a missing API as recorded on
AWS in LocalStack's `test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.family import ApiFamily
from localtender.edge.gateway.control_plane.lookup import (
    conflict,
    find_rest_api,
    methods_of,
    present,
)
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    listing_refusal,
    set_members,
    set_text,
)
from localtender.edge.gateway.control_plane.quotas import AUTHORIZERS
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.state import Authorizer, RestApi
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_TYPES = ("TOKEN", "REQUEST", "COGNITO_USER_POOLS")
_LONGEST_TTL = 3600
_TTL_MESSAGE = f"Authorizer result TTL must be between 0 and {_LONGEST_TTL} seconds"
_DEFAULT_IDENTITY_SOURCE = "method.request.header.Authorization"


class Authorizers(ApiFamily[Authorizer]):
    """The operations on authorizers."""

    field = "authorizers"
    parameter = "authorizerId"
    missing = "Invalid Authorizer identifier specified"
    quota = AUTHORIZERS

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateAuthorizer": self.create_authorizer,
            "GetAuthorizer": self.get_one,
            "GetAuthorizers": self.get_page,
            "UpdateAuthorizer": self.update,
            "DeleteAuthorizer": self.delete,
        }

    async def create_authorizer(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new authorizer; its name is unique in the API."""
        kind = parameters["type"]
        if kind != "COGNITO_USER_POOLS":
            # AWS looks at the URI before it looks for the API.
            _check_uri(parameters.get("authorizerUri"))
        api = find_rest_api(self._store, caller, parameters["restApiId"])
        if api is None:
            raise conflict(
                "Unable to complete operation due to concurrent modification. "
                "Please try again later."
            )
        identity_source = parameters.get("identitySource")
        if identity_source is None and kind != "REQUEST":
            identity_source = _DEFAULT_IDENTITY_SOURCE
        new = Authorizer(
            id=short_identifier(),
            name=parameters["name"],
            type=kind,
            provider_arns=tuple(parameters.get("providerARNs") or ()),
            auth_type=parameters.get("authType")
            or ("cognito_user_pools" if kind == "COGNITO_USER_POOLS" else "custom"),
            authorizer_uri=parameters.get("authorizerUri"),
            authorizer_credentials=parameters.get("authorizerCredentials"),
            identity_source=identity_source,
            identity_validation_expression=parameters.get("identityValidationExpression"),
            result_ttl_in_seconds=parameters.get("authorizerResultTtlInSeconds", 300),
        )
        self._add(caller, api, checked_authorizer(api, new))
        return describe_authorizer(new)

    def _key(self, entity: Authorizer) -> str:
        return entity.id

    def _describe(self, entity: Authorizer) -> Parameters:
        return describe_authorizer(entity)

    def _patched(self, owner: RestApi, found: Authorizer, parameters: Parameters) -> Authorizer:
        return checked_authorizer(owner, _PATCHES.apply(found, parameters))

    def _check_unused(self, owner: RestApi, found: Authorizer) -> None:
        for place, method in methods_of(owner):
            if method.authorizer_id == found.id:
                raise conflict(
                    f"Cannot delete authorizer '{found.id}', is referenced in method: {place}"
                )


def describe_authorizer(found: Authorizer) -> Parameters:
    """The Authorizer shape."""
    return present(
        id=found.id,
        name=found.name,
        type=found.type,
        providerARNs=list(found.provider_arns) or None,
        authType=found.auth_type,
        authorizerUri=found.authorizer_uri,
        authorizerCredentials=found.authorizer_credentials,
        identitySource=found.identity_source,
        identityValidationExpression=found.identity_validation_expression,
        authorizerResultTtlInSeconds=found.result_ttl_in_seconds
        if found.shows_result_ttl
        else None,
    )


def checked_authorizer(api: RestApi, candidate: Authorizer) -> Authorizer:
    """The authorizer as it may be kept; raises BadRequestException as CreateAuthorizer does."""
    if not candidate.name:
        raise bad_request("Authorizer name cannot be empty")
    if candidate.type not in _TYPES:
        raise bad_request(f"Invalid authorizer type specified: {candidate.type}")
    for other in api.authorizers.values():
        if other.name == candidate.name and other.id != candidate.id:
            raise bad_request(
                f"Authorizer name must be unique. Authorizer {candidate.name} already exists in "
                "this RestApi."
            )
    if candidate.type == "COGNITO_USER_POOLS":
        _check_provider_arns(candidate)
    else:
        _check_uri(candidate.authorizer_uri)
    needs_source = candidate.type == "TOKEN" or candidate.result_ttl_in_seconds > 0
    if needs_source and not candidate.identity_source:
        raise bad_request("Identity source is required when caching is enabled.")
    if not 0 <= candidate.result_ttl_in_seconds <= _LONGEST_TTL:
        raise bad_request(_TTL_MESSAGE)
    return candidate


def _check_uri(uri: str | None) -> None:
    if not (uri or "").startswith("arn:aws:apigateway:"):
        raise bad_request(f"Invalid Authorizer URI: {uri or ''}")


def _check_provider_arns(candidate: Authorizer) -> None:
    if not candidate.provider_arns:
        raise bad_request("Invalid Authorizer: at least one Cognito user pool ARN is required.")
    for arn in candidate.provider_arns:
        parts = arn.split(":", 5)
        if len(parts) != 6 or parts[2] != "cognito-idp" or not parts[5].startswith("userpool/"):
            raise bad_request(f"Invalid Cognito User Pool ARN: {arn}")


def _patch_ttl(found: Authorizer, patch: Patch) -> Authorizer:
    seconds = patch.integer(_TTL_MESSAGE)
    return replace(found, result_ttl_in_seconds=seconds, shows_result_ttl=True)


_EVERY = ("add", "remove", "replace")
_PATCHES: PatchRules[Authorizer] = PatchRules(
    PatchRule("/name", ("replace",), set_text("name")),
    PatchRule("/type", ("replace",), set_text("type")),
    PatchRule("/authType", ("replace",), set_text("auth_type")),
    PatchRule("/authorizerUri", ("replace",), set_text("authorizer_uri")),
    PatchRule("/authorizerCredentials", ("replace",), set_text("authorizer_credentials")),
    PatchRule("/identitySource", ("replace",), set_text("identity_source")),
    PatchRule(
        "/identityValidationExpression", ("replace",), set_text("identity_validation_expression")
    ),
    PatchRule("/authorizerResultTtlInSeconds", ("replace",), _patch_ttl),
    PatchRule("/providerARNs", _EVERY, set_members("provider_arns")),
    PatchRule("/providerARNs/{}", _EVERY, set_members("provider_arns")),
    refusal=listing_refusal,
)
