"""Amazon API Gateway V2: stages.

Arguments, defaults and replace rules follow the documentation of ``aws_apigatewayv2_stage``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import is_arn, length, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    execution_arn,
    gateway_arn,
    given,
    identifier_parts,
)
from localtender.provider.resources.apigatewayv2_parts import cleared
from localtender.provider.resources.apigatewayv2_tags import change_tags, tags_of
from localtender.provider.values import Values

_is_level = one_of("ERROR", "INFO", "OFF")
_PLAIN = {
    "auto_deploy": "AutoDeploy",
    "client_certificate_id": "ClientCertificateId",
    "deployment_id": "DeploymentId",
    "description": "Description",
}


class Stage(Resource):
    """``aws_apigatewayv2_stage``; its id is its name."""

    type_name = "aws_apigatewayv2_stage"
    service = "apigatewayv2"
    gone = NOT_FOUND
    replaces = ("api_id", "name")
    computed_blocks = ("default_route_settings",)
    defaults = {
        "auto_deploy": False,
        "default_route_settings.data_trace_enabled": False,
        "default_route_settings.detailed_metrics_enabled": False,
        "route_settings.data_trace_enabled": False,
        "route_settings.detailed_metrics_enabled": False,
    }
    element_keys = {"route_settings": ("route_key",)}
    checks = {
        "access_log_settings.destination_arn": is_arn,
        "default_route_settings.logging_level": _is_level,
        "description": length(0, 1024),
        "name": length(1, 128),
        "route_settings.logging_level": _is_level,
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the stage."""
        protocol = _protocol(call, planned["api_id"])
        request = given({member: planned[name] for name, member in _PLAIN.items()})
        for block in planned["access_log_settings"]:
            request["AccessLogSettings"] = _log_request(block)
        for block in planned["default_route_settings"] or []:
            request["DefaultRouteSettings"] = _settings_request(block, protocol)
        if planned["route_settings"]:
            request["RouteSettings"] = _all_settings(planned["route_settings"], protocol)
        request |= given(
            {"StageVariables": planned["stage_variables"], "Tags": planned["tags_all"]}
        )
        call.client().create_stage(ApiId=planned["api_id"], StageName=planned["name"], **request)
        return {"id": planned["name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the stage, and of its API how it is called."""
        api, name = state["api_id"], state["id"]
        stage = call.client().get_stage(ApiId=api, StageName=name)
        arn = gateway_arn(call, f"/apis/{api}/stages/{name}")
        logs, defaults = stage.get("AccessLogSettings"), stage.get("DefaultRouteSettings")
        return {
            **{argument: stage.get(member) for argument, member in _PLAIN.items()},
            "access_log_settings": [
                {"destination_arn": logs.get("DestinationArn"), "format": logs.get("Format")}
            ]
            if logs
            else [],
            "arn": arn,
            "auto_deploy": stage.get("AutoDeploy", False),
            "default_route_settings": [] if defaults is None else [_settings_state(defaults)],
            "execution_arn": f"{execution_arn(call, api)}/{name}",
            "invoke_url": _invoke_url(call, _protocol(call, api), api, name),
            "name": stage["StageName"],
            "route_settings": [
                {"route_key": key, **_settings_state(settings)}
                for key, settings in (stage.get("RouteSettings") or {}).items()
            ],
            "stage_variables": stage.get("StageVariables"),
            "tags": tags_of(call, arn),
        }

    def update(self, call: Call, change: Change) -> None:
        """Take away what has an operation for that, and send what else changed."""
        prior, planned = change.prior, change.planned
        key = {"ApiId": prior["api_id"], "StageName": prior["id"]}
        protocol = _protocol(call, prior["api_id"])
        request: Values = {
            member: cleared(prior[name]) if planned[name] is None else planned[name]
            for name, member in _PLAIN.items()
            if change.has(name)
        }
        if change.has("access_log_settings"):
            if planned["access_log_settings"]:
                request["AccessLogSettings"] = _log_request(planned["access_log_settings"][0])
            else:
                call.client().delete_access_log_settings(**key)
        if change.has("default_route_settings") and planned["default_route_settings"]:
            block = planned["default_route_settings"][0]
            request["DefaultRouteSettings"] = _settings_request(block, protocol)
        if change.has("route_settings"):
            kept = {block["route_key"] for block in planned["route_settings"]}
            for block in prior["route_settings"]:
                if block["route_key"] not in kept:
                    call.client().delete_route_settings(**key, RouteKey=block["route_key"])
            if planned["route_settings"]:
                request["RouteSettings"] = _all_settings(planned["route_settings"], protocol)
        if change.has("stage_variables"):
            # A variable is removed by setting it to the empty text.
            gone = dict.fromkeys(prior["stage_variables"] or {}, "")
            request["StageVariables"] = {**gone, **(planned["stage_variables"] or {})}
        if request:
            call.client().update_stage(**key, **request)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the stage."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the stage."""
        call.client().delete_stage(ApiId=state["api_id"], StageName=state["id"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``API-ID/STAGE-NAME`` apart."""
        api, name = identifier_parts(identifier, "API-ID/STAGE-NAME")
        return {"api_id": api, "id": name}


def _protocol(call: Call, api_id: str) -> str:
    return str(call.client().get_api(ApiId=api_id)["ProtocolType"])


def _invoke_url(call: Call, protocol: str, api_id: str, name: str) -> str:
    host = f"{api_id}.execute-api.{call.region}.amazonaws.com"
    if protocol == "WEBSOCKET":
        return f"wss://{host}/{name}"
    return f"https://{host}/" if name == "$default" else f"https://{host}/{name}"


def _log_request(block: Values) -> Values:
    return given({"DestinationArn": block["destination_arn"], "Format": block["format"]})


def _settings_request(block: Values, protocol: str) -> Values:
    request: Values = {
        "DetailedMetricsEnabled": bool(block["detailed_metrics_enabled"]),
        "ThrottlingBurstLimit": block["throttling_burst_limit"] or 0,
        "ThrottlingRateLimit": block["throttling_rate_limit"] or 0,
    }
    if protocol == "WEBSOCKET":
        request["DataTraceEnabled"] = bool(block["data_trace_enabled"])
        request |= given({"LoggingLevel": block["logging_level"]})
    return request


def _all_settings(blocks: list[Values], protocol: str) -> Values:
    return {block["route_key"]: _settings_request(block, protocol) for block in blocks}


def _settings_state(answer: Values) -> Values:
    return {
        "data_trace_enabled": answer.get("DataTraceEnabled", False),
        "detailed_metrics_enabled": answer.get("DetailedMetricsEnabled", False),
        "logging_level": answer.get("LoggingLevel"),
        "throttling_burst_limit": answer.get("ThrottlingBurstLimit"),
        "throttling_rate_limit": answer.get("ThrottlingRateLimit"),
    }
