"""Amazon API Gateway: stages.

Arguments, defaults and replace rules follow the documentation of ``aws_api_gateway_stage``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import between, is_arn, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import OperationError
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    change_tags,
    execution_arn,
    gateway_arn,
    given,
    identifier_parts,
)
from localtender.provider.resources.api_gateway_patches import (
    PatchOperation,
    argument_patches,
    entry_patches,
    replace,
)
from localtender.provider.values import Values

_PATHS: Final = {
    "cache_cluster_enabled": "/cacheClusterEnabled",
    "cache_cluster_size": "/cacheClusterSize",
    "client_certificate_id": "/clientCertificateId",
    "deployment_id": "/deploymentId",
    "description": "/description",
    "documentation_version": "/documentationVersion",
    "xray_tracing_enabled": "/tracingEnabled",
}
_CACHE_SETTLED: Final = ("AVAILABLE", "NOT_AVAILABLE")


def _same_log_group(old: str, new: str) -> bool:
    # The ARN of a log group may end in ":*", which the gateway drops.
    return old.removesuffix(":*") == new.removesuffix(":*")


class Stage(Resource):
    """``aws_api_gateway_stage``; its id is made of API and stage name."""

    type_name = "aws_api_gateway_stage"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id", "stage_name")
    defaults = {
        "canary_settings.percent_traffic": 0,
        "canary_settings.use_stage_cache": False,
    }
    equivalent = {"access_log_settings.destination_arn": _same_log_group}
    checks = {
        "access_log_settings.destination_arn": is_arn,
        "cache_cluster_size": one_of("0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"),
        "canary_settings.percent_traffic": between(0, 100),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the stage, then set what can only be set afterwards."""
        api, name = planned["rest_api_id"], planned["stage_name"]
        request = given(
            {
                "restApiId": api,
                "stageName": name,
                "deploymentId": planned["deployment_id"],
                "cacheClusterEnabled": planned["cache_cluster_enabled"],
                "cacheClusterSize": planned["cache_cluster_size"],
                "description": planned["description"],
                "documentationVersion": planned["documentation_version"],
                "tags": planned["tags_all"],
                "tracingEnabled": planned["xray_tracing_enabled"],
                "variables": planned["variables"],
            }
        )
        for canary in planned["canary_settings"]:
            request["canarySettings"] = given(
                {
                    "deploymentId": canary["deployment_id"],
                    "percentTraffic": canary["percent_traffic"],
                    "stageVariableOverrides": canary["stage_variable_overrides"],
                    "useStageCache": canary["use_stage_cache"],
                }
            )
        call.client().create_stage(**request)
        call.created(_identity(api, name))
        self._wait_for_cache(call, planned)
        operations = list(_log_patches(planned["access_log_settings"]))
        if planned["client_certificate_id"]:
            operations.append(replace("/clientCertificateId", planned["client_certificate_id"]))
        if operations:
            call.client().update_stage(restApiId=api, stageName=name, patchOperations=operations)
        return _identity(api, name)

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the stage."""
        api, name = state["rest_api_id"], state["stage_name"]
        stage = call.client().get_stage(restApiId=api, stageName=name)
        found: Values = {
            "access_log_settings": _log_state(stage.get("accessLogSettings")),
            "arn": gateway_arn(call, f"/restapis/{api}/stages/{name}"),
            "cache_cluster_enabled": stage.get("cacheClusterEnabled", False),
            "canary_settings": _canary_state(stage.get("canarySettings")),
            "client_certificate_id": stage.get("clientCertificateId"),
            "deployment_id": stage["deploymentId"],
            "description": stage.get("description"),
            "documentation_version": stage.get("documentationVersion"),
            "execution_arn": f"{execution_arn(call, api)}/{name}",
            "invoke_url": f"https://{api}.execute-api.{call.region}.amazonaws.com/{name}",
            "tags": stage.get("tags", {}),
            "variables": stage.get("variables"),
            "web_acl_arn": stage.get("webAclArn", ""),
            "xray_tracing_enabled": stage.get("tracingEnabled", False),
        }
        if stage.get("cacheClusterEnabled"):
            found["cache_cluster_size"] = stage.get("cacheClusterSize")
        return found

    def update(self, call: Call, change: Change) -> None:
        """Patch what changed."""
        prior, planned = change.prior, change.planned
        operations = [
            *argument_patches(change, _PATHS),
            *entry_patches("/variables", prior["variables"], planned["variables"]),
        ]
        if change.has("access_log_settings"):
            operations += _log_patches(planned["access_log_settings"]) or [
                {"op": "remove", "path": "/accessLogSettings"}
            ]
        if change.has("canary_settings"):
            operations += _canary_patches(prior["canary_settings"], planned["canary_settings"])
        call.client().update_stage(
            restApiId=prior["rest_api_id"],
            stageName=prior["stage_name"],
            patchOperations=operations,
        )
        if change.has("cache_cluster_enabled", "cache_cluster_size"):
            self._wait_for_cache(call, planned)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the stage."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the stage."""
        call.client().delete_stage(restApiId=state["rest_api_id"], stageName=state["stage_name"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/STAGE-NAME`` apart."""
        return _identity(*identifier_parts(identifier, "REST-API-ID/STAGE-NAME"))

    def _wait_for_cache(self, call: Call, planned: Values) -> None:
        if not planned["cache_cluster_enabled"]:
            return
        api, name = planned["rest_api_id"], planned["stage_name"]

        def is_settled() -> bool:
            stage = call.client().get_stage(restApiId=api, stageName=name)
            status = stage.get("cacheClusterStatus", "AVAILABLE")
            if status == "FLUSH_IN_PROGRESS" or status in _CACHE_SETTLED:
                return True
            if not status.endswith("_IN_PROGRESS"):
                raise OperationError(f"the cache of stage {name} is {status}")
            return False

        call.wait(is_settled, awaited=f"the cache of stage {name} to become available")


def _identity(rest_api_id: str, stage_name: str) -> Values:
    return {
        "id": f"ags-{rest_api_id}-{stage_name}",
        "rest_api_id": rest_api_id,
        "stage_name": stage_name,
    }


def _log_patches(blocks: list[Values]) -> list[PatchOperation]:
    return [
        operation
        for block in blocks
        for operation in (
            replace(
                "/accessLogSettings/destinationArn", block["destination_arn"].removesuffix(":*")
            ),
            replace("/accessLogSettings/format", block["format"]),
        )
    ]


def _log_state(answer: Values | None) -> list[Values]:
    if not answer:
        return []
    return [{"destination_arn": answer.get("destinationArn"), "format": answer.get("format")}]


def _canary_state(answer: Values | None) -> list[Values]:
    if not answer:
        return []
    return [
        {
            "deployment_id": answer.get("deploymentId"),
            "percent_traffic": answer.get("percentTraffic"),
            "stage_variable_overrides": answer.get("stageVariableOverrides"),
            "use_stage_cache": answer.get("useStageCache"),
        }
    ]


def _canary_patches(before: list[Values], after: list[Values]) -> Iterator[PatchOperation]:
    path = "/canarySettings"
    if not after:
        yield {"op": "remove", "path": path}
        return
    canary, known = after[0], before[0] if before else {}
    yield replace(f"{path}/deploymentId", canary["deployment_id"])
    yield replace(f"{path}/percentTraffic", canary["percent_traffic"])
    yield replace(f"{path}/useStageCache", bool(canary["use_stage_cache"]))
    yield from entry_patches(
        f"{path}/stageVariableOverrides",
        known.get("stage_variable_overrides"),
        canary["stage_variable_overrides"],
    )
