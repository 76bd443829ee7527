"""REST APIs themselves: CreateRestApi, GetRestApi(s), UpdateRestApi, DeleteRestApi.

After "RestApi" of the API Gateway API reference; defaults, messages and absent members as
recorded on AWS in LocalStack's `test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from localtender.edge.gateway.control_plane.lookup import present, rest_api
from localtender.edge.gateway.control_plane.models import default_models
from localtender.edge.gateway.control_plane.pagination import page
from localtender.edge.gateway.control_plane.patching import (
    bad_request,
)
from localtender.edge.gateway.control_plane.quotas import check_rest_apis
from localtender.edge.gateway.control_plane.rest_api_copies import copied_content
from localtender.edge.gateway.control_plane.rest_api_patches import REST_API_PATCHES
from localtender.edge.gateway.control_plane.rest_api_settings import (
    checked_api_key_source,
    checked_compression_size,
    checked_endpoint,
    checked_policy,
)
from localtender.edge.gateway.identifiers import long_identifier
from localtender.edge.gateway.state import EndpointConfiguration, Resource, RestApi
from localtender.edge.gateway.store import Store, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class RestApis:
    """The operations on REST APIs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateRestApi": self.create_rest_api,
            "GetRestApi": self.get_rest_api,
            "GetRestApis": self.get_rest_apis,
            "UpdateRestApi": self.update_rest_api,
            "DeleteRestApi": self.delete_rest_api,
        }

    async def create_rest_api(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new API with its root resource and the models Empty and Error, or as another one."""
        if not parameters["name"]:
            raise bad_request("Name cannot be an empty string")
        if parameters.get("description") == "":
            raise bad_request("Description cannot be an empty string")
        root = Resource(id=long_identifier(), path="/")
        api = RestApi(
            id=free_identifier(self._store),
            name=parameters["name"],
            created_date=datetime.now(UTC).replace(microsecond=0),
            root_resource_id=root.id,
            description=parameters.get("description"),
            version=parameters.get("version"),
            binary_media_types=tuple(parameters.get("binaryMediaTypes") or ()),
            minimum_compression_size=checked_compression_size(
                parameters.get("minimumCompressionSize")
            ),
            api_key_source=checked_api_key_source(parameters.get("apiKeySource", "HEADER")),
            endpoint_configuration=_endpoint_configuration(parameters.get("endpointConfiguration")),
            policy=checked_policy(parameters.get("policy")),
            disable_execute_api_endpoint=bool(parameters.get("disableExecuteApiEndpoint")),
            security_policy=parameters.get("securityPolicy"),
            endpoint_access_mode=parameters.get("endpointAccessMode"),
            tags=dict(parameters.get("tags") or {}),
            resources={root.id: root},
            models=default_models(),
        )
        check_free_place(self._store, caller, api)
        if parameters.get("cloneFrom"):
            source = rest_api(self._store, caller, parameters["cloneFrom"])
            api = copied_content(source, api)
        self._store.save_rest_api(caller, api)
        return describe_rest_api(api, caller, tags_when_empty=False)

    async def get_rest_api(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One API."""
        return describe_rest_api(rest_api(self._store, caller, parameters["restApiId"]), caller)

    async def get_rest_apis(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All APIs of the account and region, page by page."""
        return page(
            list(self._store.state_of(caller).rest_apis.values()),
            parameters,
            key=lambda api: api.id,
            describe=lambda api: describe_rest_api(api, caller, tags_when_empty=False),
        )

    async def update_rest_api(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change an API by patch operations."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        changed = REST_API_PATCHES.apply(api, parameters)
        self._store.save_rest_api(caller, changed)
        return describe_rest_api(changed, caller)

    async def delete_rest_api(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove an API with everything in it, and its stages from usage plans."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        state = self._store.state_of(caller)
        plans = {
            plan.id: replace(
                plan,
                api_stages=tuple(stage for stage in plan.api_stages if stage.api_id != api.id),
            )
            for plan in state.usage_plans.values()
        }
        self._store.save_for(
            caller,
            replace(state, rest_apis=without_entry(state.rest_apis, api.id), usage_plans=plans),
        )
        return {}


def free_identifier(store: Store) -> str:
    """An id that no REST API has."""
    identifier = long_identifier()
    while store.is_taken(identifier):
        identifier = long_identifier()
    return identifier


def check_free_place(store: Store, caller: Caller, new: RestApi) -> None:
    """Raise LimitExceededException where the region has as many APIs as it may."""
    existing = store.state_of(caller).rest_apis.values()
    check_rest_apis([api.endpoint_configuration for api in existing], new.endpoint_configuration)


def describe_rest_api(api: RestApi, caller: Caller, *, tags_when_empty: bool = True) -> Parameters:
    """The RestApi shape of an API; creating and listing leave empty tags out."""
    endpoint = api.endpoint_configuration
    return present(
        id=api.id,
        name=api.name,
        description=api.description,
        createdDate=api.created_date,
        version=api.version,
        binaryMediaTypes=list(api.binary_media_types) or None,
        minimumCompressionSize=api.minimum_compression_size,
        apiKeySource=api.api_key_source,
        endpointConfiguration=present(
            types=list(endpoint.types),
            ipAddressType=endpoint.ip_address_type,
            vpcEndpointIds=list(endpoint.vpc_endpoint_ids) or None,
        ),
        policy=_described_policy(api, caller),
        tags=dict(api.tags) if api.tags or tags_when_empty else None,
        disableExecuteApiEndpoint=api.disable_execute_api_endpoint,
        rootResourceId=api.root_resource_id,
        securityPolicy=api.security_policy,
        endpointAccessMode=api.endpoint_access_mode,
    )


def _described_policy(api: RestApi, caller: Caller) -> str | None:
    # AWS answers the policy with its quotes escaped, and with `execute-api:/` written out.
    if api.policy is None:
        return None
    own = f"arn:aws:execute-api:{caller.region}:{caller.account_id}:{api.id}/"
    compact = json.dumps(json.loads(api.policy), separators=(",", ":"))
    return json.dumps(compact.replace('"execute-api:/', f'"{own}'))[1:-1]


def _endpoint_configuration(parameters: Parameters | None) -> EndpointConfiguration:
    if parameters is None:
        return EndpointConfiguration()
    types = parameters.get("types")
    if types is not None and not types:
        raise bad_request("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
    types = tuple(types or ("EDGE",))
    if len(types) > 1:
        raise bad_request("Cannot create an api with multiple Endpoint Types.")
    return checked_endpoint(
        EndpointConfiguration(
            types=types,
            ip_address_type=parameters.get("ipAddressType")
            or ("dualstack" if types == ("PRIVATE",) else "ipv4"),
            vpc_endpoint_ids=tuple(parameters.get("vpcEndpointIds") or ()),
        )
    )
