"""Amazon API Gateway: settings of a stage's methods.

Arguments, defaults and replace rules follow the documentation of
``aws_api_gateway_method_settings``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.api_gateway_names import NOT_FOUND, identifier_parts
from localtender.provider.resources.api_gateway_patches import replace
from localtender.provider.service_errors import error_code
from localtender.provider.values import Values

# Argument, the end of its patch path, the member of the answer.
_SETTINGS: Final = {
    "cache_data_encrypted": ("caching/dataEncrypted", "cacheDataEncrypted"),
    "cache_ttl_in_seconds": ("caching/ttlInSeconds", "cacheTtlInSeconds"),
    "caching_enabled": ("caching/enabled", "cachingEnabled"),
    "data_trace_enabled": ("logging/dataTrace", "dataTraceEnabled"),
    "logging_level": ("logging/loglevel", "loggingLevel"),
    "metrics_enabled": ("metrics/enabled", "metricsEnabled"),
    "require_authorization_for_cache_control": (
        "caching/requireAuthorizationForCacheControl",
        "requireAuthorizationForCacheControl",
    ),
    "throttling_burst_limit": ("throttling/burstLimit", "throttlingBurstLimit"),
    "throttling_rate_limit": ("throttling/rateLimit", "throttlingRateLimit"),
    "unauthorized_cache_control_header_strategy": (
        "caching/unauthorizedCacheControlHeaderStrategy",
        "unauthorizedCacheControlHeaderStrategy",
    ),
}
_UNLIMITED: Final = -1
_NO_SETTING: Final = "no method setting for this method"


class MethodSettings(Resource):
    """``aws_api_gateway_method_settings``; its id is made of API, stage and method path."""

    type_name = "aws_api_gateway_method_settings"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id", "stage_name", "method_path")
    defaults = {
        "settings.throttling_burst_limit": _UNLIMITED,
        "settings.throttling_rate_limit": _UNLIMITED,
    }
    checks = {
        "settings.logging_level": one_of("ERROR", "INFO", "OFF"),
        "settings.unauthorized_cache_control_header_strategy": one_of(
            "FAIL_WITH_403",
            "SUCCEED_WITH_RESPONSE_HEADER",
            "SUCCEED_WITHOUT_RESPONSE_HEADER",
        ),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Set what is configured."""
        _set(call, planned, {})
        return _identity(planned["rest_api_id"], planned["stage_name"], planned["method_path"])

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the settings of the method from its stage."""
        stage = call.client().get_stage(
            restApiId=state["rest_api_id"], stageName=state["stage_name"]
        )
        wanted = _plain(state["method_path"])
        for path, settings in stage.get("methodSettings", {}).items():
            if _plain(path) == wanted:
                found = {name: settings.get(member) for name, (_, member) in _SETTINGS.items()}
                return {"settings": [found]}
        return None

    def update(self, call: Call, change: Change) -> None:
        """Set what changed."""
        _set(call, change.planned, change.prior["settings"][0])

    def delete(self, call: Call, state: Values) -> None:
        """Take the method's settings away; that there are none is fine."""
        try:
            call.client().update_stage(
                restApiId=state["rest_api_id"],
                stageName=state["stage_name"],
                patchOperations=[{"op": "remove", "path": f"/{state['method_path']}"}],
            )
        except Exception as failure:
            if error_code(failure) != "BadRequestException" or _NO_SETTING not in str(failure):
                raise

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/STAGE-NAME/METHOD-PATH`` apart."""
        return _identity(*identifier_parts(identifier, "REST-API-ID/STAGE-NAME/METHOD-PATH"))


def _set(call: Call, planned: Values, before: Values) -> None:
    block = planned["settings"][0]
    operations = [
        replace(f"/{planned['method_path']}/{path}", block[name])
        for name, (path, _) in _SETTINGS.items()
        if block[name] is not None and block[name] != before.get(name)
    ]
    if operations:
        call.client().update_stage(
            restApiId=planned["rest_api_id"],
            stageName=planned["stage_name"],
            patchOperations=operations,
        )


def _plain(method_path: str) -> str:
    """Return a method path with its slashes unescaped and without the leading one."""
    return method_path.replace("~1", "/").lstrip("/")


def _identity(rest_api_id: str, stage_name: str, method_path: str) -> Values:
    return {
        "id": f"{rest_api_id}-{stage_name}-{method_path}",
        "method_path": method_path,
        "rest_api_id": rest_api_id,
        "stage_name": stage_name,
    }
