"""Amazon API Gateway: the import of an OpenAPI description into an API that is there already.

Arguments and replace rules follow the documentation of ``aws_api_gateway_rest_api_put``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import Resource
from localtender.provider.resources.api_gateway_names import NOT_FOUND, given
from localtender.provider.values import Values


class RestApiPut(Resource):
    """``aws_api_gateway_rest_api_put``; it is known by the API's id.

    What was imported stays when the resource is destroyed, as the documentation says.
    """

    type_name = "aws_api_gateway_rest_api_put"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("body", "fail_on_warnings", "parameters", "rest_api_id", "triggers")

    def create(self, call: Call, planned: Values) -> Values:
        """Import the description in place of what the API has."""
        request = given(
            {
                "restApiId": planned["rest_api_id"],
                "mode": "overwrite",
                "body": planned["body"].encode(),
                "failOnWarnings": planned["fail_on_warnings"],
                "parameters": planned["parameters"],
            }
        )
        call.client().put_rest_api(**request)
        return {"rest_api_id": planned["rest_api_id"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """See that the API is there; its description is not told again."""
        call.client().get_rest_api(restApiId=state["rest_api_id"])
        return {}

    def delete(self, call: Call, state: Values) -> None:
        """Leave the API as it is."""

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the API's id."""
        return {"rest_api_id": identifier}
