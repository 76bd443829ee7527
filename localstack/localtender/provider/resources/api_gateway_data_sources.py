"""Amazon API Gateway: data sources that find REST APIs and what belongs to them.

Attributes follow the documentation of the data sources ``aws_api_gateway_rest_api``,
``aws_api_gateway_resource``, ``aws_api_gateway_api_key``, ``aws_api_gateway_api_keys``,
``aws_api_gateway_authorizer``, ``aws_api_gateway_authorizers`` and ``aws_api_gateway_export``.
"""

from __future__ import annotations

from collections.abc import Iterator

from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import DataSource
from localtender.provider.errors import OperationError
from localtender.provider.resources.api_gateway_api_keys import key_state
from localtender.provider.resources.api_gateway_authorizers import authorizer_state
from localtender.provider.resources.api_gateway_names import given, timestamp
from localtender.provider.resources.api_gateway_rest_apis import rest_api_state
from localtender.provider.values import Values


class RestApiData(DataSource):
    """``aws_api_gateway_rest_api``; finds an API by its name."""

    type_name = "aws_api_gateway_rest_api"
    service = "apigateway"

    def read(self, call: Call, config: Values) -> Values:
        """Find the one API of that name."""
        apis = [api for api in _items(call, "get_rest_apis") if api["name"] == config["name"]]
        if len(apis) != 1:
            raise OperationError(f"{len(apis)} REST APIs have the name {config['name']!r}, not 1")
        return {"id": apis[0]["id"], **rest_api_state(call, apis[0])}


class ApiResourceData(DataSource):
    """``aws_api_gateway_resource``; finds a resource of an API by its path."""

    type_name = "aws_api_gateway_resource"
    service = "apigateway"

    def read(self, call: Call, config: Values) -> Values:
        """Find the resource with that path."""
        for item in _items(call, "get_resources", restApiId=config["rest_api_id"]):
            if item["path"] == config["path"]:
                return {
                    "id": item["id"],
                    "parent_id": item.get("parentId", ""),
                    "path_part": item.get("pathPart", ""),
                }
        raise OperationError(f"no resource of {config['rest_api_id']} has path {config['path']!r}")


class ApiKeyData(DataSource):
    """``aws_api_gateway_api_key``; reads a key by its id."""

    type_name = "aws_api_gateway_api_key"
    service = "apigateway"
    sensitive = ("value",)

    def read(self, call: Call, config: Values) -> Values:
        """Read the key with its value."""
        return key_state(call, call.client().get_api_key(apiKey=config["id"], includeValue=True))


class ApiKeysData(DataSource):
    """``aws_api_gateway_api_keys``; its id is the account's in the region."""

    type_name = "aws_api_gateway_api_keys"
    service = "apigateway"

    def read(self, call: Call, config: Values) -> Values:
        """List the keys, those of one customer if it is named."""
        wanted = given(
            {
                "customerId": config["customer_id"],
                "includeValues": bool(config["include_values"]),
            }
        )
        return {
            "id": call.region,
            "items": [
                {
                    "created_date": timestamp(key["createdDate"]),
                    "customer_id": key.get("customerId"),
                    "description": key.get("description"),
                    "enabled": key.get("enabled", False),
                    "id": key["id"],
                    "last_updated_date": timestamp(key["lastUpdatedDate"]),
                    "name": key.get("name"),
                    "stage_keys": key.get("stageKeys", []),
                    "tags": key.get("tags", {}),
                    "value": key.get("value"),
                }
                for key in _items(call, "get_api_keys", **wanted)
            ],
        }


class AuthorizerData(DataSource):
    """``aws_api_gateway_authorizer``; its id is the authorizer's."""

    type_name = "aws_api_gateway_authorizer"
    service = "apigateway"

    def read(self, call: Call, config: Values) -> Values:
        """Read the authorizer."""
        api, identifier = config["rest_api_id"], config["authorizer_id"]
        found = call.client().get_authorizer(restApiId=api, authorizerId=identifier)
        return {"id": identifier, **authorizer_state(call, api, found)}


class AuthorizersData(DataSource):
    """``aws_api_gateway_authorizers``; its id is the API's."""

    type_name = "aws_api_gateway_authorizers"
    service = "apigateway"

    def read(self, call: Call, config: Values) -> Values:
        """List the ids of an API's authorizers."""
        api = config["rest_api_id"]
        found = _items(call, "get_authorizers", restApiId=api)
        return {"id": api, "ids": [authorizer["id"] for authorizer in found]}


class ExportData(DataSource):
    """``aws_api_gateway_export``; its id is made of API and stage."""

    type_name = "aws_api_gateway_export"
    service = "apigateway"
    checks = {
        "accepts": one_of("application/json", "application/yaml"),
        "export_type": one_of("oas30", "swagger"),
    }

    def read(self, call: Call, config: Values) -> Values:
        """Have the gateway write the definition of what the stage serves."""
        api, stage = config["rest_api_id"], config["stage_name"]
        request = given(
            {
                "restApiId": api,
                "stageName": stage,
                "exportType": config["export_type"],
                "accepts": config["accepts"] or "application/json",
                "parameters": config["parameters"],
            }
        )
        answer = call.client().get_export(**request)
        return {
            "body": answer["body"].read().decode(),
            "content_disposition": answer.get("contentDisposition"),
            "content_type": answer.get("contentType"),
            "id": f"{api}:{stage}",
        }


def _items(call: Call, operation: str, **parameters: object) -> Iterator[Values]:
    for page in call.client().get_paginator(operation).paginate(**parameters):
        yield from page.get("items", [])
