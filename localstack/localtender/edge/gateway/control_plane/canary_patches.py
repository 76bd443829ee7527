"""The patches of a stage's canary.

After "UpdateStage" of "Patch operations" in the API Gateway API reference and "Promote a canary
release" of the developer guide; messages as recorded on AWS in LocalStack's
`test_apigateway_canary.snapshot.json`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from localtender.edge.gateway.control_plane.patching import Patch, bad_request
from localtender.edge.gateway.state import CanarySettings, Stage
from localtender.edge.gateway.store import with_entry, without_entry
from localtender.edge.protocol.errors import ServiceError

_PREFIX = "/canarySettings/"
_OVERRIDES = "stageVariableOverrides/"


def patched_canary(
    stage: Stage, patch: Patch, refuse: Callable[[Patch, object, object], ServiceError]
) -> Stage:
    """The stage after a patch at or below `/canarySettings`; `refuse` words an unknown path."""
    path = patch.path or ""
    if path == "/canarySettings" and patch.is_removal:
        return replace(stage, canary_settings=None)
    # A stage without a canary begins with one that no request goes to.
    canary = stage.canary_settings or CanarySettings(stage.deployment_id)
    name = path.removeprefix(_PREFIX)
    if name.startswith(_OVERRIDES):
        return replace(stage, canary_settings=_overridden(canary, patch, name))
    if patch.is_removal:
        raise bad_request(
            f"Cannot remove method setting {path.lstrip('/')} because there is no method setting "
            "for this method "
        )
    if name in ("deploymentId", "percentTraffic", "useStageCache") and patch.operation != "replace":
        raise bad_request(f"Invalid {patch.operation} operation with path: {path}")
    match name:
        case "deploymentId":
            canary = replace(canary, deployment_id=patch.text())
        case "percentTraffic":
            canary = replace(canary, percent_traffic=_percentage(patch))
        case "useStageCache":
            canary = replace(canary, use_stage_cache=patch.flag())
        case _:
            raise refuse(patch, None, None)
    return replace(stage, canary_settings=canary)


def promoted(stage: Stage, patch: Patch) -> Stage:
    """The stage after a copy from its canary; raises BadRequestException where it has none."""
    canary = stage.canary_settings
    if canary is None:
        raise bad_request("Promotion not available. Canary does not exist.")
    match patch.source, patch.path:
        case "/canarySettings/deploymentId", "/deploymentId":
            return replace(stage, deployment_id=canary.deployment_id)
        case "/canarySettings/stageVariableOverrides", "/variables":
            merged = {**(stage.variables or {}), **(canary.stage_variable_overrides or {})}
            return replace(stage, variables=merged or None)
    raise bad_request(
        "Invalid copy operation with path: "
        f"{patch.path} and from {patch.source}. Valid copy:path are [/deploymentId, /variables] "
        "and valid copy:from are [/canarySettings/deploymentId, "
        "/canarySettings/stageVariableOverrides]"
    )


def _overridden(canary: CanarySettings, patch: Patch, name: str) -> CanarySettings:
    variable = name.removeprefix(_OVERRIDES)
    overrides = canary.stage_variable_overrides or {}
    if patch.is_removal:
        changed = without_entry(overrides, variable)
    else:
        changed = with_entry(overrides, variable, patch.text())
    return replace(canary, stage_variable_overrides=changed or None)


def _percentage(patch: Patch) -> float:
    message = f"Invalid canary percentTraffic value: {patch.text()}. Must be between 0.0 and 100.0"
    percent = patch.decimal(message)
    if not 0.0 <= percent <= 100.0:
        raise bad_request(message)
    return percent
