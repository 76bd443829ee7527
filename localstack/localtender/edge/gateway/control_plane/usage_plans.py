"""Usage plans and their keys: the UsagePlan and UsagePlanKey operations.

After "UsagePlan" and "UsagePlanKey" of the API Gateway API reference; members as recorded on AWS
in LocalStack's `test_apigateway_common.snapshot.json` (`TestUsagePlans`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from localtender.edge.gateway.control_plane.api_keys import find_api_key
from localtender.edge.gateway.control_plane.lookup import conflict, not_found, present
from localtender.edge.gateway.control_plane.pagination import page
from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.control_plane.usage_plan_patches import USAGE_PLAN_PATCHES
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.state import (
    ApiKey,
    ApiStage,
    QuotaSettings,
    ThrottleSettings,
    UsagePlan,
)
from localtender.edge.gateway.store import Store, with_entry, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_PERIODS = ("DAY", "WEEK", "MONTH")


class UsagePlans:
    """The operations on usage plans and their keys."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateUsagePlan": self.create_usage_plan,
            "GetUsagePlan": self.get_usage_plan,
            "GetUsagePlans": self.get_usage_plans,
            "UpdateUsagePlan": self.update_usage_plan,
            "DeleteUsagePlan": self.delete_usage_plan,
            "CreateUsagePlanKey": self.create_usage_plan_key,
            "GetUsagePlanKey": self.get_usage_plan_key,
            "GetUsagePlanKeys": self.get_usage_plan_keys,
            "DeleteUsagePlanKey": self.delete_usage_plan_key,
        }

    async def create_usage_plan(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new plan."""
        if not parameters["name"]:
            raise bad_request("Usage Plan name cannot be blank")
        new = UsagePlan(
            id=short_identifier(),
            name=parameters["name"],
            description=parameters.get("description") or None,
            api_stages=tuple(_api_stage(stage) for stage in parameters.get("apiStages") or ()),
            throttle=_throttle(parameters.get("throttle")),
            quota=_quota(parameters.get("quota")),
            tags=dict(parameters.get("tags") or {}),
        )
        self._check(caller, new)
        self._save(caller, new)
        return describe_usage_plan(new, tags_when_empty=False)

    async def get_usage_plan(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One plan."""
        return describe_usage_plan(self._find(caller, parameters))

    async def get_usage_plans(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The plans of the account and region, or those that have a key, page by page."""
        key_id = parameters.get("keyId")
        return page(
            [
                plan
                for plan in self._store.state_of(caller).usage_plans.values()
                if key_id is None or key_id in plan.key_ids
            ],
            parameters,
            key=lambda plan: plan.id,
            describe=lambda plan: describe_usage_plan(plan, tags_when_empty=False),
        )

    async def update_usage_plan(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change a plan by patch operations."""
        changed = USAGE_PLAN_PATCHES.apply(self._find(caller, parameters), parameters)
        self._check(caller, changed)
        self._save(caller, changed)
        return describe_usage_plan(changed)

    async def delete_usage_plan(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove a plan that covers no stage any more."""
        found = self._find(caller, parameters)
        if found.api_stages:
            raise bad_request(
                f"Cannot delete Usage Plan {found.id} because it contains API Stages. "
                "Please remove the API Stages first."
            )
        state = self._store.state_of(caller)
        plans = without_entry(state.usage_plans, found.id)
        self._store.save_for(caller, replace(state, usage_plans=plans))
        return {}

    async def create_usage_plan_key(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Let a key use a plan."""
        plan = self._find(caller, parameters)
        if parameters["keyType"] != "API_KEY":
            raise bad_request("Invalid key type specified. Must be one of: [API_KEY]")
        key = find_api_key(self._store, caller, parameters["keyId"])
        if key.id in plan.key_ids:
            raise conflict(f"Usage Plan {plan.id} already contains API Key {key.id}")
        self._save(caller, replace(plan, key_ids=(*plan.key_ids, key.id)))
        return _describe_key(key)

    async def get_usage_plan_key(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A key of a plan."""
        return _describe_key(self._find_key(caller, parameters)[1])

    async def get_usage_plan_keys(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The keys of a plan, by the beginning of a name, page by page."""
        plan = self._find(caller, parameters)
        name = parameters.get("nameQuery") or ""
        keys = self._store.state_of(caller).api_keys
        return page(
            [keys[key_id] for key_id in plan.key_ids if (keys[key_id].name or "").startswith(name)],
            parameters,
            key=lambda key: key.id,
            describe=_describe_key,
        )

    async def delete_usage_plan_key(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Take a key out of a plan."""
        plan, key = self._find_key(caller, parameters)
        kept = tuple(key_id for key_id in plan.key_ids if key_id != key.id)
        self._save(caller, replace(plan, key_ids=kept))
        return {}

    def _find(self, caller: Caller, parameters: Parameters) -> UsagePlan:
        found = self._store.state_of(caller).usage_plans.get(parameters["usagePlanId"])
        if found is None:
            raise not_found("Invalid Usage Plan ID specified")
        return found

    def _find_key(self, caller: Caller, parameters: Parameters) -> tuple[UsagePlan, ApiKey]:
        plan = self._find(caller, parameters)
        if parameters["keyId"] not in plan.key_ids:
            raise not_found(
                f"Invalid API Key identifier specified {caller.account_id}:{parameters['keyId']}"
            )
        return plan, find_api_key(self._store, caller, parameters["keyId"])

    def _check(self, caller: Caller, plan: UsagePlan) -> None:
        apis = self._store.state_of(caller).rest_apis
        for covered in plan.api_stages:
            api = apis.get(covered.api_id)
            if api is None or covered.stage not in api.stages:
                raise not_found(f"API Stage not found: {covered.api_id}:{covered.stage}")
        if plan.quota is not None and plan.quota.period not in _PERIODS:
            raise bad_request(f"Usage Plan quota period must be one of: [{', '.join(_PERIODS)}]")

    def _save(self, caller: Caller, plan: UsagePlan) -> None:
        state = self._store.state_of(caller)
        plans = with_entry(state.usage_plans, plan.id, plan)
        self._store.save_for(caller, replace(state, usage_plans=plans))


def describe_usage_plan(plan: UsagePlan, *, tags_when_empty: bool = True) -> Parameters:
    """The UsagePlan shape; creating and listing leave empty tags out."""
    return present(
        id=plan.id,
        name=plan.name,
        description=plan.description,
        apiStages=[_describe_api_stage(stage) for stage in plan.api_stages],
        throttle=None if plan.throttle is None else _describe_throttle(plan.throttle),
        quota=None
        if plan.quota is None
        else present(limit=plan.quota.limit, offset=plan.quota.offset, period=plan.quota.period),
        productCode=plan.product_code,
        tags=dict(plan.tags) if plan.tags or tags_when_empty else None,
    )


def _describe_key(key: ApiKey) -> Parameters:
    return present(id=key.id, type="API_KEY", value=key.value, name=key.name)


def _describe_api_stage(stage: ApiStage) -> Parameters:
    throttle = None
    if stage.throttle:
        throttle = {path: _describe_throttle(limits) for path, limits in stage.throttle.items()}
    return present(apiId=stage.api_id, stage=stage.stage, throttle=throttle)


def _describe_throttle(throttle: ThrottleSettings) -> Parameters:
    return present(burstLimit=throttle.burst_limit, rateLimit=throttle.rate_limit)


def _api_stage(parameters: Parameters) -> ApiStage:
    limits = {
        path: ThrottleSettings(given.get("burstLimit"), given.get("rateLimit"))
        for path, given in (parameters.get("throttle") or {}).items()
    }
    return ApiStage(parameters.get("apiId", ""), parameters.get("stage", ""), limits or None)


def _throttle(parameters: Parameters | None) -> ThrottleSettings | None:
    if not parameters:
        return None
    return ThrottleSettings(parameters.get("burstLimit", 0), parameters.get("rateLimit", 0.0))


def _quota(parameters: Parameters | None) -> QuotaSettings | None:
    if not parameters:
        return None
    return QuotaSettings(
        limit=parameters.get("limit"),
        offset=parameters.get("offset", 0),
        period=parameters.get("period"),
    )
