"""Stages and their settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from localtender.edge.gateway.state.texts import TextMap


@dataclass(frozen=True)
class MethodSettings:
    """Settings of a stage for some methods; throttling is requests a second and a burst size."""

    metrics_enabled: bool = False
    logging_level: str | None = None
    data_trace_enabled: bool = False
    throttling_burst_limit: int = 5_000
    throttling_rate_limit: float = 10_000.0
    caching_enabled: bool = False
    cache_ttl_in_seconds: int = 300
    cache_data_encrypted: bool = False
    require_authorization_for_cache_control: bool = True
    unauthorized_cache_control_header_strategy: str = "SUCCEED_WITH_RESPONSE_HEADER"


@dataclass(frozen=True)
class AccessLogSettings:
    """Where a stage's access log goes and the format of a line."""

    format: str | None = None
    destination_arn: str | None = None


@dataclass(frozen=True)
class CanarySettings:
    """A second deployment of a stage, for `percent_traffic` of the requests."""

    deployment_id: str
    percent_traffic: float = 0.0
    stage_variable_overrides: TextMap | None = None
    use_stage_cache: bool = False


@dataclass(frozen=True)
class Stage:
    """A named reference to a deployment, under which clients call the API.

    `is_canary` is set for a request on its way where the stage has a canary, and says whether it
    goes there.
    """

    name: str
    deployment_id: str
    created_date: datetime
    last_updated_date: datetime
    description: str | None = None
    client_certificate_id: str | None = None
    cache_cluster_enabled: bool = False
    cache_cluster_size: str | None = None
    method_settings: Mapping[str, MethodSettings] = field(default_factory=dict)
    variables: TextMap | None = None
    documentation_version: str | None = None
    access_log_settings: AccessLogSettings | None = None
    tracing_enabled: bool = False
    tags: TextMap = field(default_factory=dict)
    canary_settings: CanarySettings | None = None
    is_canary: bool | None = None
