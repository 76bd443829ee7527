"""Usage plans: CreateUsagePlan, GetUsagePlan(s), UpdateUsagePlan, DeleteUsagePlan.

After "UsagePlan" of the API Gateway API reference; members as recorded on AWS
in LocalStack's `test_apigateway_common.snapshot.json` (`TestUsagePlans`).
"""

from __future__ import annotations

from collections.abc import Mapping

from localtender.edge.gateway.control_plane.family import RegionFamily
from localtender.edge.gateway.control_plane.lookup import not_found, present
from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.control_plane.quotas import USAGE_PLANS
from localtender.edge.gateway.control_plane.usage_plan_patches import USAGE_PLAN_PATCHES
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.state import (
    ApiStage,
    QuotaSettings,
    RegionState,
    ThrottleSettings,
    UsagePlan,
)
from localtender.edge.gateway.store import Store
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_PERIODS = ("DAY", "WEEK", "MONTH")


class UsagePlans(RegionFamily[UsagePlan]):
    """The operations on usage plans."""

    field = "usage_plans"
    parameter = "usagePlanId"
    missing = "Invalid Usage Plan ID specified"
    quota = USAGE_PLANS

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateUsagePlan": self.create_usage_plan,
            "GetUsagePlan": self.get_one,
            "GetUsagePlans": self.get_page,
            "UpdateUsagePlan": self.update,
            "DeleteUsagePlan": self.delete,
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
        state = self._store.state_of(caller)
        self._add(caller, state, _checked(state, new))
        return describe_usage_plan(new, tags_when_empty=False)

    def _key(self, entity: UsagePlan) -> str:
        return entity.id

    def _describe(self, entity: UsagePlan) -> Parameters:
        return describe_usage_plan(entity)

    def _describe_listed(self, entity: UsagePlan, parameters: Parameters) -> Parameters:
        del parameters
        return describe_usage_plan(entity, tags_when_empty=False)

    def _listed(self, owner: RegionState, parameters: Parameters) -> list[UsagePlan]:
        key_id = parameters.get("keyId")
        return [
            plan for plan in owner.usage_plans.values() if key_id is None or key_id in plan.key_ids
        ]

    def _patched(self, owner: RegionState, found: UsagePlan, parameters: Parameters) -> UsagePlan:
        return _checked(owner, USAGE_PLAN_PATCHES.apply(found, parameters))

    def _check_unused(self, owner: RegionState, found: UsagePlan) -> None:
        del owner
        if found.api_stages:
            raise bad_request(
                f"Cannot delete Usage Plan {found.id} because it contains API Stages. "
                "Please remove the API Stages first."
            )


def find_usage_plan(store: Store, caller: Caller, plan_id: str) -> UsagePlan:
    """A plan of the caller's account and region; raises NotFoundException."""
    found = store.state_of(caller).usage_plans.get(plan_id)
    if found is None:
        raise not_found(UsagePlans.missing)
    return found


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


def _checked(state: RegionState, plan: UsagePlan) -> UsagePlan:
    for covered in plan.api_stages:
        api = state.rest_apis.get(covered.api_id)
        if api is None or covered.stage not in api.stages:
            raise not_found(f"API Stage not found: {covered.api_id}:{covered.stage}")
    if plan.quota is not None and plan.quota.period not in _PERIODS:
        raise bad_request(f"Usage Plan quota period must be one of: [{', '.join(_PERIODS)}]")
    return plan
