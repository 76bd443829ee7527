"""Amazon API Gateway: REST APIs.

Arguments, defaults and replace rules follow the documentation of ``aws_api_gateway_rest_api``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import matches, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    change_tags,
    execution_arn,
    gateway_arn,
    given,
    timestamp,
)
from localtender.provider.resources.api_gateway_patches import (
    PatchOperation,
    argument_patches,
    listed_patches,
    member_patches,
    replace,
)
from localtender.provider.resources.api_gateway_rest_api_policies import (
    api_policy_text,
    same_api_policy,
)
from localtender.provider.values import UNKNOWN, Value, Values

_UNCOMPRESSED: Final = "-1"
_is_endpoint_type = one_of("EDGE", "PRIVATE", "REGIONAL")
_TEXTS: Final = {
    "api_key_source": "/apiKeySource",
    "description": "/description",
    "disable_execute_api_endpoint": "/disableExecuteApiEndpoint",
    "endpoint_access_mode": "/endpointAccessMode",
    "name": "/name",
    "policy": "/policy",
    "security_policy": "/securityPolicy",
}


def _are_endpoint_types(types: list[str]) -> str | None:
    return next(filter(None, map(_is_endpoint_type, types)), None)


def _same_compression_size(old: str, new: str) -> bool:
    return {old, new} <= {"", _UNCOMPRESSED} or old == new


class RestApi(Resource):
    """``aws_api_gateway_rest_api``; its id is the one that the gateway gives."""

    type_name = "aws_api_gateway_rest_api"
    service = "apigateway"
    gone = NOT_FOUND
    computed_blocks = ("endpoint_configuration",)
    defaults = {"put_rest_api_mode": "overwrite"}
    equivalent = {
        "minimum_compression_size": _same_compression_size,
        "policy": same_api_policy,
    }
    checks = {
        "api_key_source": one_of("AUTHORIZER", "HEADER"),
        "endpoint_configuration.ip_address_type": one_of("dualstack", "ipv4"),
        "endpoint_configuration.types": _are_endpoint_types,
        "minimum_compression_size": matches(
            r"-1|\d{1,8}", "expected a number of bytes from 0 to 10485760, or -1"
        ),
        "policy": is_policy,
        "put_rest_api_mode": one_of("merge", "overwrite"),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Refuse private APIs over IPv4 only."""
        blocks = config.get("endpoint_configuration")
        for block in blocks if isinstance(blocks, list) else []:
            if (
                block is not UNKNOWN
                and block["types"] == ["PRIVATE"]
                and block["ip_address_type"] == "ipv4"
            ):
                yield InvalidArgumentError(
                    "endpoint_configuration.ip_address_type", "PRIVATE endpoints need dualstack"
                )

    def create(self, call: Call, planned: Values) -> Values:
        """Create the API, then import its OpenAPI description if there is one."""
        size = planned["minimum_compression_size"]
        request = given(
            {
                "name": planned["name"],
                "apiKeySource": planned["api_key_source"],
                "binaryMediaTypes": planned["binary_media_types"],
                "description": planned["description"],
                "disableExecuteApiEndpoint": planned["disable_execute_api_endpoint"],
                "endpointAccessMode": planned["endpoint_access_mode"],
                "minimumCompressionSize": None if size in (None, _UNCOMPRESSED) else int(size),
                "policy": planned["policy"],
                "securityPolicy": planned["security_policy"],
                "tags": planned["tags_all"],
            }
        )
        for block in planned["endpoint_configuration"] or []:
            request["endpointConfiguration"] = given(
                {
                    "types": block["types"],
                    "ipAddressType": block["ip_address_type"],
                    "vpcEndpointIds": block["vpc_endpoint_ids"],
                }
            )
        api = call.client().create_rest_api(**request)
        call.created({"id": api["id"]})
        if planned["body"]:
            _import_description(call, api["id"], planned)
        return {"id": api["id"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the API."""
        return rest_api_state(call, call.client().get_rest_api(restApiId=state["id"]))

    def update(self, call: Call, change: Change) -> None:
        """Patch what changed, and import the OpenAPI description again if it did."""
        identifier, prior, planned = change.prior["id"], change.prior, change.planned
        operations = list(argument_patches(change, _TEXTS))
        if change.has("binary_media_types"):
            operations += listed_patches(
                "/binaryMediaTypes", prior["binary_media_types"], planned["binary_media_types"]
            )
        if change.has("minimum_compression_size"):
            operations.append(_compression_patch(planned))
        if change.has("endpoint_configuration") and planned["endpoint_configuration"]:
            operations += _endpoint_patches(
                prior["endpoint_configuration"], planned["endpoint_configuration"][0]
            )
        if operations:
            call.client().update_rest_api(restApiId=identifier, patchOperations=operations)
        if change.has("body", "parameters") and planned["body"]:
            _import_description(call, identifier, planned)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the API."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the API with all that is in it."""
        call.client().delete_rest_api(restApiId=state["id"])


def rest_api_state(call: Call, api: Values) -> Values:
    """Return the attributes of an API from the gateway's answer."""
    size = api.get("minimumCompressionSize")
    return {
        "api_key_source": api.get("apiKeySource"),
        "arn": gateway_arn(call, f"/restapis/{api['id']}"),
        "binary_media_types": api.get("binaryMediaTypes", []),
        "created_date": timestamp(api["createdDate"]),
        "description": api.get("description", ""),
        "disable_execute_api_endpoint": api.get("disableExecuteApiEndpoint", False),
        "endpoint_access_mode": api.get("endpointAccessMode"),
        "endpoint_configuration": _endpoint_state(api.get("endpointConfiguration")),
        "execution_arn": execution_arn(call, api["id"]),
        "minimum_compression_size": "" if size is None else str(size),
        "name": api["name"],
        "policy": api_policy_text(api.get("policy")) or "",
        "root_resource_id": api.get("rootResourceId") or _root_resource(call, api["id"]),
        "security_policy": api.get("securityPolicy"),
        "tags": api.get("tags", {}),
    }


def _import_description(call: Call, rest_api_id: str, planned: Values) -> None:
    """Import the OpenAPI description; arguments that are set win over what it says."""
    request = given(
        {
            "restApiId": rest_api_id,
            "mode": planned["put_rest_api_mode"],
            "failOnWarnings": planned["fail_on_warnings"],
            "parameters": planned["parameters"],
            "body": planned["body"].encode(),
        }
    )
    imported = call.client().put_rest_api(**request)
    operations = list(_reconciling_patches(planned, imported))
    if operations:
        call.client().update_rest_api(restApiId=rest_api_id, patchOperations=operations)


def _reconciling_patches(planned: Values, imported: Values) -> Iterator[PatchOperation]:
    for argument, path in _TEXTS.items():
        value, found = planned[argument], imported.get(path[1:])
        if argument == "policy" and value and found:
            found = value if same_api_policy(value, api_policy_text(found) or "") else found
        if value and value != found:
            yield replace(path, value)
    if planned["binary_media_types"]:
        yield from listed_patches(
            "/binaryMediaTypes", imported.get("binaryMediaTypes"), planned["binary_media_types"]
        )
    size = planned["minimum_compression_size"]
    if size and size != str(imported.get("minimumCompressionSize", "")):
        yield _compression_patch(planned)
    if planned["endpoint_configuration"]:
        found = _endpoint_state(imported.get("endpointConfiguration"))
        yield from _endpoint_patches(found, planned["endpoint_configuration"][0])


def _compression_patch(planned: Values) -> PatchOperation:
    size = planned["minimum_compression_size"]
    return replace("/minimumCompressionSize", None if size == _UNCOMPRESSED else size)


def _endpoint_patches(before: list[Values], after: Values) -> Iterator[PatchOperation]:
    known = before[0] if before else {"types": [], "ip_address_type": None, "vpc_endpoint_ids": []}
    if after["types"] != known["types"]:
        yield replace("/endpointConfiguration/types/0", after["types"][0])
    yield from member_patches(
        "/endpointConfiguration/vpcEndpointIds",
        known["vpc_endpoint_ids"],
        after["vpc_endpoint_ids"],
    )
    if after["ip_address_type"] and after["ip_address_type"] != known["ip_address_type"]:
        yield replace("/endpointConfiguration/ipAddressType", after["ip_address_type"])


def _endpoint_state(answer: Values | None) -> list[Values]:
    if not answer:
        return []
    return [
        {
            "ip_address_type": answer.get("ipAddressType"),
            "types": answer.get("types", []),
            "vpc_endpoint_ids": answer.get("vpcEndpointIds"),
        }
    ]


def _root_resource(call: Call, rest_api_id: str) -> Value:
    pages: Any = call.client().get_paginator("get_resources").paginate(restApiId=rest_api_id)
    items = (item for page in pages for item in page.get("items", []))
    return next((item["id"] for item in items if item["path"] == "/"), None)
