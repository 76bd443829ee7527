"""API keys: CreateApiKey, GetApiKey(s), UpdateApiKey, DeleteApiKey.

After "ApiKey" of the API Gateway API reference; members as recorded on AWS in LocalStack's
`test_apigateway_common.snapshot.json` (`TestUsagePlans`), lengths of names and values after "Usage
plans and API keys for REST APIs" of the developer guide. A key's value is answered on creation and
where it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from localtender.edge.gateway.control_plane.family import RegionFamily
from localtender.edge.gateway.control_plane.lookup import conflict, not_found, present
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    set_flag,
    set_members,
    set_text,
)
from localtender.edge.gateway.control_plane.quotas import API_KEYS
from localtender.edge.gateway.identifiers import api_key_value, long_identifier
from localtender.edge.gateway.state import ApiKey, RegionState
from localtender.edge.gateway.store import Store, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_SHORTEST_VALUE = 20
_LONGEST_VALUE = 128
_LONGEST_NAME = 1_024


class ApiKeys(RegionFamily[ApiKey]):
    """The operations on API keys."""

    field = "api_keys"
    parameter = "apiKey"
    missing = "Invalid API Key identifier specified"
    quota = API_KEYS

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateApiKey": self.create_api_key,
            "GetApiKey": self.get_one,
            "GetApiKeys": self.get_page,
            "UpdateApiKey": self.update,
            "DeleteApiKey": self.delete,
        }

    async def create_api_key(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new key, with a value of its own unless one is given."""
        state = self._store.state_of(caller)
        value = parameters.get("value") or api_key_value()
        if len(value) < _SHORTEST_VALUE:
            raise bad_request(f"API Key value should be at least {_SHORTEST_VALUE} characters")
        if len(value) > _LONGEST_VALUE:
            raise bad_request(f"API Key value exceeds maximum size of {_LONGEST_VALUE} characters")
        if any(key.value == value for key in state.api_keys.values()):
            raise conflict("API Key already exists")
        now = datetime.now(UTC).replace(microsecond=0)
        stage_keys = parameters.get("stageKeys") or ()
        new = ApiKey(
            id=long_identifier(),
            value=value,
            created_date=now,
            last_updated_date=now,
            name=_checked_name(parameters.get("name")),
            description=parameters.get("description") or None,
            customer_id=parameters.get("customerId") or None,
            enabled=bool(parameters.get("enabled")),
            stage_keys=tuple(_stage_key(state, key) for key in stage_keys),
            tags=dict(parameters.get("tags") or {}),
        )
        self._add(caller, state, new)
        return _described(new, with_value=True, tags_when_empty=False)

    async def get_one(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One key, with its value where that is asked for."""
        _, found = self._find(caller, parameters)
        return _described(found, with_value=bool(parameters.get("includeValue")))

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove a key, from usage plans too."""
        state, found = self._find(caller, parameters)
        plans = {
            plan.id: replace(plan, key_ids=tuple(key for key in plan.key_ids if key != found.id))
            for plan in state.usage_plans.values()
        }
        keys = without_entry(state.api_keys, found.id)
        self._store.save_for(caller, replace(state, api_keys=keys, usage_plans=plans))
        return {}

    def _key(self, entity: ApiKey) -> str:
        return entity.id

    def _describe(self, entity: ApiKey) -> Parameters:
        return _described(entity, with_value=False)

    def _describe_listed(self, entity: ApiKey, parameters: Parameters) -> Parameters:
        with_value = bool(parameters.get("includeValues"))
        return _described(entity, with_value=with_value, tags_when_empty=False)

    def _listed(self, owner: RegionState, parameters: Parameters) -> list[ApiKey]:
        name = parameters.get("nameQuery") or ""
        customer = parameters.get("customerId")
        return [
            key
            for key in owner.api_keys.values()
            if (key.name or "").startswith(name)
            and (customer is None or key.customer_id == customer)
        ]

    def _patched(self, owner: RegionState, found: ApiKey, parameters: Parameters) -> ApiKey:
        del owner
        now = datetime.now(UTC).replace(microsecond=0)
        return replace(_PATCHES.apply(found, parameters), last_updated_date=now)


def find_api_key(store: Store, caller: Caller, key_id: str) -> ApiKey:
    """A key of the caller's account and region; raises NotFoundException."""
    found = store.state_of(caller).api_keys.get(key_id)
    if found is None:
        raise not_found("Invalid API Key identifier specified")
    return found


def _stage_key(state: RegionState, given: Parameters) -> str:
    api = state.rest_apis.get(given.get("restApiId") or "")
    if api is None or given.get("stageName") not in api.stages:
        raise not_found("Invalid stage identifier specified")
    return f"{api.id}/{given['stageName']}"


def _checked_name(name: str | None) -> str | None:
    if len(name or "") > _LONGEST_NAME:
        raise bad_request(f"API Key name exceeds maximum size of {_LONGEST_NAME} characters")
    return name or None


def _patch_name(found: ApiKey, patch: Patch) -> ApiKey:
    return replace(found, name=None if patch.is_removal else _checked_name(patch.value))


def _described(key: ApiKey, *, with_value: bool, tags_when_empty: bool = True) -> Parameters:
    return present(
        id=key.id,
        value=key.value if with_value else None,
        name=key.name,
        customerId=key.customer_id,
        description=key.description,
        enabled=key.enabled,
        createdDate=key.created_date,
        lastUpdatedDate=key.last_updated_date,
        stageKeys=list(key.stage_keys),
        tags=dict(key.tags) if key.tags or tags_when_empty else None,
    )


_PATCHES: PatchRules[ApiKey] = PatchRules(
    PatchRule("/name", ("replace", "remove"), _patch_name),
    PatchRule("/description", ("replace", "remove"), set_text("description")),
    PatchRule("/customerId", ("replace", "remove"), set_text("customer_id")),
    PatchRule("/enabled", ("replace",), set_flag("enabled")),
    PatchRule("/stages", ("add", "remove"), set_members("stage_keys")),
)
