"""Finding what a request names, with the error AWS gives when it is not there.

The messages are those recorded on AWS in LocalStack's snapshots
(`tests/aws/services/apigateway/*.snapshot.json`); operations below a resource do not tell a
missing API from a missing resource.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from localtender.edge.gateway.state import Integration, Method, Resource, RestApi, Stage
from localtender.edge.gateway.store import Store, with_entry
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Parameters


def not_found(message: str) -> ServiceError:
    """A NotFoundException."""
    return ServiceError("NotFoundException", message, 404)


def conflict(message: str) -> ServiceError:
    """A ConflictException."""
    return ServiceError("ConflictException", message, 409)


def present(**members: Any) -> dict[str, Any]:
    """The members that have a value, as AWS leaves the others out."""
    return {name: value for name, value in members.items() if value is not None}


def find_rest_api(store: Store, caller: Caller, api_id: str) -> RestApi | None:
    """An API of the caller's account and region."""
    return store.state_of(caller).rest_apis.get(api_id)


def rest_api(store: Store, caller: Caller, api_id: str) -> RestApi:
    """An API of the caller's account and region; raises NotFoundException."""
    api = find_rest_api(store, caller, api_id)
    if api is None:
        raise not_found(f"Invalid API identifier specified {caller.account_id}:{api_id}")
    return api


def resource(
    store: Store, caller: Caller, api_id: str, resource_id: str
) -> tuple[RestApi, Resource]:
    """A resource and its API; raises NotFoundException."""
    api = find_rest_api(store, caller, api_id)
    found = None if api is None else api.resources.get(resource_id)
    if api is None or found is None:
        raise not_found("Invalid Resource identifier specified")
    return api, found


def method(
    store: Store, caller: Caller, parameters: Parameters
) -> tuple[RestApi, Resource, Method]:
    """The method that `restApiId`, `resourceId` and `httpMethod` name, its resource and its API.

    Raises NotFoundException.
    """
    api, owner = resource(store, caller, parameters["restApiId"], parameters["resourceId"])
    found = owner.methods.get(parameters["httpMethod"])
    if found is None:
        raise not_found("Invalid Method identifier specified")
    return api, owner, found


def methods_of(api: RestApi) -> Iterator[tuple[str, Method]]:
    """Every method with its place as AWS's messages write it: `/path/GET`."""
    for owner in api.resources.values():
        for found in owner.methods.values():
            yield f"{owner.path}/{found.http_method}", found


def integration_of(found: Method) -> Integration:
    """A method's integration; raises NotFoundException."""
    if found.integration is None:
        raise not_found("Invalid Integration identifier specified")
    return found.integration


def stage(store: Store, caller: Caller, api_id: str, stage_name: str) -> tuple[RestApi, Stage]:
    """A stage and its API; raises NotFoundException."""
    api = rest_api(store, caller, api_id)
    found = api.stages.get(stage_name)
    if found is None:
        raise not_found("Invalid stage identifier specified")
    return api, found


def with_method(api: RestApi, owner: Resource, changed: Method) -> RestApi:
    """The API in which the resource has this method."""
    methods = with_entry(owner.methods, changed.http_method, changed)
    return with_resource(api, replace(owner, methods=methods))


def with_resource(api: RestApi, changed: Resource) -> RestApi:
    """The API that has this resource."""
    return replace(api, resources=with_entry(api.resources, changed.id, changed))
