"""How long an API takes to be made and deployed, call by call, on an edge that has just started."""

from __future__ import annotations

import time
from dataclasses import dataclass

from localtender.harness.bench.emulators import running_edge
from localtender.harness.bench.figures import Figure, Mark
from localtender.harness.bench.sample_api import SILENT, integration_uri, make_function
from localtender.harness.bench.settings import BenchSettings

SUBJECT = "control-plane"
_METHODS = 100
_MARK_SECONDS = 3.0


@dataclass(frozen=True)
class ControlPlaneMeasurement:
    """Seconds until the API was deployed, and the calls it took."""

    methods: int
    calls: int
    seconds: float

    def figures(self) -> tuple[Figure, ...]:
        """The measurement for the report."""
        name = f"cold: {self.methods} methods, deployed ({self.calls} calls)"
        return (Figure(SUBJECT, name, self.seconds, "s", (Mark("at most", _MARK_SECONDS),)),)


def measure_control_plane(settings: BenchSettings) -> ControlPlaneMeasurement:
    """Make resources with a method and an integration each, and a deployment with its stage.

    Making the client counts, as it does for whoever deploys.
    """
    with running_edge(settings.configuration) as edge:
        function_arn = make_function(edge, "bench-control-plane", SILENT)
        uri = integration_uri(edge.region, function_arn)
        began = time.perf_counter()
        gateway = edge.client("apigateway")
        api = gateway.create_rest_api(name="bench-control-plane")["id"]
        root = gateway.get_resources(restApiId=api)["items"][0]["id"]
        for number in range(_METHODS):
            resource = gateway.create_resource(
                restApiId=api, parentId=root, pathPart=f"part-{number}"
            )["id"]
            method = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
            gateway.put_method(**method, authorizationType="NONE")
            gateway.put_integration(
                **method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri
            )
        gateway.create_deployment(restApiId=api, stageName="bench")
        seconds = time.perf_counter() - began
    return ControlPlaneMeasurement(_METHODS, calls=3 + 3 * _METHODS, seconds=seconds)
