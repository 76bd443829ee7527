"""Amazon API Gateway: gateway responses, what callers get when the gateway itself answers.

Arguments and replace rules follow the documentation of ``aws_api_gateway_gateway_response``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.api_gateway_names import NOT_FOUND, given, identifier_parts
from localtender.provider.values import Values


class GatewayResponse(Resource):
    """``aws_api_gateway_gateway_response``; its id is made of API and type of response."""

    type_name = "aws_api_gateway_gateway_response"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("rest_api_id", "response_type")
    checks = {"status_code": matches(r"[1-5]\d\d", "expected a status of three digits")}

    def create(self, call: Call, planned: Values) -> Values:
        """Put the response in place of the gateway's own."""
        self._put(call, planned)
        return _identity(planned["rest_api_id"], planned["response_type"])

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the response; where the gateway's own is back, it is gone."""
        found = call.client().get_gateway_response(**_key(state))
        if found.get("defaultResponse"):
            return None
        return {
            "response_parameters": found.get("responseParameters"),
            "response_templates": found.get("responseTemplates"),
            "status_code": found.get("statusCode"),
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the response anew, as the whole of it."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Give the gateway's own response back."""
        call.client().delete_gateway_response(**_key(state))

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``REST-API-ID/RESPONSE-TYPE`` apart."""
        return _identity(*identifier_parts(identifier, "REST-API-ID/RESPONSE-TYPE"))

    def _put(self, call: Call, planned: Values) -> None:
        request = given(
            {
                "responseParameters": planned["response_parameters"],
                "responseTemplates": planned["response_templates"],
                "statusCode": planned["status_code"],
            }
        )
        call.client().put_gateway_response(**_key(planned), **request)


def _key(values: Values) -> Values:
    return {"restApiId": values["rest_api_id"], "responseType": values["response_type"]}


def _identity(rest_api_id: str, response_type: str) -> Values:
    return {
        "id": f"aggr-{rest_api_id}-{response_type}",
        "response_type": response_type,
        "rest_api_id": rest_api_id,
    }
