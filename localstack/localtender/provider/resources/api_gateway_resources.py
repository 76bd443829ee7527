"""Amazon API Gateway: resources, the path segments of a REST API.

Arguments and replace rules follow the documentation of ``aws_api_gateway_resource``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.api_gateway_names import NOT_FOUND, identifier_parts
from localtender.provider.resources.api_gateway_patches import argument_patches
from localtender.provider.values import Values


class ApiResource(Resource):
    """``aws_api_gateway_resource``; its id is the one that the gateway gives."""

    type_name = "aws_api_gateway_resource"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id",)
    recomputed = {"path": ("path_part", "parent_id")}

    def create(self, call: Call, planned: Values) -> Values:
        """Create the resource below its parent."""
        answer = call.client().create_resource(
            restApiId=planned["rest_api_id"],
            parentId=planned["parent_id"],
            pathPart=planned["path_part"],
        )
        return {"id": answer["id"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the resource."""
        found = call.client().get_resource(restApiId=state["rest_api_id"], resourceId=state["id"])
        return {
            "parent_id": found.get("parentId"),
            "path": found["path"],
            "path_part": found.get("pathPart"),
        }

    def update(self, call: Call, change: Change) -> None:
        """Rename or move the resource."""
        paths = {"path_part": "/pathPart", "parent_id": "/parentId"}
        call.client().update_resource(
            restApiId=change.prior["rest_api_id"],
            resourceId=change.prior["id"],
            patchOperations=list(argument_patches(change, paths)),
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the resource with what is below it."""
        call.client().delete_resource(restApiId=state["rest_api_id"], resourceId=state["id"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/RESOURCE-ID`` apart."""
        api, resource = identifier_parts(identifier, "REST-API-ID/RESOURCE-ID")
        return {"id": resource, "rest_api_id": api}
