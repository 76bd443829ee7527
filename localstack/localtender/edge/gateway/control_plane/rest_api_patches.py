"""The patches that UpdateRestApi accepts.

After "UpdateRestApi" of "Patch operations" in the API Gateway API reference; messages as recorded
on AWS in LocalStack's `test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

from dataclasses import replace

from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    set_flag,
    set_members,
    set_text,
)
from localtender.edge.gateway.control_plane.rest_api_settings import (
    COMPRESSION_MESSAGE,
    ENDPOINT_TYPES,
    checked_api_key_source,
    checked_compression_size,
    checked_endpoint,
    checked_policy,
)
from localtender.edge.gateway.state import RestApi


def _patch_compression(api: RestApi, patch: Patch) -> RestApi:
    if not patch.value:
        return replace(api, minimum_compression_size=None)
    size = checked_compression_size(patch.integer(COMPRESSION_MESSAGE))
    return replace(api, minimum_compression_size=size)


def _patch_endpoint_type(api: RestApi, patch: Patch) -> RestApi:
    if patch.operation not in ("add", "remove", "replace"):
        raise bad_request("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
    if patch.text() not in ENDPOINT_TYPES:
        raise bad_request(
            f"Invalid EndpointTypes specified. Valid options are {','.join(ENDPOINT_TYPES)}"
        )
    endpoint = replace(api.endpoint_configuration, types=(patch.text(),))
    if patch.text() == "PRIVATE":
        endpoint = replace(endpoint, ip_address_type="dualstack")
    return replace(api, endpoint_configuration=endpoint)


def _patch_ip_address_type(api: RestApi, patch: Patch) -> RestApi:
    endpoint = replace(api.endpoint_configuration, ip_address_type=patch.text())
    return replace(api, endpoint_configuration=checked_endpoint(endpoint))


def _patch_vpc_endpoints(api: RestApi, patch: Patch) -> RestApi:
    changed = set_members("vpc_endpoint_ids")(api.endpoint_configuration, patch)
    return replace(api, endpoint_configuration=changed)


def _patch_name(api: RestApi, patch: Patch) -> RestApi:
    if not patch.value:
        raise bad_request("Name cannot be an empty string")
    return replace(api, name=patch.value)


_EVERY = ("add", "remove", "replace")


REST_API_PATCHES: PatchRules[RestApi] = PatchRules(
    PatchRule("/name", ("replace",), _patch_name),
    PatchRule("/description", ("replace", "remove"), set_text("description")),
    PatchRule("/version", ("replace", "remove"), set_text("version")),
    PatchRule("/binaryMediaTypes/{}", _EVERY, set_members("binary_media_types")),
    PatchRule("/minimumCompressionSize", ("replace",), _patch_compression),
    PatchRule(
        "/apiKeySource",
        ("replace",),
        lambda api, patch: replace(api, api_key_source=checked_api_key_source(patch.text())),
    ),
    PatchRule(
        "/policy",
        ("replace", "remove"),
        lambda api, patch: replace(
            api, policy=None if patch.is_removal else checked_policy(patch.value)
        ),
    ),
    PatchRule("/disableExecuteApiEndpoint", ("replace",), set_flag("disable_execute_api_endpoint")),
    PatchRule("/securityPolicy", ("replace",), set_text("security_policy")),
    PatchRule("/endpointAccessMode", ("replace",), set_text("endpoint_access_mode")),
    PatchRule("/endpointConfiguration/ipAddressType", ("replace",), _patch_ip_address_type),
    PatchRule(
        "/endpointConfiguration/types/{}",
        ("add", "remove", "replace", "copy", "move", "test"),
        _patch_endpoint_type,
    ),
    PatchRule("/endpointConfiguration/vpcEndpointIds", _EVERY, _patch_vpc_endpoints),
    PatchRule("/endpointConfiguration/vpcEndpointIds/{}", _EVERY, _patch_vpc_endpoints),
)
