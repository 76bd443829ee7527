"""Amazon API Gateway: API keys.

Arguments, defaults and replace rules follow the documentation of ``aws_api_gateway_api_key``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import length
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    change_tags,
    gateway_arn,
    given,
    timestamp,
)
from localtender.provider.resources.api_gateway_patches import argument_patches
from localtender.provider.values import Values

_PATHS: Final = {
    "customer_id": "/customerId",
    "description": "/description",
    "enabled": "/enabled",
    "name": "/name",
}


class ApiKey(Resource):
    """``aws_api_gateway_api_key``; its id is the one that the gateway gives."""

    type_name = "aws_api_gateway_api_key"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("value",)
    defaults = {"description": "Managed by Terraform", "enabled": True}
    recomputed = {"last_updated_date": tuple(_PATHS)}
    sensitive = ("value",)
    checks = {"value": length(20, 128)}

    def create(self, call: Call, planned: Values) -> Values:
        """Create the key; the gateway makes its value up unless one is given."""
        request = given(
            {
                "name": planned["name"],
                "customerId": planned["customer_id"],
                "description": planned["description"],
                "enabled": planned["enabled"],
                "tags": planned["tags_all"],
                "value": planned["value"],
            }
        )
        return {"id": call.client().create_api_key(**request)["id"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the key with its value."""
        return key_state(call, call.client().get_api_key(apiKey=state["id"], includeValue=True))

    def update(self, call: Call, change: Change) -> None:
        """Patch what changed."""
        operations = list(argument_patches(change, _PATHS))
        call.client().update_api_key(apiKey=change.prior["id"], patchOperations=operations)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the key."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the key."""
        call.client().delete_api_key(apiKey=state["id"])


def key_state(call: Call, key: Values) -> Values:
    """Return the attributes of a key from the gateway's answer."""
    return {
        "arn": gateway_arn(call, f"/apikeys/{key['id']}"),
        "created_date": timestamp(key["createdDate"]),
        "customer_id": key.get("customerId"),
        "description": key.get("description"),
        "enabled": key.get("enabled", False),
        "last_updated_date": timestamp(key["lastUpdatedDate"]),
        "name": key.get("name"),
        "tags": key.get("tags", {}),
        "value": key.get("value"),
    }
