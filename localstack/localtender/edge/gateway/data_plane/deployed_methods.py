"""The method that a request to a deployed API is for, by the names that a user knows it by."""

from __future__ import annotations

from dataclasses import dataclass

from localtender.edge.gateway.data_plane.routing import ResourceRouter
from localtender.edge.gateway.store import Store


@dataclass(frozen=True)
class DeployedMethod:
    """Whose API it is and what it is called; `resource_path` is None where nothing is there."""

    account_id: str
    region: str
    api_name: str
    resource_path: str | None


def find_method(
    store: Store, *, api_id: str, stage: str, verb: str, path: str
) -> DeployedMethod | None:
    """The method in the stage's deployment; None for an unknown API."""
    owned = store.find_rest_api(api_id)
    if owned is None:
        return None
    deployed = owned.api.stages.get(stage)
    deployment = None if deployed is None else owned.api.deployments.get(deployed.deployment_id)
    match = None
    if deployment is not None:
        match = ResourceRouter(deployment.snapshot.resources.values()).match(verb, path)
    resource_path = None if match is None else match.resource.path
    return DeployedMethod(owned.account_id, owned.region, owned.api.name, resource_path)
