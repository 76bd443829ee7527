"""Deployments of an API: CreateDeployment, GetDeployment(s), UpdateDeployment, DeleteDeployment.

After "Deploy REST APIs in API Gateway" of the developer guide: a stage serves what the API was
when its deployment was made, whatever happened to the API since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from localtender.edge.gateway.control_plane.family import ApiFamily
from localtender.edge.gateway.control_plane.lookup import (
    methods_of,
    present,
    rest_api,
)
from localtender.edge.gateway.control_plane.patching import (
    PatchRule,
    PatchRules,
    bad_request,
    set_text,
)
from localtender.edge.gateway.control_plane.quotas import STAGES
from localtender.edge.gateway.control_plane.stages import canary_settings, new_stage
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.state import Deployment, RestApi, Stage
from localtender.edge.gateway.store import with_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class Deployments(ApiFamily[Deployment]):
    """The operations on deployments."""

    field = "deployments"
    parameter = "deploymentId"
    missing = "Invalid Deployment identifier specified"

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateDeployment": self.create_deployment,
            "GetDeployment": self.get_deployment,
            "GetDeployments": self.get_page,
            "UpdateDeployment": self.update,
            "DeleteDeployment": self.delete,
        }

    async def create_deployment(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Capture the API as it is; with `stageName` that stage serves it from now on."""
        api = rest_api(self._store, caller, parameters["restApiId"])
        _check_deployable(api)
        if parameters.get("canarySettings"):
            _check_canary(api, parameters.get("stageName"))
        new = Deployment(
            id=short_identifier(),
            created_date=datetime.now(UTC).replace(microsecond=0),
            snapshot=replace(api, deployments={}, stages={}),
            description=parameters.get("description") or None,
        )
        api = replace(api, deployments=with_entry(api.deployments, new.id, new))
        stage_name = parameters.get("stageName")
        if stage_name:
            api = _with_stage(api, stage_name, new, parameters)
        self._store.save_rest_api(caller, api)
        return describe_deployment(new)

    async def get_deployment(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One deployment, with the methods it has when `embed` asks for them."""
        _, found = self._find(caller, parameters)
        return describe_deployment(
            found, embed_summary="apisummary" in (parameters.get("embed") or ())
        )

    def _key(self, entity: Deployment) -> str:
        return entity.id

    def _describe(self, entity: Deployment) -> Parameters:
        return describe_deployment(entity)

    def _patched(self, owner: RestApi, found: Deployment, parameters: Parameters) -> Deployment:
        del owner
        return _PATCHES.apply(found, parameters)

    def _check_unused(self, owner: RestApi, found: Deployment) -> None:
        if any(_serves(stage, found) for stage in owner.stages.values()):
            raise bad_request("Active stages pointing to this deployment must be moved or deleted")


def describe_deployment(found: Deployment, *, embed_summary: bool = False) -> Parameters:
    """The Deployment shape."""
    summary = None
    if embed_summary:
        summary = {
            resource.path: {
                method.http_method: {
                    "authorizationType": method.authorization_type,
                    "apiKeyRequired": method.api_key_required,
                }
                for method in resource.methods.values()
            }
            for resource in found.snapshot.resources.values()
            if resource.methods
        }
    return present(
        id=found.id,
        description=found.description,
        createdDate=found.created_date,
        apiSummary=summary,
    )


def _check_deployable(api: RestApi) -> None:
    methods = [method for _, method in methods_of(api)]
    if not methods:
        raise bad_request("The REST API doesn't contain any methods")
    if any(method.integration is None for method in methods):
        raise bad_request("No integration defined for method")


def _serves(stage: Stage, deployment: Deployment) -> bool:
    canary = stage.canary_settings
    return deployment.id in (stage.deployment_id, canary.deployment_id if canary else None)


def _check_canary(api: RestApi, stage_name: str | None) -> None:
    start = "Invalid deployment content specified."
    if not stage_name:
        raise bad_request(
            f"{start}Non null and non empty stageName must be provided for canary deployment. "
            f"Provided value is {'null' if stage_name is None else stage_name}"
        )
    if stage_name not in api.stages:
        raise bad_request(
            f"{start}Stage {stage_name} must already be created before making a canary release "
            "deployment"
        )


def _with_stage(
    api: RestApi, stage_name: str, deployment: Deployment, parameters: Parameters
) -> RestApi:
    existing = api.stages.get(stage_name)
    if existing is not None and parameters.get("canarySettings"):
        # The stage goes on as it is, its canary gets the new deployment.
        canary = canary_settings(parameters["canarySettings"], deployment.id)
        stage = replace(existing, canary_settings=canary)
        return replace(api, stages=with_entry(api.stages, stage_name, stage))
    if existing is None:
        STAGES.check(len(api.stages))
        stage = new_stage(
            stage_name,
            deployment.id,
            {**parameters, "description": parameters.get("stageDescription"), "tags": None},
        )
    else:
        stage = replace(
            existing,
            deployment_id=deployment.id,
            description=parameters.get("stageDescription") or existing.description,
            variables=parameters.get("variables") or existing.variables,
            last_updated_date=deployment.created_date,
        )
    return replace(api, stages=with_entry(api.stages, stage_name, stage))


_PATCHES: PatchRules[Deployment] = PatchRules(
    PatchRule("/description", ("replace", "remove"), set_text("description")),
)
