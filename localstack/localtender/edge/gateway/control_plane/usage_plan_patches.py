"""The patches that UpdateUsagePlan accepts.

After "UpdateUsagePlan" of "Patch operations" in the API Gateway API reference. A stage is named
`API:STAGE`; a method's throttle stands at `/apiStages/API:STAGE/throttle/PATH/VERB/rateLimit`,
where the slashes of PATH are escaped or, as Terraform's provider writes them, not.
"""

from __future__ import annotations

from dataclasses import replace

from localtender.edge.gateway.control_plane.lookup import not_found
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    set_text,
)
from localtender.edge.gateway.state import ApiStage, QuotaSettings, ThrottleSettings, UsagePlan
from localtender.edge.gateway.store import with_entry, without_entry


def _patch_api_stages(plan: UsagePlan, patch: Patch) -> UsagePlan:
    api_id, separator, stage = patch.text().partition(":")
    if not separator:
        raise bad_request(f"Invalid API stage specified: {patch.text()}")
    kept = tuple(item for item in plan.api_stages if (item.api_id, item.stage) != (api_id, stage))
    if patch.is_removal:
        if len(kept) == len(plan.api_stages):
            raise not_found(f"API Stage not found: {patch.text()}")
        return replace(plan, api_stages=kept)
    return replace(plan, api_stages=(*kept, ApiStage(api_id, stage)))


def _changed_throttle(
    throttle: ThrottleSettings | None, patch: Patch, member: str
) -> ThrottleSettings:
    message = f"Invalid throttle value specified: {patch.text()}"
    throttle = throttle or ThrottleSettings(0, 0.0)
    if member == "burstLimit":
        return replace(throttle, burst_limit=patch.integer(message))
    return replace(throttle, rate_limit=patch.decimal(message))


def _patch_method_throttle(plan: UsagePlan, patch: Patch) -> UsagePlan:
    name = patch.names[0]
    stages = []
    for stage in plan.api_stages:
        if f"{stage.api_id}:{stage.stage}" == name:
            stage = _with_method_throttle(stage, patch)
        stages.append(stage)
    return replace(plan, api_stages=tuple(stages))


def _with_method_throttle(stage: ApiStage, patch: Patch) -> ApiStage:
    limits = stage.throttle or {}
    if len(patch.names) == 1:
        return replace(stage, throttle=None)
    method = patch.names[1]
    if patch.is_removal:
        return replace(stage, throttle=without_entry(limits, method) or None)
    member = (patch.path or "").rsplit("/", 1)[-1]
    changed = _changed_throttle(limits.get(method), patch, member)
    return replace(stage, throttle=with_entry(limits, method, changed))


def _patch_throttle(plan: UsagePlan, patch: Patch) -> UsagePlan:
    if patch.is_removal:
        return replace(plan, throttle=None)
    member = (patch.path or "").rsplit("/", 1)[-1]
    return replace(plan, throttle=_changed_throttle(plan.throttle, patch, member))


def _patch_quota(plan: UsagePlan, patch: Patch) -> UsagePlan:
    if patch.is_removal:
        return replace(plan, quota=None)
    message = f"Invalid quota value specified: {patch.text()}"
    quota = plan.quota or QuotaSettings(limit=0, period="DAY")
    match (patch.path or "").rsplit("/", 1)[-1]:
        case "limit":
            quota = replace(quota, limit=patch.integer(message))
        case "offset":
            quota = replace(quota, offset=patch.integer(message))
        case _:
            quota = replace(quota, period=patch.text())
    return replace(plan, quota=quota)


_SET = ("add", "replace")
_METHOD_THROTTLE = "/apiStages/{}/throttle/{+}"
USAGE_PLAN_PATCHES: PatchRules[UsagePlan] = PatchRules(
    PatchRule("/name", ("replace",), set_text("name")),
    PatchRule("/description", ("replace", "remove"), set_text("description")),
    PatchRule("/productCode", ("add", "replace", "remove"), set_text("product_code")),
    PatchRule("/apiStages", ("add", "remove"), _patch_api_stages),
    PatchRule("/apiStages/{}/throttle", ("remove",), _patch_method_throttle),
    PatchRule(f"{_METHOD_THROTTLE}/burstLimit", _SET, _patch_method_throttle),
    PatchRule(f"{_METHOD_THROTTLE}/rateLimit", _SET, _patch_method_throttle),
    PatchRule(_METHOD_THROTTLE, ("remove",), _patch_method_throttle),
    PatchRule("/throttle", ("remove",), _patch_throttle),
    PatchRule("/throttle/burstLimit", _SET, _patch_throttle),
    PatchRule("/throttle/rateLimit", _SET, _patch_throttle),
    PatchRule("/quota", ("remove",), _patch_quota),
    PatchRule("/quota/limit", _SET, _patch_quota),
    PatchRule("/quota/offset", _SET, _patch_quota),
    PatchRule("/quota/period", _SET, _patch_quota),
)
