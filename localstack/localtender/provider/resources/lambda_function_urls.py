"""AWS Lambda: function URLs.

Arguments, replace rules, the permission that a public URL brings and import ids follow the
documentation of ``aws_lambda_function_url``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Structure, request_of
from localtender.provider.call import Call
from localtender.provider.checks import between, one_of
from localtender.provider.declaration import Change, DataSource, Resource
from localtender.provider.resources.lambda_names import (
    NOT_FOUND,
    function_key,
    is_function_name,
    same_function,
)
from localtender.provider.values import Values

_CORS: Final = Structure(
    "Cors",
    {
        "allow_credentials": "AllowCredentials",
        "allow_headers": "AllowHeaders",
        "allow_methods": "AllowMethods",
        "allow_origins": "AllowOrigins",
        "expose_headers": "ExposeHeaders",
        "max_age": "MaxAge",
    },
)
_PUBLIC_ACCESS: Final = "FunctionURLAllowPublicAccess"


class FunctionUrl(Resource):
    """``aws_lambda_function_url``; its id is ``FUNCTION`` or ``FUNCTION/QUALIFIER``."""

    type_name = "aws_lambda_function_url"
    service = "lambda"
    gone = NOT_FOUND
    replaces = ("function_name", "qualifier")
    defaults = {"invoke_mode": "BUFFERED"}
    equivalent = {"function_name": same_function}
    checks = {
        "authorization_type": one_of("AWS_IAM", "NONE"),
        "cors.max_age": between(0, 86_400),
        "function_name": is_function_name,
        "invoke_mode": one_of("BUFFERED", "RESPONSE_STREAM"),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the URL; one without authorization is opened to the public."""
        name, qualifier = planned["function_name"], planned["qualifier"]
        key = function_key(name, qualifier)
        call.client().create_function_url_config(
            **key,
            AuthType=planned["authorization_type"],
            InvokeMode=planned["invoke_mode"],
            **request_of(planned, {"cors": _CORS}),
        )
        identity = {"id": f"{name}/{qualifier}" if qualifier else name}
        call.created(identity)
        if planned["authorization_type"] == "NONE":
            _open_to_the_public(call, key)
        return identity

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the URL."""
        name, _, qualifier = state["id"].partition("/")
        answer = call.client().get_function_url_config(**function_key(name, qualifier))
        return {**url_state(answer), "function_name": name, "qualifier": qualifier or None}

    def update(self, call: Call, change: Change) -> None:
        """Change what changed; CORS settings are taken away by empty ones."""
        planned = change.planned
        call.client().update_function_url_config(
            **function_key(planned["function_name"], planned["qualifier"]),
            AuthType=planned["authorization_type"],
            InvokeMode=planned["invoke_mode"],
            **({"Cors": _CORS.request(planned["cors"])} if change.has("cors") else {}),
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the URL; as on AWS, its permission stays with the function."""
        call.client().delete_function_url_config(
            **function_key(state["function_name"], state["qualifier"])
        )


class FunctionUrlData(DataSource):
    """``aws_lambda_function_url``; its id is ``FUNCTION`` or ``FUNCTION/QUALIFIER``."""

    type_name = "aws_lambda_function_url"
    service = "lambda"

    def read(self, call: Call, config: Values) -> Values:
        """Read the URL."""
        name, qualifier = config["function_name"], config["qualifier"]
        answer = call.client().get_function_url_config(**function_key(name, qualifier))
        return {
            **url_state(answer),
            "creation_time": answer["CreationTime"],
            "id": f"{name}/{qualifier}" if qualifier else name,
            "last_modified_time": answer.get("LastModifiedTime"),
        }


def url_state(answer: Values) -> Values:
    """Return the attributes that the description of a function URL tells."""
    url = answer["FunctionUrl"]
    return {
        "authorization_type": answer["AuthType"],
        "cors": _CORS.state(answer.get("Cors")),
        "function_arn": answer["FunctionArn"],
        "function_url": url,
        "invoke_mode": answer.get("InvokeMode") or "BUFFERED",
        # https://URL-ID.lambda-url.REGION.on.aws/
        "url_id": url.partition("//")[2].partition(".")[0],
    }


def _open_to_the_public(call: Call, key: Values) -> None:
    client = call.client()
    try:
        client.add_permission(
            **key,
            StatementId=_PUBLIC_ACCESS,
            Action="lambda:InvokeFunctionUrl",
            Principal="*",
            FunctionUrlAuthType="NONE",
        )
    except client.exceptions.ResourceConflictException:
        # A URL before this one, or an aws_lambda_permission, has said so already.
        return
