"""Amazon API Gateway: models of bodies, and request validators.

Arguments, defaults and replace rules follow the documentation of ``aws_api_gateway_model`` and
``aws_api_gateway_request_validator``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_json, same_json
from localtender.provider.resources.api_gateway_names import NOT_FOUND, given, identifier_parts
from localtender.provider.resources.api_gateway_patches import argument_patches
from localtender.provider.values import Values

_MODEL_PATHS: Final = {"description": "/description", "schema": "/schema"}
_VALIDATOR_PATHS: Final = {
    "name": "/name",
    "validate_request_body": "/validateRequestBody",
    "validate_request_parameters": "/validateRequestParameters",
}


class Model(Resource):
    """``aws_api_gateway_model``; its id is the one that the gateway gives."""

    type_name = "aws_api_gateway_model"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id", "name", "content_type")
    equivalent = {"schema": same_json}
    checks = {
        "name": matches(r"[a-zA-Z0-9]+", "expected letters and digits only"),
        "schema": lambda text: is_json(text) if text else None,
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the model."""
        request = given(
            {
                "restApiId": planned["rest_api_id"],
                "name": planned["name"],
                "contentType": planned["content_type"],
                "description": planned["description"],
                "schema": planned["schema"],
            }
        )
        return {"id": call.client().create_model(**request)["id"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the model by its name."""
        model = call.client().get_model(restApiId=state["rest_api_id"], modelName=state["name"])
        return {
            "content_type": model.get("contentType"),
            "description": model.get("description"),
            "id": model["id"],
            "schema": model.get("schema"),
        }

    def update(self, call: Call, change: Change) -> None:
        """Patch what changed."""
        call.client().update_model(
            restApiId=change.prior["rest_api_id"],
            modelName=change.prior["name"],
            patchOperations=list(argument_patches(change, _MODEL_PATHS)),
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the model."""
        call.client().delete_model(restApiId=state["rest_api_id"], modelName=state["name"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/NAME`` apart."""
        api, name = identifier_parts(identifier, "REST-API-ID/NAME")
        return {"name": name, "rest_api_id": api}


class RequestValidator(Resource):
    """``aws_api_gateway_request_validator``; its id is the one that the gateway gives."""

    type_name = "aws_api_gateway_request_validator"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id",)
    defaults = {"validate_request_body": False, "validate_request_parameters": False}

    def create(self, call: Call, planned: Values) -> Values:
        """Create the validator."""
        answer = call.client().create_request_validator(
            restApiId=planned["rest_api_id"],
            name=planned["name"],
            validateRequestBody=planned["validate_request_body"],
            validateRequestParameters=planned["validate_request_parameters"],
        )
        return {"id": answer["id"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the validator."""
        validator = call.client().get_request_validator(
            restApiId=state["rest_api_id"], requestValidatorId=state["id"]
        )
        return {
            "name": validator.get("name"),
            "validate_request_body": validator.get("validateRequestBody", False),
            "validate_request_parameters": validator.get("validateRequestParameters", False),
        }

    def update(self, call: Call, change: Change) -> None:
        """Patch what changed."""
        call.client().update_request_validator(
            restApiId=change.prior["rest_api_id"],
            requestValidatorId=change.prior["id"],
            patchOperations=list(argument_patches(change, _VALIDATOR_PATHS)),
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the validator."""
        call.client().delete_request_validator(
            restApiId=state["rest_api_id"], requestValidatorId=state["id"]
        )

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/REQUEST-VALIDATOR-ID`` apart."""
        api, validator = identifier_parts(identifier, "REST-API-ID/REQUEST-VALIDATOR-ID")
        return {"id": validator, "rest_api_id": api}
