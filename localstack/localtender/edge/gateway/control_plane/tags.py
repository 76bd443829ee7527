"""Tags by ARN: TagResource, UntagResource, GetTags.

After "Resources that can be tagged" of the developer guide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from localtender.edge.gateway.control_plane.lookup import not_found
from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.state import RegionState, TextMap
from localtender.edge.gateway.store import Store, with_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_ARN = re.compile(r"arn:aws:apigateway:[a-z0-9-]+::/(?P<path>.+)")
_MOST_TAGS = 50
# Where a region keeps what an ARN names, by the first part of its path.
_FIELDS = {
    "restapis": "rest_apis",
    "apikeys": "api_keys",
    "usageplans": "usage_plans",
    "domainnames": "domain_names",
    "clientcertificates": "client_certificates",
    "vpclinks": "vpc_links",
}


class Tags:
    """The operations on tags."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "TagResource": self.tag_resource,
            "UntagResource": self.untag_resource,
            "GetTags": self.get_tags,
        }

    async def tag_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Add tags; those of the same key are replaced."""
        path = _path(parameters["resourceArn"])
        state = self._store.state_of(caller)
        tags = {**_tags(state, path), **parameters["tags"]}
        if len(tags) > _MOST_TAGS:
            raise bad_request(f"The number of tags exceeds the limit of {_MOST_TAGS}")
        self._store.save_for(caller, _with_tags(state, path, tags))
        return {}

    async def untag_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove tags by key."""
        path = _path(parameters["resourceArn"])
        state = self._store.state_of(caller)
        gone = set(parameters["tagKeys"])
        tags = {key: value for key, value in _tags(state, path).items() if key not in gone}
        self._store.save_for(caller, _with_tags(state, path, tags))
        return {}

    async def get_tags(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The tags of one thing."""
        path = _path(parameters["resourceArn"])
        return {"tags": dict(_tags(self._store.state_of(caller), path))}


def _path(arn: str) -> tuple[str, ...]:
    match = _ARN.fullmatch(arn)
    if match is None:
        raise bad_request("Invalid ARN specified in the request")
    return tuple(match["path"].split("/"))


def _tagged(state: RegionState, path: tuple[str, ...]) -> Any:
    found: Any = None
    match path:
        case (kind, key) if kind in _FIELDS:
            found = getattr(state, _FIELDS[kind]).get(key)
        case ("restapis", api_id, "stages", stage_name):
            api = state.rest_apis.get(api_id)
            found = None if api is None else api.stages.get(stage_name)
    if found is None:
        raise not_found(f"Invalid resource identifier specified: /{'/'.join(path)}")
    return found


def _tags(state: RegionState, path: tuple[str, ...]) -> TextMap:
    tags: TextMap = _tagged(state, path).tags
    return tags


def _with_tags(state: RegionState, path: tuple[str, ...], tags: TextMap) -> RegionState:
    changed = replace(_tagged(state, path), tags=tags)
    kind, key, *stage = path
    if stage:
        api = state.rest_apis[key]
        changed = replace(api, stages=with_entry(api.stages, stage[-1], changed))
    changes: dict[str, Any] = {
        _FIELDS[kind]: with_entry(getattr(state, _FIELDS[kind]), key, changed)
    }
    return replace(state, **changes)
