"""Amazon API Gateway: the documentation of a REST API, in parts and versions.

Arguments and replace rules follow the documentation of ``aws_api_gateway_documentation_part`` and
``aws_api_gateway_documentation_version``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.call import Call
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.api_gateway_names import NOT_FOUND, given, identifier_parts
from localtender.provider.resources.api_gateway_patches import argument_patches
from localtender.provider.values import Values

# Argument of the block and member of AWS's shape, with what AWS takes for one that is not given
# where the kind of part has it ("DocumentationPartLocation" of the API reference).
_LOCATION: Final = {
    "method": ("method", "*"),
    "name": ("name", None),
    "path": ("path", "/"),
    "status_code": ("statusCode", "*"),
    "type": ("type", None),
}


def same_location(old: list[Values], new: list[Values]) -> bool:
    """Tell whether two locations name the same place, what is not given taken for its default."""
    return _written_out(old) == _written_out(new)


class DocumentationPart(Resource):
    """``aws_api_gateway_documentation_part``; its id is made of API and part."""

    type_name = "aws_api_gateway_documentation_part"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("location", "rest_api_id")
    equivalent = {"location": same_location}

    def create(self, call: Call, planned: Values) -> Values:
        """Create the part."""
        block = planned["location"][0]
        answer = call.client().create_documentation_part(
            restApiId=planned["rest_api_id"],
            location=given({member: block[name] for name, (member, _) in _LOCATION.items()}),
            properties=planned["properties"],
        )
        return _part_identity(planned["rest_api_id"], answer["id"])

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the part."""
        part = call.client().get_documentation_part(**_part_key(state))
        location = part["location"]
        return {
            "location": [{name: location.get(member) for name, (member, _) in _LOCATION.items()}],
            "properties": part["properties"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Change what is said."""
        operations = list(argument_patches(change, {"properties": "/properties"}))
        call.client().update_documentation_part(
            **_part_key(change.prior), patchOperations=operations
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the part."""
        call.client().delete_documentation_part(**_part_key(state))

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/DOCUMENTATION-PART-ID`` apart."""
        return _part_identity(*identifier_parts(identifier, "REST-API-ID/DOCUMENTATION-PART-ID"))


class DocumentationVersion(Resource):
    """``aws_api_gateway_documentation_version``; its id is made of API and version."""

    type_name = "aws_api_gateway_documentation_version"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id", "version")

    def create(self, call: Call, planned: Values) -> Values:
        """Take a snapshot of the parts."""
        request = given({**_version_key(planned), "description": planned["description"]})
        call.client().create_documentation_version(**request)
        return {"id": f"{planned['rest_api_id']}/{planned['version']}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the version."""
        version = call.client().get_documentation_version(**_version_key(state))
        return {"description": version.get("description"), "version": version["version"]}

    def update(self, call: Call, change: Change) -> None:
        """Change the description."""
        operations = list(argument_patches(change, {"description": "/description"}))
        call.client().update_documentation_version(
            **_version_key(change.prior), patchOperations=operations
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the version."""
        call.client().delete_documentation_version(**_version_key(state))

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/VERSION`` apart."""
        api, version = identifier_parts(identifier, "REST-API-ID/VERSION")
        return {"id": identifier, "rest_api_id": api, "version": version}


def _part_identity(rest_api_id: str, part_id: str) -> Values:
    return {
        "documentation_part_id": part_id,
        "id": f"{rest_api_id}/{part_id}",
        "rest_api_id": rest_api_id,
    }


def _part_key(values: Values) -> Values:
    _, _, part_id = values["id"].partition("/")
    return {"restApiId": values["rest_api_id"], "documentationPartId": part_id}


def _version_key(values: Values) -> Values:
    return {"restApiId": values["rest_api_id"], "documentationVersion": values["version"]}


def _written_out(blocks: list[Values]) -> list[Values]:
    return [
        {name: block[name] or default for name, (_, default) in _LOCATION.items()}
        for block in blocks
    ]
