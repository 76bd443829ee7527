"""What a deployment needs to serve requests, made once from its snapshot."""

from __future__ import annotations

from localtender.edge.gateway.data_plane.routing import ResourceRouter
from localtender.edge.gateway.data_plane.validation import RequestChecks
from localtender.edge.gateway.state import Deployment, Method, Resource

_MOST_KEPT = 256


class CompiledDeployment:
    """A deployment's router, and its methods' request checks as they are first called."""

    def __init__(self, deployment: Deployment) -> None:
        self.snapshot = deployment.snapshot
        self.router = ResourceRouter(deployment.snapshot.resources.values())
        self._checks: dict[tuple[str, str], RequestChecks] = {}

    def checks(self, resource: Resource, method: Method) -> RequestChecks:
        """What a method demands of requests."""
        name = (resource.id, method.http_method)
        checks = self._checks.get(name)
        if checks is None:
            checks = self._checks[name] = RequestChecks(self.snapshot, method)
        return checks


class CompiledDeployments:
    """The compiled forms of deployments, the latest ones kept."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CompiledDeployment] = {}

    def of(self, deployment: Deployment) -> CompiledDeployment:
        """The compiled form of a deployment."""
        name = (deployment.snapshot.id, deployment.id)
        compiled = self._kept.get(name)
        if compiled is None or compiled.snapshot is not deployment.snapshot:
            if len(self._kept) >= _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            compiled = self._kept[name] = CompiledDeployment(deployment)
        return compiled
