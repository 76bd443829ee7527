"""API keys, usage plans and throttling: who gets in, and how often.

After "Usage plans and API keys for REST APIs" and "Throttle requests to your REST APIs" of the
developer guide. Throttles are token buckets, applied in the order of that page: the usage plan's
for the method and for the client, the stage's for the method (its own settings, else those of every
method), the account's. Usage is counted in memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from localtender.edge.gateway.data_plane.errors import (
    ForbiddenError,
    QuotaExceededError,
    ThrottledError,
)
from localtender.edge.gateway.data_plane.exchange import Exchange
from localtender.edge.gateway.data_plane.method_settings import settings_of_method
from localtender.edge.gateway.state import (
    ApiKey,
    ApiStage,
    QuotaSettings,
    RegionState,
    UsagePlan,
)

UNLIMITED = -1
# "API Gateway account-level quotas, per Region": requests a second and the burst above them.
ACCOUNT_RATE_LIMIT = 10_000.0
ACCOUNT_BURST_LIMIT = 5_000


@dataclass
class _Bucket:
    """Fills at `rate` tokens a second up to `size`."""

    rate: float
    size: float
    tokens: float
    filled_at: float

    def take(self, now: float) -> bool:
        self.tokens = min(self.size, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass
class _Usage:
    period_start: datetime
    used: int
    by_day: dict[date, int] = field(default_factory=dict)


@dataclass
class Admission:
    """Decides on API keys and counts requests; `clock` is monotonic seconds, `today` UTC time."""

    clock: Callable[[], float] = time.monotonic
    today: Callable[[], datetime] = lambda: datetime.now(UTC)
    _buckets: dict[tuple[str, ...], _Bucket] = field(default_factory=dict)
    _usage: dict[tuple[str, str], _Usage] = field(default_factory=dict)
    _keys: dict[str, ApiKey] = field(default_factory=dict)
    _keys_of: RegionState | None = None

    def admit(self, exchange: Exchange, state: RegionState) -> None:
        """Let a request pass and count it.

        Raises ForbiddenError, ThrottledError or QuotaExceededError.
        """
        method = exchange.method
        if method is not None and method.api_key_required:
            key = self._api_key(exchange, state)
            plan, covered = _plan_for(exchange, state, key)
            exchange.api_key = key
            self._check_plan(exchange, plan, covered, key)
        self._check_stage(exchange)
        self._check_account(exchange)

    def usage(self, plan: UsagePlan, key_id: str, day: date) -> tuple[int, int]:
        """How many requests a key made on a day and how many were left after it."""
        limit = (plan.quota.limit if plan.quota else None) or 0
        usage = self._usage.get((plan.id, key_id))
        if usage is None:
            return 0, limit - (plan.quota.offset if plan.quota else 0)
        used = usage.by_day.get(day, 0)
        if day < usage.period_start.date():
            return used, max(limit - used, 0)
        later = sum(count for other, count in usage.by_day.items() if other > day)
        return used, max(limit - usage.used + later, 0)

    def set_remaining(self, plan: UsagePlan, key_id: str, remaining: int) -> None:
        """Let a key make so many requests more in the period of today."""
        quota = plan.quota
        if quota is None or quota.limit is None:
            return
        usage = self._usage_of(plan, quota, key_id)
        usage.used = quota.limit - remaining

    def _usage_of(self, plan: UsagePlan, quota: QuotaSettings, key_id: str) -> _Usage:
        start = _period_start(self.today(), quota.period or "DAY")
        usage = self._usage.get((plan.id, key_id))
        if usage is None:
            # The offset counts as used in the first period only.
            usage = self._usage[(plan.id, key_id)] = _Usage(start, quota.offset)
        elif usage.period_start != start:
            usage.period_start, usage.used = start, 0
        return usage

    def _api_key(self, exchange: Exchange, state: RegionState) -> ApiKey:
        if exchange.endpoint.snapshot.api_key_source == "AUTHORIZER":
            value = exchange.usage_identifier_key
        else:
            value = exchange.header("x-api-key")
        if self._keys_of is not state:
            self._keys = {key.value: key for key in state.api_keys.values()}
            self._keys_of = state
        key = self._keys.get(value or "")
        if key is None or not key.enabled:
            raise ForbiddenError(reason="No such API key, or it is disabled")
        return key

    def _check_plan(
        self, exchange: Exchange, plan: UsagePlan | None, covered: ApiStage | None, key: ApiKey
    ) -> None:
        if plan is None or covered is None:
            return
        method_key = _method_key(exchange)
        limits = (covered.throttle or {}).get(method_key)
        if limits is not None:
            name = ("plan", plan.id, key.id, covered.api_id, covered.stage, method_key)
            self._take(name, limits.rate_limit, limits.burst_limit)
        if plan.throttle is not None:
            self._take(
                ("plan", plan.id, key.id), plan.throttle.rate_limit, plan.throttle.burst_limit
            )
        if plan.quota is not None and plan.quota.limit is not None:
            self._count(plan, plan.quota, plan.quota.limit, key)

    def _check_stage(self, exchange: Exchange) -> None:
        found = settings_of_method(exchange)
        if found is None:
            return
        key, settings = found
        if UNLIMITED in (settings.throttling_rate_limit, settings.throttling_burst_limit):
            return
        endpoint = exchange.endpoint
        name = ("stage", endpoint.api_id, endpoint.stage.name, key, _method_key(exchange))
        self._take(name, settings.throttling_rate_limit, settings.throttling_burst_limit)

    def _check_account(self, exchange: Exchange) -> None:
        endpoint = exchange.endpoint
        name = ("account", endpoint.account_id, endpoint.region)
        self._take(name, ACCOUNT_RATE_LIMIT, ACCOUNT_BURST_LIMIT)

    def _take(self, name: tuple[str, ...], rate: float | None, burst: int | None) -> None:
        if rate is None or burst is None:
            return
        now = self.clock()
        bucket = self._buckets.get(name)
        if bucket is None or (bucket.rate, bucket.size) != (rate, burst):
            bucket = self._buckets[name] = _Bucket(rate, burst, burst, now)
        if not bucket.take(now):
            raise ThrottledError(reason=f"Throttled by {'/'.join(name)}")

    def _count(self, plan: UsagePlan, quota: QuotaSettings, limit: int, key: ApiKey) -> None:
        usage = self._usage_of(plan, quota, key.id)
        if usage.used >= limit:
            raise QuotaExceededError(reason=f"Quota of usage plan {plan.id} is used up")
        usage.used += 1
        today = self.today().date()
        usage.by_day[today] = usage.by_day.get(today, 0) + 1


def _plan_for(
    exchange: Exchange, state: RegionState, key: ApiKey
) -> tuple[UsagePlan | None, ApiStage | None]:
    endpoint = exchange.endpoint
    for plan in state.usage_plans.values():
        if key.id not in plan.key_ids:
            continue
        for covered in plan.api_stages:
            if (covered.api_id, covered.stage) == (endpoint.api_id, endpoint.stage.name):
                return plan, covered
    if f"{endpoint.api_id}/{endpoint.stage.name}" in key.stage_keys:
        return None, None
    raise ForbiddenError(reason=f"No usage plan lets API key {key.id} call this stage")


def _method_key(exchange: Exchange) -> str:
    path = exchange.resource.path if exchange.resource else "/"
    verb = exchange.method.http_method if exchange.method else exchange.request.method
    return f"{path}/{verb}"


def _period_start(now: datetime, period: str) -> datetime:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case "WEEK":
            # Weeks of usage plans begin on Sunday.
            return midnight - timedelta(days=(midnight.weekday() + 1) % 7)
        case "MONTH":
            return midnight.replace(day=1)
        case _:
            return midnight
