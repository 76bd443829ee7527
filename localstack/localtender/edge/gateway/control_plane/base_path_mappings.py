"""Base path mappings of domains: CreateBasePathMapping, Get(s), Update, Delete.

After "BasePathMapping" of the API Gateway API reference; `(none)` is the mapping of a whole domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.domain_names import find_domain_name
from localtender.edge.gateway.control_plane.family import Family
from localtender.edge.gateway.control_plane.lookup import conflict, present
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    set_text,
)
from localtender.edge.gateway.state import BasePathMapping, DomainName
from localtender.edge.gateway.store import without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

WHOLE_DOMAIN = "(none)"


class BasePathMappings(Family[DomainName, BasePathMapping]):
    """The operations on base path mappings."""

    field = "mappings"
    parameter = "basePath"
    missing = "Invalid base path mapping identifier specified"

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateBasePathMapping": self.create_base_path_mapping,
            "GetBasePathMapping": self.get_one,
            "GetBasePathMappings": self.get_page,
            "UpdateBasePathMapping": self.update,
            "DeleteBasePathMapping": self.delete,
        }

    async def create_base_path_mapping(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Put an API, or a stage of it, below a base path of a domain."""
        domain = find_domain_name(self._store, caller, parameters)
        base_path = parameters.get("basePath") or WHOLE_DOMAIN
        if base_path in domain.mappings:
            raise conflict("Base path already exists for this domain name")
        new = BasePathMapping(base_path, parameters["restApiId"], parameters.get("stage") or None)
        self._check(caller, new)
        self._save(caller, domain, new)
        return _described(new)

    def _check(self, caller: Caller, mapping: BasePathMapping) -> None:
        api = self._store.state_of(caller).rest_apis.get(mapping.api_id)
        if api is None:
            raise bad_request("Invalid REST API identifier specified")
        if mapping.stage is not None and mapping.stage not in api.stages:
            raise bad_request("Invalid stage identifier specified")

    async def update(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change a mapping, its base path included."""
        domain, found = self._find(caller, parameters)
        changed = self._patched(domain, found, parameters)
        self._check(caller, changed)
        without = replace(domain, mappings=without_entry(domain.mappings, found.base_path))
        if changed.base_path in without.mappings:
            raise conflict("Base path already exists for this domain name")
        self._save(caller, without, changed)
        return _described(changed)

    def _owner(self, caller: Caller, parameters: Parameters) -> DomainName:
        return find_domain_name(self._store, caller, parameters)

    def _save_owner(self, caller: Caller, owner: DomainName) -> None:
        self._store.save_domain_name(caller, owner)

    def _key(self, entity: BasePathMapping) -> str:
        return entity.base_path

    def _describe(self, entity: BasePathMapping) -> Parameters:
        return _described(entity)

    def _patched(
        self, owner: DomainName, found: BasePathMapping, parameters: Parameters
    ) -> BasePathMapping:
        del owner
        return _PATCHES.apply(found, parameters)


def _described(found: BasePathMapping) -> Parameters:
    return present(basePath=found.base_path, restApiId=found.api_id, stage=found.stage)


def _patch_base_path(found: BasePathMapping, patch: Patch) -> BasePathMapping:
    return replace(found, base_path=patch.value or WHOLE_DOMAIN)


def _patch_api(found: BasePathMapping, patch: Patch) -> BasePathMapping:
    return replace(found, api_id=patch.text())


_PATCHES: PatchRules[BasePathMapping] = PatchRules(
    PatchRule("/basePath", ("replace",), _patch_base_path),
    PatchRule("/restapiId", ("replace",), _patch_api),
    PatchRule("/stage", ("replace", "remove"), set_text("stage")),
)
