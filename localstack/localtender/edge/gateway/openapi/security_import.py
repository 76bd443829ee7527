"""Authorizers out of security schemes, and what operations demand of their callers.

After "x-amazon-apigateway-authorizer object" and "x-amazon-apigateway-authtype property" of the
developer guide; members as recorded on AWS in LocalStack's `test_apigateway_import.snapshot.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from localtender.edge.gateway.control_plane.authorizers import checked_authorizer
from localtender.edge.gateway.control_plane.quotas import AUTHORIZERS
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.openapi.document import (
    EXTENSION,
    DescribedOperation,
    OpenApiDocument,
)
from localtender.edge.gateway.openapi.findings import Findings
from localtender.edge.gateway.state import Authorizer, Method, RestApi

_AUTHORIZER = f"{EXTENSION}authorizer"
_AUTH_TYPE = f"{EXTENSION}authtype"


@dataclass
class SecurityImport:
    """Reads the security of one import."""

    document: OpenApiDocument
    findings: Findings

    def authorizers(self, api: RestApi) -> RestApi:
        """The API with an authorizer for each scheme that has one; known names keep their ids."""
        for name, scheme in self.document.security_schemes.items():
            given = scheme.get(_AUTHORIZER) if isinstance(scheme, Mapping) else None
            if not isinstance(given, Mapping):
                continue
            known = _named(api, name)
            identifier = short_identifier() if known is None else known.id
            with self.findings.during(f"Unable to create authorizer '{name}'"):
                if known is None:
                    AUTHORIZERS.check(len(api.authorizers))
                authorizer = checked_authorizer(api, _authorizer(identifier, name, scheme, given))
                api = replace(api, authorizers={**api.authorizers, identifier: authorizer})
        return api

    def secured(self, method: Method, operation: DescribedOperation, api: RestApi) -> Method:
        """The method with the authorization and the API key that its operation demands."""
        auth = operation.extension("auth")
        if isinstance(auth, Mapping) and str(auth.get("type", "")).upper() in ("AWS_IAM", "IAM"):
            method = replace(method, authorization_type="AWS_IAM")
        demanded = self.document.security if operation.security is None else operation.security
        for requirement in demanded:
            for name, scopes in requirement.items():
                scheme = self.document.security_schemes.get(name)
                if not isinstance(scheme, Mapping):
                    self.findings.warnings.append(
                        f"Parse issue: security scheme '{name}' of resource '{operation.path}' and "
                        f"method '{operation.verb}' is not defined"
                    )
                    continue
                method = _with_scheme(method, api, name, scheme, scopes or ())
        return method


def _with_scheme(
    method: Method, api: RestApi, name: str, scheme: Mapping[str, Any], scopes: Any
) -> Method:
    authorizer = _named(api, name)
    if authorizer is not None and scheme.get(_AUTHORIZER):
        is_cognito = authorizer.type == "COGNITO_USER_POOLS"
        return replace(
            method,
            authorization_type="COGNITO_USER_POOLS" if is_cognito else "CUSTOM",
            authorizer_id=authorizer.id,
            authorization_scopes=tuple(scopes),
        )
    if str(scheme.get(_AUTH_TYPE, "")).lower() == "awssigv4":
        return replace(method, authorization_type="AWS_IAM")
    is_key = scheme.get("type") == "apiKey" and scheme.get("in", "header") == "header"
    if is_key and str(scheme.get("name", "")).lower() == "x-api-key":
        return replace(method, api_key_required=True)
    return method


def _named(api: RestApi, name: str) -> Authorizer | None:
    return next((known for known in api.authorizers.values() if known.name == name), None)


def _authorizer(
    identifier: str, name: str, scheme: Mapping[str, Any], given: Mapping[str, Any]
) -> Authorizer:
    kind = str(given.get("type", "")).upper()
    is_cognito = kind == "COGNITO_USER_POOLS"
    source = given.get("identitySource")
    if source is None and kind != "REQUEST":
        source = f"method.request.header.{scheme.get('name', 'Authorization')}"
    ttl = given.get("authorizerResultTtlInSeconds")
    return Authorizer(
        id=identifier,
        name=name,
        type=kind,
        provider_arns=tuple(given.get("providerARNs") or ()),
        auth_type=scheme.get(_AUTH_TYPE) or ("cognito_user_pools" if is_cognito else "custom"),
        authorizer_uri=given.get("authorizerUri"),
        authorizer_credentials=given.get("authorizerCredentials"),
        identity_source=source,
        identity_validation_expression=given.get("identityValidationExpression"),
        result_ttl_in_seconds=300 if ttl is None else int(ttl),
        shows_result_ttl=ttl is not None,
    )
