"""Stages of an API: CreateStage, GetStage(s), UpdateStage, DeleteStage, the Flush operations.

After "Stage" of the API Gateway API reference; members and messages as recorded on AWS in
LocalStack's `test_apigateway_common.snapshot.json` (`TestStages`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from localtender.edge.gateway.control_plane.lookup import conflict, present, rest_api, stage
from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.control_plane.quotas import STAGES
from localtender.edge.gateway.control_plane.stage_checks import (
    check_deployment,
    check_logging,
    check_variables,
)
from localtender.edge.gateway.control_plane.stage_patches import apply_stage_patches
from localtender.edge.gateway.state import (
    AccessLogSettings,
    CanarySettings,
    MethodSettings,
    RestApi,
    Stage,
)
from localtender.edge.gateway.store import Store, with_entry, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_STAGE_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")


class Stages:
    """The operations on stages."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateStage": self.create_stage,
            "GetStage": self.get_stage,
            "GetStages": self.get_stages,
            "UpdateStage": self.update_stage,
            "DeleteStage": self.delete_stage,
        }

    async def create_stage(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new stage that serves a deployment."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        name = parameters["stageName"]
        if name in api.stages:
            raise conflict("Stage already exists")
        check_deployment(api, parameters["deploymentId"])
        new = new_stage(name, parameters["deploymentId"], parameters)
        if new.canary_settings is not None:
            check_deployment(api, new.canary_settings.deployment_id)
        STAGES.check(len(api.stages))
        self._save(caller, api, new)
        return describe_stage(new)

    async def get_stage(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One stage."""
        return describe_stage(
            stage(self._store, caller, parameters["restApiId"], parameters["stageName"])[1]
        )

    async def get_stages(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All stages of an API, or those of one deployment."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        wanted = parameters.get("deploymentId")
        return {
            "item": [
                describe_stage(found)
                for found in api.stages.values()
                if wanted is None or found.deployment_id == wanted
            ]
        }

    async def update_stage(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change a stage by patch operations; logging needs the account's CloudWatch role."""
        api, found = stage(self._store, caller, parameters["restApiId"], parameters["stageName"])
        changed = apply_stage_patches(found, parameters)
        check_deployment(api, changed.deployment_id)
        if changed.canary_settings is not None:
            check_deployment(api, changed.canary_settings.deployment_id)
        check_variables(changed.variables or {})
        check_logging(changed, found, self._store.state_of(caller))
        changed = replace(changed, last_updated_date=_now())
        self._save(caller, api, changed)
        return describe_stage(changed)

    async def delete_stage(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove a stage, from usage plans too."""
        api, found = stage(self._store, caller, parameters["restApiId"], parameters["stageName"])
        state = self._store.state_of(caller)
        plans = {
            plan.id: replace(
                plan,
                api_stages=tuple(
                    covered
                    for covered in plan.api_stages
                    if (covered.api_id, covered.stage) != (api.id, found.name)
                ),
            )
            for plan in state.usage_plans.values()
        }
        api = replace(api, stages=without_entry(api.stages, found.name))
        apis = with_entry(state.rest_apis, api.id, api)
        self._store.save_for(caller, replace(state, rest_apis=apis, usage_plans=plans))
        return {}

    def _save(self, caller: Caller, api: RestApi, changed: Stage) -> None:
        stages = with_entry(api.stages, changed.name, changed)
        self._store.save_rest_api(caller, replace(api, stages=stages))


def new_stage(name: str, deployment_id: str, parameters: Parameters) -> Stage:
    """A stage from the parameters of CreateStage or CreateDeployment."""
    if not _STAGE_NAME.fullmatch(name):
        raise bad_request("Stage name only allows a-zA-Z0-9_-")
    variables = parameters.get("variables") or None
    check_variables(variables or {})
    now = _now()
    return Stage(
        name=name,
        deployment_id=deployment_id,
        created_date=now,
        last_updated_date=now,
        description=parameters.get("description") or None,
        cache_cluster_enabled=bool(parameters.get("cacheClusterEnabled")),
        cache_cluster_size=parameters.get("cacheClusterSize"),
        variables=variables,
        documentation_version=parameters.get("documentationVersion"),
        tracing_enabled=bool(parameters.get("tracingEnabled")),
        tags=dict(parameters.get("tags") or {}),
        canary_settings=canary_settings(parameters.get("canarySettings"), deployment_id),
    )


def describe_stage(found: Stage) -> Parameters:
    """The Stage shape."""
    return present(
        deploymentId=found.deployment_id,
        clientCertificateId=found.client_certificate_id,
        stageName=found.name,
        description=found.description,
        cacheClusterEnabled=found.cache_cluster_enabled,
        cacheClusterSize=found.cache_cluster_size,
        cacheClusterStatus="AVAILABLE" if found.cache_cluster_enabled else "NOT_AVAILABLE",
        methodSettings={
            path: _describe_method_settings(settings)
            for path, settings in found.method_settings.items()
        },
        variables=found.variables,
        documentationVersion=found.documentation_version,
        accessLogSettings=_describe_access_log(found.access_log_settings),
        canarySettings=_describe_canary(found.canary_settings),
        tracingEnabled=found.tracing_enabled,
        tags=dict(found.tags) or None,
        createdDate=found.created_date,
        lastUpdatedDate=found.last_updated_date,
    )


def canary_settings(given: Parameters | None, deployment_id: str) -> CanarySettings | None:
    """The canary of a request, for its own deployment or this one."""
    if not given:
        return None
    return CanarySettings(
        deployment_id=given.get("deploymentId") or deployment_id,
        percent_traffic=float(given.get("percentTraffic") or 0.0),
        stage_variable_overrides=dict(given.get("stageVariableOverrides") or {}) or None,
        use_stage_cache=bool(given.get("useStageCache")),
    )


def _describe_canary(settings: CanarySettings | None) -> Parameters | None:
    if settings is None:
        return None
    return present(
        deploymentId=settings.deployment_id,
        percentTraffic=settings.percent_traffic,
        stageVariableOverrides=settings.stage_variable_overrides,
        useStageCache=settings.use_stage_cache,
    )


def _describe_access_log(settings: AccessLogSettings | None) -> Parameters | None:
    if settings is None:
        return None
    return present(format=settings.format, destinationArn=settings.destination_arn)


def _describe_method_settings(settings: MethodSettings) -> Parameters:
    return present(
        metricsEnabled=settings.metrics_enabled,
        loggingLevel=settings.logging_level,
        dataTraceEnabled=settings.data_trace_enabled,
        throttlingBurstLimit=settings.throttling_burst_limit,
        throttlingRateLimit=settings.throttling_rate_limit,
        cachingEnabled=settings.caching_enabled,
        cacheTtlInSeconds=settings.cache_ttl_in_seconds,
        cacheDataEncrypted=settings.cache_data_encrypted,
        requireAuthorizationForCacheControl=settings.require_authorization_for_cache_control,
        unauthorizedCacheControlHeaderStrategy=(
            settings.unauthorized_cache_control_header_strategy
        ),
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
