"""Amazon API Gateway: deployments, the snapshots of a REST API that stages serve.

Arguments and replace rules follow the documentation of ``aws_api_gateway_deployment``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    given,
    identifier_parts,
    timestamp,
)
from localtender.provider.resources.api_gateway_patches import argument_patches
from localtender.provider.values import Values


class Deployment(Resource):
    """``aws_api_gateway_deployment``; its id is the one that the gateway gives."""

    type_name = "aws_api_gateway_deployment"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id", "triggers", "variables")

    def create(self, call: Call, planned: Values) -> Values:
        """Take a snapshot of the API."""
        request = given(
            {
                "restApiId": planned["rest_api_id"],
                "description": planned["description"],
                "variables": planned["variables"],
            }
        )
        return {"id": call.client().create_deployment(**request)["id"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the deployment."""
        found = call.client().get_deployment(
            restApiId=state["rest_api_id"], deploymentId=state["id"]
        )
        return {
            "created_date": timestamp(found["createdDate"]),
            "description": found.get("description"),
        }

    def update(self, call: Call, change: Change) -> None:
        """Change the description."""
        call.client().update_deployment(
            restApiId=change.prior["rest_api_id"],
            deploymentId=change.prior["id"],
            patchOperations=list(argument_patches(change, {"description": "/description"})),
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the deployment, which no stage may serve any more."""
        call.client().delete_deployment(restApiId=state["rest_api_id"], deploymentId=state["id"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/DEPLOYMENT-ID`` apart; triggers and variables can't be imported."""
        api, deployment = identifier_parts(identifier, "REST-API-ID/DEPLOYMENT-ID")
        return {"id": deployment, "rest_api_id": api}
