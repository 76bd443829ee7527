"""What the KMS keys of all kinds have in common: state, settings, deletion.

Follows the documentation of ``aws_kms_key``, ``aws_kms_replica_key`` and ``aws_kms_external_key``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from localtender.provider.call import Call
from localtender.provider.checks import between, length
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, same_policy
from localtender.provider.errors import OperationError
from localtender.provider.tags import tag_list, tag_map
from localtender.provider.values import Values

POLICY_NAME: Final = "default"
GONE: Final = ("NotFoundException",)
_TO_BE_DELETED: Final = ("PendingDeletion", "PendingReplicaDeletion")

KEY_CHECKS: Final = {
    "deletion_window_in_days": between(7, 30),
    "description": length(0, 8192),
    "policy": is_policy,
}


class ManagedKey(Resource):
    """A key of the customer's; its id is the key's id."""

    service = "kms"
    gone = GONE
    equivalent = {"policy": same_policy}
    tagged_by = "id"
    enabled_argument: ClassVar[str] = "enabled"
    """How the resource type calls whether the key may be used."""

    def update(self, call: Call, change: Change) -> None:
        """Change the settings while the key is enabled: a disabled one takes no changes."""
        client, identifier, planned = call.client(), change.prior["id"], change.planned
        switched = change.has(self.enabled_argument)
        enabled = planned[self.enabled_argument]
        if switched and enabled:
            client.enable_key(KeyId=identifier)
        self.update_settings(call, change)
        if change.has("description"):
            client.update_key_description(
                KeyId=identifier, Description=planned["description"] or ""
            )
        if change.has("policy") and planned["policy"]:
            put_policy(client, identifier, planned)
        if switched and enabled is False:
            client.disable_key(KeyId=identifier)

    def update_settings(self, call: Call, change: Change) -> None:
        """Change what only this kind of key has."""

    def delete(self, call: Call, state: Values) -> None:
        """Schedule the key's deletion; from then on it counts as gone."""
        client, request = call.client(), {"KeyId": state["id"]}
        if state["deletion_window_in_days"]:
            request["PendingWindowInDays"] = state["deletion_window_in_days"]
        try:
            client.schedule_key_deletion(**request)
        except client.exceptions.KMSInvalidStateException as failure:
            if "pending deletion" not in str(failure):
                raise


def find_key(call: Call, identifier: str) -> Any:
    """Return a key's ``KeyMetadata``; None when it is to be deleted, which Terraform calls gone."""
    metadata = call.client().describe_key(KeyId=identifier)["KeyMetadata"]
    return None if metadata["KeyState"] in _TO_BE_DELETED else metadata


def key_state(call: Call, metadata: Mapping[str, Any]) -> Values:
    """Return what every kind of key says of itself."""
    client, identifier = call.client(), metadata["KeyId"]
    tags = [
        tag
        for page in client.get_paginator("list_resource_tags").paginate(KeyId=identifier)
        for tag in page["Tags"]
    ]
    return {
        "arn": metadata["Arn"],
        "description": metadata.get("Description"),
        "key_id": identifier,
        "key_usage": metadata.get("KeyUsage"),
        "policy": client.get_key_policy(KeyId=identifier, PolicyName=POLICY_NAME)["Policy"],
        "tags": tag_map(tags, key="TagKey", value="TagValue"),
    }


def rotation(call: Call, identifier: str) -> tuple[bool, int | None]:
    """Return whether a key is rotated, and the days between; KMS tells them while it is."""
    status = call.client().get_key_rotation_status(KeyId=identifier)
    rotated = bool(status["KeyRotationEnabled"])
    return rotated, status.get("RotationPeriodInDays") if rotated else None


def creation_request(planned: Values) -> Values:
    """Return what ``CreateKey`` and ``ReplicateKey`` both take."""
    request: Values = {
        "BypassPolicyLockoutSafetyCheck": bool(planned["bypass_policy_lockout_safety_check"]),
        "Tags": tag_list(planned["tags_all"], key="TagKey", value="TagValue"),
    }
    if planned["description"]:
        request["Description"] = planned["description"]
    if planned["policy"]:
        request["Policy"] = planned["policy"]
    return request


def put_policy(client: Any, identifier: str, planned: Values) -> None:
    """Put the planned policy in the place of the key's."""
    client.put_key_policy(
        KeyId=identifier,
        PolicyName=POLICY_NAME,
        Policy=planned["policy"],
        BypassPolicyLockoutSafetyCheck=bool(planned["bypass_policy_lockout_safety_check"]),
    )


def require_kind(metadata: Mapping[str, Any], kind: str) -> None:
    """Refuse a key that is not the ``PRIMARY`` or ``REPLICA`` that the resource type is for."""
    found = (metadata.get("MultiRegionConfiguration") or {}).get("MultiRegionKeyType")
    if (kind == "REPLICA" or metadata.get("MultiRegion")) and found != kind:
        article = f"a multi-Region {kind.lower()} key"
        raise OperationError(f"KMS key {metadata['KeyId']} is not {article}")


def same_key(old: str, new: str) -> bool:
    """Tell whether two ids or ARNs name the same key (one of them may be the bare id)."""
    return old == new or (
        old.startswith("arn:") != new.startswith("arn:")
        and old.rpartition("/")[2] == new.rpartition("/")[2]
    )
