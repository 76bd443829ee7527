"""AWS Lambda: aliases of functions' versions.

Arguments and replace rules follow the documentation of ``aws_lambda_alias``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.api_gateway_names import identifier_parts
from localtender.provider.resources.lambda_names import (
    NOT_FOUND,
    invoke_arn,
    is_function_name,
    same_function,
)
from localtender.provider.values import Value, Values


class Alias(Resource):
    """``aws_lambda_alias``; its id is the alias's ARN."""

    type_name = "aws_lambda_alias"
    service = "lambda"
    gone = NOT_FOUND
    replaces = ("function_name", "name")
    equivalent = {"function_name": same_function}
    checks = {
        "function_name": is_function_name,
        "function_version": matches(r"\$LATEST|[0-9]+|\$LATEST\.PUBLISHED", "expected a version"),
        "name": matches(
            r"(?!\d+$)[a-zA-Z0-9_-]{1,128}",
            "expected letters, digits, hyphens and underscores, not digits alone",
        ),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the alias."""
        answer = call.client().create_alias(**_request(planned))
        return {"arn": answer["AliasArn"], "id": answer["AliasArn"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the alias."""
        alias = call.client().get_alias(FunctionName=state["function_name"], Name=state["name"])
        weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
        return {
            "arn": alias["AliasArn"],
            "description": alias.get("Description"),
            "function_version": alias["FunctionVersion"],
            "id": alias["AliasArn"],
            "invoke_arn": invoke_arn(call, alias["AliasArn"]),
            "routing_config": [{"additional_version_weights": weights}] if weights else [],
        }

    def update(self, call: Call, change: Change) -> None:
        """Point the alias elsewhere."""
        call.client().update_alias(**_request(change.planned))

    def delete(self, call: Call, state: Values) -> None:
        """Delete the alias."""
        call.client().delete_alias(FunctionName=state["function_name"], Name=state["name"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``FUNCTION_NAME/ALIAS`` apart."""
        function, name = identifier_parts(identifier, "FUNCTION_NAME/ALIAS")
        return {"function_name": function, "name": name}


def _request(planned: Values) -> Values:
    return {
        "FunctionName": planned["function_name"],
        "Name": planned["name"],
        "FunctionVersion": planned["function_version"],
        "Description": planned["description"] or "",
        "RoutingConfig": {"AdditionalVersionWeights": _weights(planned["routing_config"])},
    }


def _weights(blocks: list[Values]) -> Value:
    return next((block["additional_version_weights"] or {} for block in blocks), {})
