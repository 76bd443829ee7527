"""OpenAPI definitions of HTTP APIs, taken apart.

After "Working with OpenAPI definitions for HTTP APIs" and "OpenAPI extensions for API Gateway" of
the developer guide: the definition is of version 3.0, in JSON or YAML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from localtender.edge.protocol.errors import ServiceError

Members = dict[str, Any]

_METHODS: Final = {
    **{name: name.upper() for name in ("delete", "get", "head", "options", "patch", "post", "put")},
    "x-amazon-apigateway-any-method": "ANY",
}
_INTEGRATION: Final = {
    "connectionId": "ConnectionId",
    "connectionType": "ConnectionType",
    "credentials": "CredentialsArn",
    "httpMethod": "IntegrationMethod",
    "payloadFormatVersion": "PayloadFormatVersion",
    "requestParameters": "RequestParameters",
    "responseParameters": "ResponseParameters",
    "subtype": "IntegrationSubtype",
    "timeoutInMillis": "TimeoutInMillis",
    "uri": "IntegrationUri",
}
_AUTHORIZER: Final = {
    "authorizerCredentials": "AuthorizerCredentialsArn",
    "authorizerPayloadFormatVersion": "AuthorizerPayloadFormatVersion",
    "authorizerResultTtlInSeconds": "AuthorizerResultTtlInSeconds",
    "authorizerUri": "AuthorizerUri",
    "enableSimpleResponses": "EnableSimpleResponses",
}
_CORS: Final = {
    "allowCredentials": "AllowCredentials",
    "allowHeaders": "AllowHeaders",
    "allowMethods": "AllowMethods",
    "allowOrigins": "AllowOrigins",
    "exposeHeaders": "ExposeHeaders",
    "maxAge": "MaxAge",
}


@dataclass(frozen=True)
class DescribedRoute:
    """A route: its key, its integration if it has one, and who may call it."""

    key: str
    integration: Members | None
    operation_name: str | None = None
    authorizer: str | None = None
    scopes: tuple[str, ...] = ()
    signed: bool = False


@dataclass(frozen=True)
class DescribedApi:
    """What a definition says; members are the inputs of the operations that make it so."""

    api: Members
    authorizers: Mapping[str, Members]
    routes: tuple[DescribedRoute, ...]


def described_api(body: str) -> DescribedApi:
    """Take a definition apart; raises BadRequestException for what is none."""
    try:
        document = yaml.safe_load(body)
    except yaml.YAMLError:
        document = None
    if not isinstance(document, Mapping) or not str(document.get("openapi", "")).startswith("3."):
        raise ServiceError(
            "BadRequestException", "Unable to parse the OpenAPI definition: it must be OpenAPI 3.0"
        )
    info = _mapping(document.get("info"))
    api: Members = {"Name": info.get("title") or "Untitled"}
    for key, member in (("description", "Description"), ("version", "Version")):
        if info.get(key):
            api[member] = str(info[key])
    cors = _members(_mapping(document.get("x-amazon-apigateway-cors")), _CORS)
    if cors:
        api["CorsConfiguration"] = cors
    schemes = _mapping(_mapping(document.get("components")).get("securitySchemes"))
    authorizers = {
        name: _authorizer(name, _mapping(scheme["x-amazon-apigateway-authorizer"]))
        for name, scheme in schemes.items()
        if "x-amazon-apigateway-authorizer" in _mapping(scheme)
    }
    return DescribedApi(api, authorizers, tuple(_routes(document, authorizers)))


def _routes(
    document: Mapping[str, Any], authorizers: Mapping[str, Members]
) -> Iterator[DescribedRoute]:
    for path, item in _mapping(document.get("paths")).items():
        for name, method in _METHODS.items():
            if name not in _mapping(item):
                continue
            operation = _mapping(item[name])
            security = operation.get("security", document.get("security")) or []
            granted = {key: value for each in security for key, value in _mapping(each).items()}
            chosen = next((key for key in granted if key in authorizers), None)
            yield DescribedRoute(
                key="$default" if path == "/$default" else f"{method} {path}",
                integration=_integration(document, operation),
                operation_name=operation.get("operationId"),
                authorizer=chosen,
                scopes=tuple(granted.get(chosen) or ()) if chosen else (),
                signed=operation.get("x-amazon-apigateway-auth", {}).get("type") == "AWS_IAM",
            )


def _integration(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Members | None:
    found = _mapping(operation.get("x-amazon-apigateway-integration"))
    if "$ref" in found:
        target: Any = document
        for step in str(found["$ref"]).removeprefix("#/").split("/"):
            target = _mapping(target).get(step)
        found = _mapping(target)
    if not found:
        return None
    kind = str(found.get("type", "HTTP_PROXY")).upper()
    return {"IntegrationType": kind, **_members(found, _INTEGRATION)}


def _authorizer(name: str, found: Mapping[str, Any]) -> Members:
    sources = found.get("identitySource") or []
    if isinstance(sources, str):
        sources = [source.strip() for source in sources.split(",")]
    members: Members = {
        "Name": name,
        "AuthorizerType": str(found.get("type", "jwt")).upper(),
        "IdentitySource": list(sources),
        **_members(found, _AUTHORIZER),
    }
    jwt = _mapping(found.get("jwtConfiguration"))
    if jwt:
        members["JwtConfiguration"] = _members(jwt, {"audience": "Audience", "issuer": "Issuer"})
    return members


def _members(found: Mapping[str, Any], names: Mapping[str, str]) -> Members:
    return {member: found[name] for name, member in names.items() if name in found}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
