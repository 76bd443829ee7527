"""Base path mappings of domains: CreateBasePathMapping, Get(s), Update, Delete.

After "BasePathMapping" of the API Gateway API reference; `(none)` is the mapping of a whole domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.domain_names import find_domain_name
from localtender.edge.gateway.control_plane.lookup import conflict, not_found, present
from localtender.edge.gateway.control_plane.pagination import page
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    set_text,
)
from localtender.edge.gateway.state import BasePathMapping, DomainName
from localtender.edge.gateway.store import Store, with_entry, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

WHOLE_DOMAIN = "(none)"


class BasePathMappings:
    """The operations on base path mappings."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateBasePathMapping": self.create_base_path_mapping,
            "GetBasePathMapping": self.get_base_path_mapping,
            "GetBasePathMappings": self.get_base_path_mappings,
            "UpdateBasePathMapping": self.update_base_path_mapping,
            "DeleteBasePathMapping": self.delete_base_path_mapping,
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
        return _describe(new)

    async def get_base_path_mapping(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One mapping."""
        return _describe(self._find(caller, parameters)[1])

    async def get_base_path_mappings(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The mappings of a domain, page by page."""
        domain = find_domain_name(self._store, caller, parameters)
        return page(
            list(domain.mappings.values()),
            parameters,
            key=lambda mapping: mapping.base_path,
            describe=_describe,
        )

    async def update_base_path_mapping(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change a mapping by patch operations."""
        domain, found = self._find(caller, parameters)
        changed = _PATCHES.apply(found, parameters)
        self._check(caller, changed)
        without = replace(domain, mappings=without_entry(domain.mappings, found.base_path))
        if changed.base_path in without.mappings:
            raise conflict("Base path already exists for this domain name")
        self._save(caller, without, changed)
        return _describe(changed)

    async def delete_base_path_mapping(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove a mapping."""
        domain, found = self._find(caller, parameters)
        kept = without_entry(domain.mappings, found.base_path)
        self._store.save_domain_name(caller, replace(domain, mappings=kept))
        return {}

    def _find(self, caller: Caller, parameters: Parameters) -> tuple[DomainName, BasePathMapping]:
        domain = find_domain_name(self._store, caller, parameters)
        found = domain.mappings.get(parameters["basePath"])
        if found is None:
            raise not_found("Invalid base path mapping identifier specified")
        return domain, found

    def _check(self, caller: Caller, mapping: BasePathMapping) -> None:
        api = self._store.state_of(caller).rest_apis.get(mapping.api_id)
        if api is None:
            raise bad_request("Invalid REST API identifier specified")
        if mapping.stage is not None and mapping.stage not in api.stages:
            raise bad_request("Invalid stage identifier specified")

    def _save(self, caller: Caller, domain: DomainName, mapping: BasePathMapping) -> None:
        mappings = with_entry(domain.mappings, mapping.base_path, mapping)
        self._store.save_domain_name(caller, replace(domain, mappings=mappings))


def _describe(found: BasePathMapping) -> Parameters:
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
