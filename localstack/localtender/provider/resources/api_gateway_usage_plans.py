"""Amazon API Gateway: usage plans and their keys.

Arguments, defaults and replace rules follow the documentation of ``aws_api_gateway_usage_plan``
and ``aws_api_gateway_usage_plan_key``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    change_tags,
    gateway_arn,
    given,
    identifier_parts,
)
from localtender.provider.resources.api_gateway_patches import (
    PatchOperation,
    argument_patches,
    escape,
    replace,
)
from localtender.provider.values import UNKNOWN, Values

_PATHS: Final = {"description": "/description", "name": "/name", "product_code": "/productCode"}
_LAST_DAY_OF_PERIOD: Final = {"DAY": 0, "WEEK": 6, "MONTH": 27}


class UsagePlan(Resource):
    """``aws_api_gateway_usage_plan``; its id is the one that the gateway gives."""

    type_name = "aws_api_gateway_usage_plan"
    service = "apigateway"
    gone = NOT_FOUND
    defaults = {
        "api_stages.throttle.burst_limit": 0,
        "api_stages.throttle.rate_limit": 0,
        "quota_settings.offset": 0,
        "throttle_settings.burst_limit": 0,
        "throttle_settings.rate_limit": 0,
    }
    element_keys = {"api_stages": ("api_id", "stage"), "api_stages.throttle": ("path",)}
    checks = {"quota_settings.period": one_of("DAY", "MONTH", "WEEK")}

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that the quota's offset lies within its period."""
        quotas = config.get("quota_settings")
        for quota in quotas if isinstance(quotas, list) else []:
            if quota is UNKNOWN:
                continue
            period, offset = quota["period"], quota["offset"]
            if isinstance(offset, int) and isinstance(period, str):
                last = _LAST_DAY_OF_PERIOD.get(period, offset)
                if not 0 <= offset <= last:
                    yield InvalidArgumentError(
                        "quota_settings.offset",
                        f"must be from 0 to {last} with period {period}, got {offset}",
                    )

    def create(self, call: Call, planned: Values) -> Values:
        """Create the plan; its product code can only be set afterwards."""
        request = given(
            {
                "name": planned["name"],
                "apiStages": [_stage_request(stage) for stage in planned["api_stages"]],
                "description": planned["description"],
                "tags": planned["tags_all"],
            }
        )
        for quota in planned["quota_settings"]:
            request["quota"] = {name: quota[name] for name in ("limit", "offset", "period")}
        for throttle in planned["throttle_settings"]:
            request["throttle"] = _limits(throttle)
        identifier = call.client().create_usage_plan(**request)["id"]
        call.created({"id": identifier})
        if planned["product_code"]:
            call.client().update_usage_plan(
                usagePlanId=identifier,
                patchOperations=[
                    {"op": "add", "path": "/productCode", "value": planned["product_code"]}
                ],
            )
        return {"id": identifier}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the plan."""
        plan = call.client().get_usage_plan(usagePlanId=state["id"])
        quota, throttle = plan.get("quota"), plan.get("throttle")
        return {
            "api_stages": [_stage_state(stage) for stage in plan.get("apiStages", [])],
            "arn": gateway_arn(call, f"/usageplans/{state['id']}"),
            "description": plan.get("description"),
            "name": plan["name"],
            "product_code": plan.get("productCode"),
            "quota_settings": [quota] if quota else [],
            "tags": plan.get("tags", {}),
            "throttle_settings": [_limits_state(throttle)] if throttle else [],
        }

    def update(self, call: Call, change: Change) -> None:
        """Patch what changed."""
        prior, planned = change.prior, change.planned
        operations = list(argument_patches(change, _PATHS))
        if change.has("api_stages"):
            operations += _stage_patches(_present_stages(call, prior["id"]), planned["api_stages"])
        if change.has("throttle_settings"):
            operations += _block_patches(
                "/throttle",
                planned["throttle_settings"],
                {"rateLimit": "rate_limit", "burstLimit": "burst_limit"},
            )
        if change.has("quota_settings"):
            operations += _block_patches(
                "/quota",
                planned["quota_settings"],
                {"limit": "limit", "offset": "offset", "period": "period"},
            )
        if operations:
            call.client().update_usage_plan(usagePlanId=prior["id"], patchOperations=operations)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the plan."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Take the plan's stages away, without which it can be deleted, and delete it."""
        operations = list(_stage_patches(_present_stages(call, state["id"]), []))
        if operations:
            call.client().update_usage_plan(usagePlanId=state["id"], patchOperations=operations)
        call.client().delete_usage_plan(usagePlanId=state["id"])


