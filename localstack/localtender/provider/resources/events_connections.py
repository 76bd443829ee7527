"""Amazon EventBridge: connections, and the API destinations that are called over them.

Arguments, defaults and replace rules follow the documentation of
``aws_cloudwatch_event_connection`` and ``aws_cloudwatch_event_api_destination``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.blocks import Fields, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import every, is_arn, length, matches, one_of
from localtender.provider.declaration import Change, DataSource, Resource
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.resources.events_connection_blocks import (
    AUTHORIZATION,
    SECRETS,
    with_known_secrets,
)
from localtender.provider.values import UNKNOWN, Values

_NAME: Final = every(
    length(1, 64), matches(r"[.\-_A-Za-z0-9]+", "expected letters, digits or any of .-_")
)
_CONNECTION: Final[Fields] = {
    "auth_parameters": AUTHORIZATION,
    "authorization_type": "AuthorizationType",
    "description": "Description",
    "kms_key_identifier": "KmsKeyIdentifier",
}
_DESTINATION: Final[Fields] = {
    "connection_arn": "ConnectionArn",
    "description": "Description",
    "http_method": "HttpMethod",
    "invocation_endpoint": "InvocationEndpoint",
    "invocation_rate_limit_per_second": "InvocationRateLimitPerSecond",
    "name": "Name",
}
_METHODS: Final = ("POST", "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")


class Connection(Resource):
    """``aws_cloudwatch_event_connection``; its id is the connection's name."""

    type_name = "aws_cloudwatch_event_connection"
    service = "events"
    gone = ("ResourceNotFoundException",)
    replaces = ("name",)
    defaults = {
        f"{block}.{place}.is_value_secret": False
        for block in (
            "auth_parameters.invocation_http_parameters",
            "auth_parameters.oauth.oauth_http_parameters",
        )
        for place in ("body", "header", "query_string")
    }
    sensitive = tuple(SECRETS)
    checks = {
        "auth_parameters.api_key.key": length(1, 512),
        "auth_parameters.api_key.value": length(1, 512),
        "auth_parameters.basic.password": length(1, 512),
        "auth_parameters.basic.username": length(1, 512),
        "auth_parameters.oauth.authorization_endpoint": length(1, 2048),
        "auth_parameters.oauth.client_parameters.client_id": length(1, 512),
        "auth_parameters.oauth.client_parameters.client_secret": length(1, 512),
        "auth_parameters.oauth.http_method": one_of("GET", "POST", "PUT"),
        "authorization_type": one_of("BASIC", "OAUTH_CLIENT_CREDENTIALS", "API_KEY"),
        "description": length(0, 512),
        "kms_key_identifier": length(1, 2048),
        "name": _NAME,
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that there is one way of authorization."""
        blocks = config["auth_parameters"]
        for block in blocks if isinstance(blocks, list) else []:
            ways = [] if block is UNKNOWN else [block[way] for way in ("api_key", "basic", "oauth")]
            if ways and UNKNOWN not in ways and sum(map(bool, ways)) != 1:
                yield InvalidArgumentError(
                    "auth_parameters", "exactly one of api_key, basic, oauth must be set"
                )

    def create(self, call: Call, planned: Values) -> Values:
        """Create the connection and wait until it is authorized."""
        self._refuse_private(planned)
        call.client().create_connection(Name=planned["name"], **request_of(planned, _CONNECTION))
        call.created({"id": planned["name"]})
        self._wait(call, planned["name"], "create")
        return {"id": planned["name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the connection; AWS does not give secrets back, so those that are known stay."""
        answer = call.client().describe_connection(Name=state["id"])
        found = state_of(answer, _CONNECTION)
        found["auth_parameters"] = with_known_secrets(
            found["auth_parameters"], state["auth_parameters"]
        )
        return {
            **found,
            "arn": answer["ConnectionArn"],
            "name": answer["Name"],
            "secret_arn": answer.get("SecretArn"),
        }

    def update(self, call: Call, change: Change) -> None:
        """Change the connection and wait until it is authorized again."""
        self._refuse_private(change.planned)
        request = request_of(change.planned, _CONNECTION)
        call.client().update_connection(Name=change.prior["id"], **{"Description": "", **request})
        self._wait(call, change.prior["id"], "update")

    def delete(self, call: Call, state: Values) -> None:
        """Delete the connection and wait until it is gone."""
        client = call.client()
        client.delete_connection(Name=state["id"])

        def is_gone() -> bool:
            try:
                client.describe_connection(Name=state["id"])
            except client.exceptions.ResourceNotFoundException:
                return True
            return False

        call.wait(is_gone, awaited=f"connection {state['id']} to be deleted", operation="delete")

    def _refuse_private(self, planned: Values) -> None:
        for block in planned["auth_parameters"] or []:
            if block["connectivity_parameters"]:
                raise _private("auth_parameters.connectivity_parameters")
        if planned["invocation_connectivity_parameters"]:
            raise _private("invocation_connectivity_parameters")

    def _wait(self, call: Call, name: str, operation: str) -> None:
        def settled() -> Any:
            answer = call.client().describe_connection(Name=name)
            moving = ("CREATING", "UPDATING", "AUTHORIZING", "DEAUTHORIZING")
            return None if answer["ConnectionState"] in moving else answer

        answer = call.wait(
            settled, awaited=f"connection {name} to be authorized", operation=operation
        )
        if answer["ConnectionState"] not in ("AUTHORIZED", "DEAUTHORIZED"):
            reason = answer.get("StateReason") or answer["ConnectionState"]
            raise OperationError(f"connection {name} is not authorized: {reason}")


class ApiDestination(Resource):
    """``aws_cloudwatch_event_api_destination``; its id is the destination's name."""

    type_name = "aws_cloudwatch_event_api_destination"
    service = "events"
    gone = ("ResourceNotFoundException",)
    replaces = ("name",)
    defaults = {"invocation_rate_limit_per_second": 300}
    checks = {
        "connection_arn": is_arn,
        "description": length(0, 512),
        "http_method": one_of(*_METHODS),
        "invocation_rate_limit_per_second": lambda rate: (
            None if rate >= 1 else f"expected at least 1, got {rate}"
        ),
        "name": _NAME,
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the destination."""
        call.client().create_api_destination(**request_of(planned, _DESTINATION))
        return {"id": planned["name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the destination."""
        answer = call.client().describe_api_destination(Name=state["id"])
        return {**state_of(answer, _DESTINATION), "arn": answer["ApiDestinationArn"]}

    def update(self, call: Call, change: Change) -> None:
        """Change the destination."""
        request = request_of(change.planned, _DESTINATION)
        call.client().update_api_destination(**{"Description": "", **request})

    def delete(self, call: Call, state: Values) -> None:
        """Delete the destination."""
        call.client().delete_api_destination(Name=state["id"])


class ConnectionData(DataSource):
    """``aws_cloudwatch_event_connection``; its id is the connection's name."""

    type_name = "aws_cloudwatch_event_connection"
    service = "events"

    def read(self, call: Call, config: Values) -> Values:
        """Read the connection."""
        answer = call.client().describe_connection(Name=config["name"])
        return {
            "arn": answer["ConnectionArn"],
            "authorization_type": answer["AuthorizationType"],
            "id": answer["Name"],
            "kms_key_identifier": answer.get("KmsKeyIdentifier"),
            "secret_arn": answer.get("SecretArn"),
        }


def _private(argument: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        argument, "private connectivity by VPC Lattice does not exist here; leave the block out"
    )
