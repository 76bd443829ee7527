"""API keys, and the plans that say how often they may call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from localtender.edge.gateway.state.texts import TextMap


@dataclass(frozen=True)
class ApiKey:
    """A key that clients send; `stage_keys` are `API/STAGE` as the older form of usage plans."""

    id: str
    value: str
    created_date: datetime
    last_updated_date: datetime
    name: str | None = None
    description: str | None = None
    customer_id: str | None = None
    enabled: bool = False
    stage_keys: tuple[str, ...] = ()
    tags: TextMap = field(default_factory=dict)


@dataclass(frozen=True)
class ThrottleSettings:
    """A token bucket: `rate_limit` requests a second, `burst_limit` its size; None is no limit."""

    burst_limit: int | None = None
    rate_limit: float | None = None


@dataclass(frozen=True)
class QuotaSettings:
    """`limit` requests a `period` (DAY, WEEK, MONTH), `offset` taken from the first one."""

    limit: int | None = None
    offset: int = 0
    period: str | None = None


@dataclass(frozen=True)
class ApiStage:
    """A stage that a usage plan covers, with throttles of single methods by `PATH/VERB`."""

    api_id: str
    stage: str
    throttle: Mapping[str, ThrottleSettings] | None = None


@dataclass(frozen=True)
class UsagePlan:
    """Who may call which stages how often; `key_ids` are API keys in the order they joined."""

    id: str
    name: str
    description: str | None = None
    api_stages: tuple[ApiStage, ...] = ()
    throttle: ThrottleSettings | None = None
    quota: QuotaSettings | None = None
    product_code: str | None = None
    key_ids: tuple[str, ...] = ()
    tags: TextMap = field(default_factory=dict)