class UsagePlanKey(Resource):
    """``aws_api_gateway_usage_plan_key``; its id is the key's."""

    type_name = "aws_api_gateway_usage_plan_key"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("key_id", "key_type", "usage_plan_id")
    sensitive = ("value",)
    checks = {"key_type": one_of("API_KEY")}

    def create(self, call: Call, planned: Values) -> Values:
        """Let the key use the plan."""
        answer = call.client().create_usage_plan_key(
            usagePlanId=planned["usage_plan_id"],
            keyId=planned["key_id"],
            keyType=planned["key_type"],
        )
        return {"id": answer["id"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the key of the plan."""
        key = call.client().get_usage_plan_key(
            usagePlanId=state["usage_plan_id"], keyId=state["id"]
        )
        return {
            "key_id": key["id"],
            "key_type": key.get("type"),
            "name": key.get("name"),
            "value": key.get("value"),
        }

    def delete(self, call: Call, state: Values) -> None:
        """Take the key out of the plan."""
        call.client().delete_usage_plan_key(usagePlanId=state["usage_plan_id"], keyId=state["id"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``USAGE-PLAN-ID/USAGE-PLAN-KEY-ID`` apart."""
        plan, key = identifier_parts(identifier, "USAGE-PLAN-ID/USAGE-PLAN-KEY-ID")
        return {"id": key, "usage_plan_id": plan}


def _limits(block: Values) -> Values:
    return given({"burstLimit": block["burst_limit"], "rateLimit": block["rate_limit"]})


def _limits_state(answer: Values) -> Values:
    return {"burst_limit": answer.get("burstLimit", 0), "rate_limit": answer.get("rateLimit", 0)}


def _stage_request(stage: Values) -> Values:
    request: Values = {"apiId": stage["api_id"], "stage": stage["stage"]}
    if stage["throttle"]:
        request["throttle"] = {item["path"]: _limits(item) for item in stage["throttle"]}
    return request


def _stage_state(answer: Values) -> Values:
    return {
        "api_id": answer["apiId"],
        "stage": answer["stage"],
        "throttle": [
            {"path": path, **_limits_state(limits)}
            for path, limits in (answer.get("throttle") or {}).items()
        ],
    }


def _present_stages(call: Call, identifier: str) -> list[Values]:
    # A stage that is deleted leaves its plans, so the state may name one too many.
    plan = call.client().get_usage_plan(usagePlanId=identifier)
    return [_stage_state(stage) for stage in plan.get("apiStages", [])]


def _stage_patches(before: list[Values], after: list[Values]) -> Iterator[PatchOperation]:
    """Yield what leads from one set of stages to another; a changed one is added anew."""
    for stage in before:
        if stage not in after:
            yield {"op": "remove", "path": "/apiStages", "value": _stage_name(stage)}
    for stage in after:
        if stage in before:
            continue
        name = _stage_name(stage)
        yield {"op": "add", "path": "/apiStages", "value": name}
        for limits in stage["throttle"]:
            path, _, verb = limits["path"].rpartition("/")
            prefix = f"/apiStages/{name}/throttle/{escape(path)}/{verb}"
            yield replace(f"{prefix}/rateLimit", limits["rate_limit"])
            yield replace(f"{prefix}/burstLimit", limits["burst_limit"])


def _stage_name(stage: Values) -> str:
    return f"{stage['api_id']}:{stage['stage']}"


def _block_patches(
    path: str, blocks: list[Values], members: dict[str, str]
) -> Iterator[PatchOperation]:
    if not blocks:
        yield {"op": "remove", "path": path}
    for block in blocks:
        for member, argument in members.items():
            if block[argument] is not None:
                yield replace(f"{path}/{member}", block[argument])
