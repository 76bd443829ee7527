"""The path tree of an API: CreateResource, GetResource(s), UpdateResource, DeleteResource.

After "Resource" of the API Gateway API reference; messages as recorded on AWS in LocalStack's
`test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.lookup import (
    conflict,
    not_found,
    present,
    resource,
    rest_api,
    with_resource,
)
from localtender.edge.gateway.control_plane.methods import describe_method
from localtender.edge.gateway.control_plane.pagination import page
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    listing_refusal,
)
from localtender.edge.gateway.control_plane.quotas import RESOURCES
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.state import Resource, RestApi
from localtender.edge.gateway.store import Store
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

PATH_PART = re.compile(r"[a-zA-Z0-9._\-:@%+!$&'()*;=,~]+|\{[a-zA-Z0-9._\-:]+\+?\}")
PATH_PART_MESSAGE = (
    "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly "
    "braces at the beginning and the end."
)


class Resources:
    """The operations on resources."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateResource": self.create_resource,
            "GetResource": self.get_resource,
            "GetResources": self.get_resources,
            "UpdateResource": self.update_resource,
            "DeleteResource": self.delete_resource,
        }

    async def create_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new child of a resource."""
        api, parent = resource(self._store, caller, parameters["restApiId"], parameters["parentId"])
        part = parameters["pathPart"]
        if not PATH_PART.fullmatch(part):
            raise bad_request(PATH_PART_MESSAGE)
        child = Resource(
            id=_free_identifier(api),
            path=joined_path(parent, part),
            parent_id=parent.id,
            path_part=part,
        )
        check_place(api, parent, child)
        self._store.save_rest_api(caller, with_resource(api, child))
        return describe_resource(child)

    async def get_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One resource, with its methods when `embed` asks for them."""
        _, found = resource(self._store, caller, parameters["restApiId"], parameters["resourceId"])
        return describe_resource(found, embed_methods="methods" in (parameters.get("embed") or ()))

    async def get_resources(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All resources of an API, page by page."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        embed = "methods" in (parameters.get("embed") or ())
        return page(
            sorted(api.resources.values(), key=lambda item: item.path),
            parameters,
            key=lambda item: item.id,
            describe=lambda item: describe_resource(item, embed_methods=embed),
        )

    async def update_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Rename a resource or move it below another one."""
        api, found = resource(
            self._store, caller, parameters["restApiId"], parameters["resourceId"]
        )
        changed, _ = _PATCHES.apply((found, api), parameters)
        if changed != found:
            parent = api.resources[changed.parent_id or ""]
            changed = replace(changed, path=joined_path(parent, changed.path_part or ""))
            check_place(api, parent, changed)
            api = _with_paths_below(with_resource(api, changed), changed)
            self._store.save_rest_api(caller, api)
        return describe_resource(changed)

    async def delete_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove a resource with everything below it."""
        api, found = resource(
            self._store, caller, parameters["restApiId"], parameters["resourceId"]
        )
        if found.parent_id is None:
            raise bad_request("Root resource cannot be deleted.")
        gone = {found.id, *(below.id for below in _descendants(api, found.id))}
        kept = {key: value for key, value in api.resources.items() if key not in gone}
        self._store.save_rest_api(caller, replace(api, resources=kept))
        return {}


def describe_resource(found: Resource, *, embed_methods: bool = False) -> Parameters:
    """The Resource shape; methods are empty objects unless embedded."""
    methods = {
        name: describe_method(method) if embed_methods else {}
        for name, method in found.methods.items()
    }
    return present(
        id=found.id,
        parentId=found.parent_id,
        pathPart=found.path_part,
        path=found.path,
        resourceMethods=methods or None,
    )


def _free_identifier(api: RestApi) -> str:
    identifier = short_identifier()
    while identifier in api.resources:
        identifier = short_identifier()
    return identifier


def joined_path(parent: Resource, part: str) -> str:
    """The whole path of a child of a resource."""
    return f"{parent.path.rstrip('/')}/{part}"


def _children(api: RestApi, parent_id: str) -> list[Resource]:
    return [child for child in api.resources.values() if child.parent_id == parent_id]


def _descendants(api: RestApi, resource_id: str) -> list[Resource]:
    found = []
    for child in _children(api, resource_id):
        found.append(child)
        found.extend(_descendants(api, child.id))
    return found


def check_place(api: RestApi, parent: Resource, child: Resource) -> None:
    """Refuse a resource that may not stand beside its siblings or below its parent."""
    if child.id not in api.resources:
        RESOURCES.check(len(api.resources))
    if parent.path_part and parent.path_part.endswith("+}"):
        raise bad_request(
            "Cannot create a child of a resource with a greedy path variable: " + parent.path_part
        )
    for sibling in _children(api, parent.id):
        if sibling.id == child.id:
            continue
        if sibling.path_part == child.path_part:
            raise conflict(
                f"Another resource with the same parent already has this name: {child.path_part}"
            )
        if _is_variable(sibling) and _is_variable(child):
            raise bad_request(
                f"A sibling ({sibling.path_part}) of this resource already has a variable path "
                "part -- only one is allowed"
            )


def _is_variable(item: Resource) -> bool:
    return bool(item.path_part and item.path_part.startswith("{"))


def _with_paths_below(api: RestApi, changed: Resource) -> RestApi:
    for child in _children(api, changed.id):
        moved = replace(child, path=joined_path(changed, child.path_part or ""))
        api = _with_paths_below(with_resource(api, moved), moved)
    return api


_Placed = tuple[Resource, RestApi]


def _patch_path_part(placed: _Placed, patch: Patch) -> _Placed:
    found, api = placed
    if found.parent_id is None:
        raise bad_request("Root resource cannot update its pathPart.")
    if not PATH_PART.fullmatch(patch.text()):
        raise bad_request(PATH_PART_MESSAGE)
    return replace(found, path_part=patch.text()), api


def _patch_parent(placed: _Placed, patch: Patch) -> _Placed:
    found, api = placed
    if found.parent_id is None:
        raise bad_request("Root resource cannot update its parentId.")
    if patch.text() not in api.resources:
        raise not_found("Invalid Resource identifier specified")
    below = {found.id, *(item.id for item in _descendants(api, found.id))}
    if patch.text() in below:
        raise bad_request("Resources cannot be cyclical.")
    return replace(found, parent_id=patch.text()), api


_PATCHES: PatchRules[_Placed] = PatchRules(
    PatchRule("/parentId", ("replace",), _patch_parent),
    PatchRule("/pathPart", ("replace",), _patch_path_part),
    refusal=listing_refusal,
)
