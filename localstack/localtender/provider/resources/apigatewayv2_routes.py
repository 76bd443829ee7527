"""Amazon API Gateway V2: routes and their responses.

Arguments, defaults and replace rules follow the documentation of ``aws_apigatewayv2_route`` and
``aws_apigatewayv2_route_response``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import length, one_of
from localtender.provider.declaration import Change
from localtender.provider.resources.apigatewayv2_parts import Part
from localtender.provider.values import Values


class Route(Part):
    """``aws_apigatewayv2_route``; its id is the one that the gateway gives."""

    type_name = "aws_apigatewayv2_route"
    replaces = ("api_id",)
    defaults = {"api_key_required": False, "authorization_type": "NONE"}
    element_keys = {"request_parameter": ("request_parameter_key",)}
    checks = {
        "authorization_type": one_of("AWS_IAM", "CUSTOM", "JWT", "NONE"),
        "operation_name": length(1, 64),
        "target": length(1, 128),
    }
    noun = "route"
    fields = {
        "api_key_required": "ApiKeyRequired",
        "authorization_scopes": "AuthorizationScopes",
        "authorization_type": "AuthorizationType",
        "authorizer_id": "AuthorizerId",
        "model_selection_expression": "ModelSelectionExpression",
        "operation_name": "OperationName",
        "request_models": "RequestModels",
        "route_key": "RouteKey",
        "route_response_selection_expression": "RouteResponseSelectionExpression",
        "target": "Target",
    }

    def request(self, call: Call, values: Values) -> Values:
        """Return the members, the parameters by their names."""
        request = super().request(call, values)
        if values["request_parameter"]:
            request["RequestParameters"] = {
                block["request_parameter_key"]: {"Required": block["required"]}
                for block in values["request_parameter"]
            }
        return request

    def state(self, call: Call, known: Values, answer: Values) -> Values:
        """Return the attributes, the parameters as blocks."""
        parameters = answer.get("RequestParameters") or {}
        return {
            **super().state(call, known, answer),
            "request_parameter": [
                {"request_parameter_key": key, "required": constraints.get("Required", False)}
                for key, constraints in parameters.items()
            ],
        }

    def update(self, call: Call, change: Change) -> None:
        """Take parameters away one by one, and send what else changed."""
        prior = change.prior
        kept = {block["request_parameter_key"] for block in change.planned["request_parameter"]}
        for block in prior["request_parameter"]:
            if block["request_parameter_key"] not in kept:
                call.client().delete_route_request_parameter(
                    ApiId=prior["api_id"],
                    RouteId=prior["id"],
                    RequestParameterKey=block["request_parameter_key"],
                )
        super().update(call, change)

    def changed_members(self, call: Call, change: Change) -> Values:
        """Say with a new authorizer what kind it is."""
        members = super().changed_members(call, change)
        if not members.get("RequestParameters"):
            members.pop("RequestParameters", None)
        if "AuthorizerId" in members:
            members["AuthorizationType"] = change.planned["authorization_type"]
        return members


class RouteResponse(Part):
    """``aws_apigatewayv2_route_response``; its id is the one that the gateway gives."""

    type_name = "aws_apigatewayv2_route_response"
    replaces = ("api_id", "route_id")
    owners = {"api_id": "ApiId", "route_id": "RouteId"}
    noun = "route_response"
    fields = {
        "model_selection_expression": "ModelSelectionExpression",
        "response_models": "ResponseModels",
        "route_response_key": "RouteResponseKey",
    }
