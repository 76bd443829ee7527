"""Amazon API Gateway V2: HTTP and WebSocket APIs.

Arguments, defaults and replace rules follow the documentation of ``aws_apigatewayv2_api``,
attributes that of the data sources ``aws_apigatewayv2_api`` and ``aws_apigatewayv2_apis``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import yaml

from localtender.provider.blocks import Structure, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import is_arn, length, one_of
from localtender.provider.declaration import Change, DataSource, Resource
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    execution_arn,
    gateway_arn,
    given,
)
from localtender.provider.resources.apigatewayv2_parts import cleared
from localtender.provider.resources.apigatewayv2_tags import change_tags, tags_of
from localtender.provider.values import Values

_CORS: Final = Structure(
    "CorsConfiguration",
    {
        "allow_credentials": "AllowCredentials",
        "allow_headers": "AllowHeaders",
        "allow_methods": "AllowMethods",
        "allow_origins": "AllowOrigins",
        "expose_headers": "ExposeHeaders",
        "max_age": "MaxAge",
    },
)
_FIELDS: Final = {
    "api_key_selection_expression": "ApiKeySelectionExpression",
    "description": "Description",
    "disable_execute_api_endpoint": "DisableExecuteApiEndpoint",
    "ip_address_type": "IpAddressType",
    "name": "Name",
    "route_selection_expression": "RouteSelectionExpression",
    "version": "Version",
}
_QUICK: Final = {"credentials_arn": "CredentialsArn", "route_key": "RouteKey", "target": "Target"}


def _same_names(old: list[str], new: list[str]) -> bool:
    return {name.lower() for name in old} == {name.lower() for name in new}


def _document(text: str) -> Any:
    # JSON is YAML as well.
    return yaml.safe_load(text)


def _same_document(old: str, new: str) -> bool:
    try:
        return bool(_document(old) == _document(new))
    except yaml.YAMLError:
        return old == new


def _is_document(text: str) -> str | None:
    try:
        document = _document(text)
    except yaml.YAMLError as failure:
        return f"neither JSON nor YAML: {failure}"
    return None if isinstance(document, dict) else "neither a JSON object nor a YAML mapping"


class Api(Resource):
    """``aws_apigatewayv2_api``; its id is the one that the gateway gives."""

    type_name = "aws_apigatewayv2_api"
    service = "apigatewayv2"
    gone = NOT_FOUND
    replaces = ("credentials_arn", "protocol_type", "route_key", "target")
    defaults = {
        "api_key_selection_expression": "$request.header.x-api-key",
        "route_selection_expression": "$request.method $request.path",
    }
    equivalent = {
        "body": _same_document,
        "cors_configuration.allow_headers": _same_names,
        "cors_configuration.allow_methods": _same_names,
        "cors_configuration.allow_origins": _same_names,
        "cors_configuration.expose_headers": _same_names,
    }
    checks = {
        "api_key_selection_expression": one_of(
            "$context.authorizer.usageIdentifierKey", "$request.header.x-api-key"
        ),
        "body": _is_document,
        "credentials_arn": is_arn,
        "description": length(0, 1024),
        "ip_address_type": one_of("dualstack", "ipv4"),
        "name": length(1, 128),
        "protocol_type": one_of("HTTP", "WEBSOCKET"),
        "version": length(1, 64),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the API, with its one route if it has a target, and import its description."""
        request = request_of(planned, {**_FIELDS, **_QUICK, "cors_configuration": _CORS})
        request |= given({"ProtocolType": planned["protocol_type"], "Tags": planned["tags_all"]})
        identifier = call.client().create_api(**request)["ApiId"]
        call.created({"id": identifier})
        if planned["body"]:
            _import_description(call, identifier, planned)
        return {"id": identifier}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the API."""
        return _api_state(call, call.client().get_api(ApiId=state["id"]))

    def update(self, call: Call, change: Change) -> None:
        """Send what changed, and import the description again if it did."""
        prior, planned, identifier = change.prior, change.planned, change.prior["id"]
        request: Values = {
            member: cleared(prior[name]) if planned[name] is None else planned[name]
            for name, member in _FIELDS.items()
            if change.has(name)
        }
        if change.has("cors_configuration"):
            if planned["cors_configuration"]:
                request[_CORS.member] = _CORS.request(planned["cors_configuration"])
            else:
                call.client().delete_cors_configuration(ApiId=identifier)
        if request:
            call.client().update_api(ApiId=identifier, **request)
        if change.has("body") and planned["body"]:
            _import_description(call, identifier, planned)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the API."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the API with all that is in it."""
        call.client().delete_api(ApiId=state["id"])


class ApiData(DataSource):
    """``aws_apigatewayv2_api``; its id is the API's."""

    type_name = "aws_apigatewayv2_api"
    service = "apigatewayv2"

    def read(self, call: Call, config: Values) -> Values:
        """Read the API."""
        api = call.client().get_api(ApiId=config["api_id"])
        return {"id": api["ApiId"], **_api_state(call, api)}


class ApisData(DataSource):
    """``aws_apigatewayv2_apis``; its id is the region."""

    type_name = "aws_apigatewayv2_apis"
    service = "apigatewayv2"

    def read(self, call: Call, config: Values) -> Values:
        """List the ids of the APIs that have the name, the protocol and the tags."""
        found = [api for api in _apis(call) if _matches(call, api, config)]
        return {"id": call.region, "ids": [api["ApiId"] for api in found]}


def _apis(call: Call) -> Iterator[Values]:
    for page in call.client().get_paginator("get_apis").paginate():
        yield from page["Items"]


def _matches(call: Call, api: Values, config: Values) -> bool:
    if config["name"] not in (None, api["Name"]):
        return False
    if config["protocol_type"] not in (None, api["ProtocolType"]):
        return False
    wanted = config["tags"] or {}
    if not wanted:
        return True
    tags = tags_of(call, gateway_arn(call, f"/apis/{api['ApiId']}"))
    return wanted.items() <= tags.items()


def _api_state(call: Call, api: Values) -> Values:
    identifier = api["ApiId"]
    arn = gateway_arn(call, f"/apis/{identifier}")
    cors = _CORS.state(api.get(_CORS.member))
    for block in cors:
        block["allow_credentials"] = block["allow_credentials"] or False
        block["max_age"] = block["max_age"] or 0
    return {
        **state_of(api, _FIELDS),
        "api_endpoint": api["ApiEndpoint"],
        "arn": arn,
        "cors_configuration": cors,
        "disable_execute_api_endpoint": api.get("DisableExecuteApiEndpoint", False),
        "execution_arn": execution_arn(call, identifier),
        "protocol_type": api["ProtocolType"],
        "tags": tags_of(call, arn),
    }


def _import_description(call: Call, identifier: str, planned: Values) -> None:
    """Import the description; what it does not say of the API is as configured."""
    request = given({"Body": planned["body"], "FailOnWarnings": planned["fail_on_warnings"]})
    call.client().reimport_api(ApiId=identifier, **request)
    imported = call.client().get_api(ApiId=identifier)
    described = _document(planned["body"]).get("info") or {}
    request = {
        _FIELDS[name]: planned[name] or ""
        for name, key in (("description", "description"), ("version", "version"))
        if key not in described
    }
    if "title" not in described:
        request["Name"] = planned["name"]
    configured = _CORS.request(planned["cors_configuration"])
    if configured and configured != imported.get(_CORS.member):
        request[_CORS.member] = configured
    elif not configured and imported.get(_CORS.member):
        call.client().delete_cors_configuration(ApiId=identifier)
    if request:
        call.client().update_api(ApiId=identifier, **request)
