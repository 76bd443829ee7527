"""Amazon API Gateway V2: deployments.

Arguments and replace rules follow the documentation of ``aws_apigatewayv2_deployment``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import length
from localtender.provider.declaration import Change
from localtender.provider.errors import OperationError
from localtender.provider.resources.apigatewayv2_parts import Part
from localtender.provider.values import Values


class Deployment(Part):
    """``aws_apigatewayv2_deployment``; its id is the one that the gateway gives."""

    type_name = "aws_apigatewayv2_deployment"
    replaces = ("api_id", "triggers")
    checks = {"description": length(0, 1024)}
    noun = "deployment"
    fields = {"description": "Description"}

    def create(self, call: Call, planned: Values) -> Values:
        """Deploy the API and wait until that is done."""
        identity = super().create(call, planned)
        call.created(identity)
        _wait_until_deployed(call, {**planned, **identity}, "create")
        return identity

    def state(self, call: Call, known: Values, answer: Values) -> Values:
        """Say whether the gateway deployed by itself."""
        deployed = answer.get("AutoDeployed", False)
        return {**super().state(call, known, answer), "auto_deployed": deployed}

    def update(self, call: Call, change: Change) -> None:
        """Change the description."""
        super().update(call, change)
        _wait_until_deployed(call, change.prior, "update")


def _wait_until_deployed(call: Call, values: Values, operation: str) -> None:
    def is_deployed() -> bool:
        found = call.client().get_deployment(ApiId=values["api_id"], DeploymentId=values["id"])
        if found["DeploymentStatus"] == "FAILED":
            message = found.get("DeploymentStatusMessage", "")
            raise OperationError(f"the deployment {values['id']} failed: {message}")
        return bool(found["DeploymentStatus"] == "DEPLOYED")

    call.wait(is_deployed, awaited=f"the deployment {values['id']}", operation=operation)
