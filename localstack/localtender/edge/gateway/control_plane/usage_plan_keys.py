"""The API keys of usage plans: CreateUsagePlanKey, GetUsagePlanKey(s), DeleteUsagePlanKey.

After "UsagePlanKey" of the API Gateway API reference; members as recorded on AWS in LocalStack's
`test_apigateway_common.snapshot.json` (`TestUsagePlans`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.api_keys import find_api_key
from localtender.edge.gateway.control_plane.lookup import conflict, not_found, present
from localtender.edge.gateway.control_plane.pagination import page
from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.control_plane.quotas import USAGE_PLANS_OF_A_KEY
from localtender.edge.gateway.control_plane.usage_plans import find_usage_plan
from localtender.edge.gateway.state import ApiKey, UsagePlan
from localtender.edge.gateway.store import Store, with_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class UsagePlanKeys:
    """The operations on the keys of usage plans."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateUsagePlanKey": self.create_usage_plan_key,
            "GetUsagePlanKey": self.get_usage_plan_key,
            "GetUsagePlanKeys": self.get_usage_plan_keys,
            "DeleteUsagePlanKey": self.delete_usage_plan_key,
        }

    async def create_usage_plan_key(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Let a key use a plan."""
        plan = self._plan(caller, parameters)
        if parameters["keyType"] != "API_KEY":
            raise bad_request("Invalid key type specified. Must be one of: [API_KEY]")
        key = find_api_key(self._store, caller, parameters["keyId"])
        if key.id in plan.key_ids:
            raise conflict(f"Usage Plan {plan.id} already contains API Key {key.id}")
        plans = self._store.state_of(caller).usage_plans.values()
        USAGE_PLANS_OF_A_KEY.check(sum(key.id in other.key_ids for other in plans))
        self._save(caller, replace(plan, key_ids=(*plan.key_ids, key.id)))
        return _described(key)

    async def get_usage_plan_key(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A key of a plan."""
        return _described(self._find(caller, parameters)[1])

    async def get_usage_plan_keys(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The keys of a plan, by the beginning of a name, page by page."""
        plan = self._plan(caller, parameters)
        name = parameters.get("nameQuery") or ""
        keys = self._store.state_of(caller).api_keys
        return page(
            [keys[key_id] for key_id in plan.key_ids if (keys[key_id].name or "").startswith(name)],
            parameters,
            key=lambda key: key.id,
            describe=_described,
        )

    async def delete_usage_plan_key(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Take a key out of a plan."""
        plan, key = self._find(caller, parameters)
        kept = tuple(key_id for key_id in plan.key_ids if key_id != key.id)
        self._save(caller, replace(plan, key_ids=kept))
        return {}

    def _plan(self, caller: Caller, parameters: Parameters) -> UsagePlan:
        return find_usage_plan(self._store, caller, parameters["usagePlanId"])

    def _find(self, caller: Caller, parameters: Parameters) -> tuple[UsagePlan, ApiKey]:
        plan = self._plan(caller, parameters)
        if parameters["keyId"] not in plan.key_ids:
            raise not_found(
                f"Invalid API Key identifier specified {caller.account_id}:{parameters['keyId']}"
            )
        return plan, find_api_key(self._store, caller, parameters["keyId"])

    def _save(self, caller: Caller, plan: UsagePlan) -> None:
        state = self._store.state_of(caller)
        plans = with_entry(state.usage_plans, plan.id, plan)
        self._store.save_for(caller, replace(state, usage_plans=plans))


def _described(key: ApiKey) -> Parameters:
    return present(id=key.id, type="API_KEY", value=key.value, name=key.name)
