"""The patches that UpdateStage accepts.

After "UpdateStage" of "Patch operations" in the API Gateway API reference; the refusal with its
list of paths is as recorded on AWS in LocalStack's `test_apigateway_common.snapshot.json`.
A method's settings are patched at `/RESOURCE/VERB/GROUP/NAME`, where RESOURCE is `*` or the path
with its slashes either escaped or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from localtender.edge.gateway.control_plane.canary_patches import patched_canary, promoted
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    patches,
    set_entry,
    set_flag,
    set_text,
)
from localtender.edge.gateway.state import AccessLogSettings, MethodSettings, Stage
from localtender.edge.gateway.store import with_entry, without_entry
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.service import Parameters

_LARGEST_TTL = 3600
_METHOD = (
    "/{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, "
    "/{resourcePath}/{httpMethod}/logging/loglevel, "
    "/{resourcePath}/{httpMethod}/throttling/burstLimit"
    "/{resourcePath}/{httpMethod}/throttling/rateLimit"
    "/{resourcePath}/{httpMethod}/caching/ttlInSeconds, "
    "/{resourcePath}/{httpMethod}/caching/enabled, "
    "/{resourcePath}/{httpMethod}/caching/dataEncrypted, "
    "/{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, "
    "/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, "
)
_EVERY_METHOD = (
    "/*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, "
    "/*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, "
    "/*/*/caching/enabled, /*/*/caching/dataEncrypted, "
    "/*/*/caching/requireAuthorizationForCacheControl, "
    "/*/*/caching/unauthorizedCacheControlHeaderStrategy, "
)
_PATHS = (
    "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, "
    "/accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, "
    f"{_METHOD}{_EVERY_METHOD}/variables/{{variable_name}}, /tracingEnabled"
)
# "Log API calls to Amazon Data Firehose in API Gateway": a stream's name begins like this.
_LOG_STREAM = re.compile(
    r"arn:aws[a-z-]*:firehose:[^:]*:[^:]*:deliverystream/amazon-apigateway-[^:]+"
)
_LOG_GROUP = re.compile(r"arn:[^:]*:logs:[^:]*:[^:]*:log-group:.+")
_SETTING = re.compile(r"/(?P<method>.+/[A-Z*]+)/(?P<setting>[a-z]+/[a-zA-Z]+)")
_SETTINGS_OF_METHOD = re.compile(r"/(?P<method>.+/[A-Z*]+)")


def apply_stage_patches(stage: Stage, parameters: Parameters) -> Stage:
    """The stage after the request's patch operations.

    Raises BadRequestException for a path, an operation or a value that AWS refuses.
    """
    for patch in patches(parameters):
        stage = _apply(stage, patch)
    return stage


def _apply(stage: Stage, patch: Patch) -> Stage:
    path = patch.path or ""
    if patch.operation == "copy" and (patch.source or "").startswith("/canarySettings/"):
        return promoted(stage, patch)
    if path.startswith("/canarySettings"):
        return patched_canary(stage, patch, _refuse)
    setting = _SETTING.fullmatch(path)
    if setting and setting["setting"] in _SETTERS and patch.operation == "replace":
        settings = stage.method_settings.get(setting["method"]) or MethodSettings()
        changed = _SETTERS[setting["setting"]](settings, patch)
        settings_by_method = with_entry(stage.method_settings, setting["method"], changed)
        return replace(stage, method_settings=settings_by_method)
    whole = _SETTINGS_OF_METHOD.fullmatch(path)
    if whole and patch.is_removal and not path.startswith("/variables/"):
        return replace(stage, method_settings=without_entry(stage.method_settings, whole["method"]))
    return _PATCHES.apply_one(stage, patch)


def _refuse(patch: Patch, rule: object, rules: object) -> ServiceError:
    del rules
    if rule is not None:
        return bad_request(f"Invalid {patch.operation} operation with path: {patch.path}")
    return bad_request(f"Invalid method setting path: {patch.path}. Must be one of: [{_PATHS}]")


def _patch_access_log(stage: Stage, patch: Patch) -> Stage:
    if not patch.is_removal:
        raise bad_request(f"Invalid patch path {patch.path}")
    return replace(stage, access_log_settings=None)


def _patch_log_format(stage: Stage, patch: Patch) -> Stage:
    settings = stage.access_log_settings or AccessLogSettings()
    return replace(stage, access_log_settings=replace(settings, format=patch.value or None))


def _patch_log_destination(stage: Stage, patch: Patch) -> Stage:
    arn = patch.text().removesuffix(":*")
    if not (_LOG_GROUP.fullmatch(arn) or _LOG_STREAM.fullmatch(arn)):
        raise bad_request(
            "Invalid ARN specified in the request. ARNs must start with 'arn:' and contain at "
            "least 6 elements separated by colons(:)."
        )
    settings = stage.access_log_settings or AccessLogSettings()
    return replace(stage, access_log_settings=replace(settings, destination_arn=arn))


def _set_limit(field: str, kind: type) -> Callable[[MethodSettings, Patch], MethodSettings]:
    def change(settings: MethodSettings, patch: Patch) -> MethodSettings:
        message = f"Invalid value for throttling limit: {patch.text()}"
        value: Any = patch.integer(message) if kind is int else patch.decimal(message)
        return replace(settings, **{field: value})

    return change


def _set_logging_level(settings: MethodSettings, patch: Patch) -> MethodSettings:
    if patch.text() not in ("OFF", "ERROR", "INFO"):
        raise bad_request("Invalid value for loggingLevel. Must be one of: [OFF, ERROR, INFO]")
    return replace(settings, logging_level=patch.text())


def _set_ttl(settings: MethodSettings, patch: Patch) -> MethodSettings:
    message = f"Cache TTL must be between 0 and {_LARGEST_TTL} seconds"
    seconds = patch.integer(message)
    if not 0 <= seconds <= _LARGEST_TTL:
        raise bad_request(message)
    return replace(settings, cache_ttl_in_seconds=seconds)


_SETTERS: dict[str, Callable[[MethodSettings, Patch], MethodSettings]] = {
    "metrics/enabled": set_flag("metrics_enabled"),
    "logging/dataTrace": set_flag("data_trace_enabled"),
    "logging/loglevel": _set_logging_level,
    "throttling/burstLimit": _set_limit("throttling_burst_limit", int),
    "throttling/rateLimit": _set_limit("throttling_rate_limit", float),
    "caching/enabled": set_flag("caching_enabled"),
    "caching/ttlInSeconds": _set_ttl,
    "caching/dataEncrypted": set_flag("cache_data_encrypted"),
    "caching/requireAuthorizationForCacheControl": set_flag(
        "require_authorization_for_cache_control"
    ),
    "caching/unauthorizedCacheControlHeaderStrategy": lambda settings, patch: replace(
        settings, unauthorized_cache_control_header_strategy=patch.text()
    ),
}
_EVERY = ("add", "remove", "replace")
_PATCHES: PatchRules[Stage] = PatchRules(
    PatchRule("/deploymentId", ("replace",), set_text("deployment_id")),
    PatchRule("/description", ("replace", "remove"), set_text("description")),
    PatchRule("/cacheClusterEnabled", ("replace",), set_flag("cache_cluster_enabled")),
    PatchRule("/cacheClusterSize", ("replace", "remove"), set_text("cache_cluster_size")),
    PatchRule("/clientCertificateId", ("replace", "remove"), set_text("client_certificate_id")),
    PatchRule("/documentationVersion", ("replace", "remove"), set_text("documentation_version")),
    PatchRule("/accessLogSettings", ("remove",), _patch_access_log),
    PatchRule("/accessLogSettings/destinationArn", ("add", "replace"), _patch_log_destination),
    PatchRule("/accessLogSettings/format", ("add", "replace"), _patch_log_format),
    PatchRule("/variables/{}", _EVERY, set_entry("variables")),
    PatchRule("/tracingEnabled", ("replace",), set_flag("tracing_enabled")),
    refusal=_refuse,
)
