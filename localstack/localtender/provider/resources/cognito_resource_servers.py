"""Amazon Cognito: resource servers, whose scopes access tokens carry.

Arguments, replace rules and the import id follow the documentation and the source of
``aws_cognito_resource_server``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Structure
from localtender.provider.call import Call
from localtender.provider.checks import every, length, matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.identifiers import id_parts
from localtender.provider.resources.cognito_pools import GONE
from localtender.provider.values import Values

_SCOPES: Final = Structure(
    "Scopes",
    {"scope_description": "ScopeDescription", "scope_name": "ScopeName"},
    many=True,
)
_ID_FORM: Final = "USER_POOL_ID|IDENTIFIER"


class ResourceServer(Resource):
    """``aws_cognito_resource_server``; its id is ``USER_POOL_ID|IDENTIFIER``."""

    type_name = "aws_cognito_resource_server"
    service = "cognito-idp"
    gone = GONE
    replaces = ("identifier", "name", "user_pool_id")
    recomputed = {"scope_identifiers": ("scope",)}
    element_keys = {"scope": ("scope_name",)}
    checks = {
        "identifier": length(1, 256),
        "name": length(1, 256),
        "scope.scope_description": length(1, 256),
        "scope.scope_name": every(
            length(1, 256),
            matches(r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+", 'expected no space, ", / or \\'),
        ),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the resource server."""
        pool, identifier = planned["user_pool_id"], planned["identifier"]
        call.client().create_resource_server(
            UserPoolId=pool,
            Identifier=identifier,
            Name=planned["name"],
            Scopes=_SCOPES.request(planned["scope"]),
        )
        return {"id": f"{pool}|{identifier}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the resource server and its scopes."""
        pool, identifier = id_parts(state["id"], _ID_FORM)
        answer = call.client().describe_resource_server(UserPoolId=pool, Identifier=identifier)
        server = answer["ResourceServer"]
        scopes = _SCOPES.state(server.get("Scopes"))
        return {
            "identifier": server["Identifier"],
            "name": server["Name"],
            "scope": scopes,
            "scope_identifiers": [
                f"{server['Identifier']}/{scope['scope_name']}" for scope in scopes
            ],
            "user_pool_id": server["UserPoolId"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the scopes again, all of them."""
        pool, identifier = id_parts(change.prior["id"], _ID_FORM)
        call.client().update_resource_server(
            UserPoolId=pool,
            Identifier=identifier,
            Name=change.planned["name"],
            Scopes=_SCOPES.request(change.planned["scope"]),
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the resource server."""
        pool, identifier = id_parts(state["id"], _ID_FORM)
        call.client().delete_resource_server(UserPoolId=pool, Identifier=identifier)
