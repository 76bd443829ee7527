"""How much of their quota API keys have used: GetUsage, UpdateUsage.

After "Usage" of the API Gateway API reference: for each key and day of the interval the requests
made and the requests left.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from localtender.edge.gateway.control_plane.lookup import not_found
from localtender.edge.gateway.control_plane.patching import bad_request, patches
from localtender.edge.gateway.control_plane.usage_plans import find_usage_plan
from localtender.edge.gateway.data_plane.admission import Admission
from localtender.edge.gateway.state import UsagePlan
from localtender.edge.gateway.store import Store
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_LONGEST_INTERVAL = 90


class Usage:
    """The operations on usage, which the data plane counts."""

    def __init__(self, store: Store, admission: Admission) -> None:
        self._store = store
        self._admission = admission

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {"GetUsage": self.get_usage, "UpdateUsage": self.update_usage}

    async def get_usage(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The usage of a plan's keys, or of one, in an interval of days."""
        plan = find_usage_plan(self._store, caller, parameters["usagePlanId"])
        start, end = _day(parameters, "startDate"), _day(parameters, "endDate")
        if end < start:
            raise bad_request("Invalid date range specified: startDate must not be after endDate")
        if (end - start).days > _LONGEST_INTERVAL:
            raise bad_request("Usage can be requested for an interval of at most 90 days")
        key_id = parameters.get("keyId")
        if key_id is not None and key_id not in plan.key_ids:
            raise not_found(f"Invalid API Key identifier specified {caller.account_id}:{key_id}")
        return self._described(plan, plan.key_ids if key_id is None else (key_id,), start, end)

    async def update_usage(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Give a key more or fewer requests for the rest of the period."""
        plan = find_usage_plan(self._store, caller, parameters["usagePlanId"])
        key_id = parameters["keyId"]
        if key_id not in plan.key_ids:
            raise not_found(f"Invalid API Key identifier specified {caller.account_id}:{key_id}")
        for patch in patches(parameters):
            if patch.path != "/remaining" or patch.operation != "replace":
                raise bad_request(
                    f"Invalid patch path  '{patch.path}' specified for op '{patch.operation}'. "
                    "Must be one of: [/remaining]"
                )
            if plan.quota is None:
                raise bad_request("Usage Plan does not have a quota")
            remaining = patch.integer(f"Invalid remaining quota specified: {patch.text()}")
            self._admission.set_remaining(plan, key_id, remaining)
        today = self._admission.today().date()
        return self._described(plan, (key_id,), today, today)

    def _described(
        self, plan: UsagePlan, key_ids: tuple[str, ...], start: date, end: date
    ) -> Parameters:
        days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
        return {
            "usagePlanId": plan.id,
            "startDate": start.isoformat(),
            "endDate": end.isoformat(),
            "items": {
                key_id: [list(self._admission.usage(plan, key_id, day)) for day in days]
                for key_id in key_ids
                if plan.quota is not None
            },
        }


def _day(parameters: Parameters, name: str) -> date:
    try:
        return date.fromisoformat(parameters[name])
    except ValueError:
        raise bad_request(f"Invalid date specified: {parameters[name]}") from None
