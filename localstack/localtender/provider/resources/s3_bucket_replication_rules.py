"""Amazon S3: a ``replication_configuration`` block inside of ``aws_s3_bucket``.

Follows the documentation of ``aws_s3_bucket``; rules of their own resource look different.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Fields, Structure, request_of, state_of
from localtender.provider.values import Values

_DESTINATION: Final[Fields] = {
    "access_control_translation": Structure("AccessControlTranslation", {"owner": "Owner"}),
    "account_id": "Account",
    "bucket": "Bucket",
    "storage_class": "StorageClass",
}
_RULE: Final[Fields] = {
    "id": "ID",
    "priority": "Priority",
    "status": "Status",
}
# The block, the structure that it stands for, and the structure's own name for the minutes.
_TIMED: Final = (
    ("metrics", "Metrics", "EventThreshold"),
    ("replication_time", "ReplicationTime", "Time"),
)


def replication_request(blocks: list[Values]) -> Values:
    """Return the replication configuration that the block makes up."""
    block = blocks[0]
    return {"Role": block["role"], "Rules": [_rule_request(rule) for rule in block["rules"]]}


def replication_state(answer: Values) -> list[Values]:
    """Return the block that stands for a replication configuration."""
    found = answer.get("ReplicationConfiguration")
    if not found:
        return []
    return [{"role": found["Role"], "rules": [_rule_state(rule) for rule in found["Rules"]]}]


def _rule_request(rule: Values) -> Values:
    request = request_of(rule, _RULE)
    request["Destination"] = _destination_request(rule["destination"][0])
    for criteria in rule["source_selection_criteria"] or []:
        for objects in criteria["sse_kms_encrypted_objects"] or []:
            status = "Enabled" if objects["enabled"] else "Disabled"
            request["SourceSelectionCriteria"] = {"SseKmsEncryptedObjects": {"Status": status}}
    if not rule["filter"]:
        request.pop("Priority", None)
        return {**request, "Prefix": rule["prefix"] or ""}
    prefix = rule["filter"][0]["prefix"] or ""
    tags = [
        {"Key": key, "Value": value} for key, value in (rule["filter"][0]["tags"] or {}).items()
    ]
    status = rule["delete_marker_replication_status"] or "Disabled"
    return {
        **request,
        "Priority": rule["priority"] or 0,
        "Filter": {"And": {"Prefix": prefix, "Tags": tags}} if tags else {"Prefix": prefix},
        "DeleteMarkerReplication": {"Status": status},
    }


def _destination_request(destination: Values) -> Values:
    request = request_of(destination, _DESTINATION)
    if destination["replica_kms_key_id"]:
        request["EncryptionConfiguration"] = {"ReplicaKmsKeyID": destination["replica_kms_key_id"]}
    for name, member, threshold in _TIMED:
        for block in destination[name] or []:
            request[member] = {
                "Status": block["status"] or "Enabled",
                threshold: {"Minutes": block["minutes"] or 15},
            }
    return request


def _rule_state(rule: Values) -> Values:
    wanted = rule.get("Filter")
    every = {} if wanted is None else wanted.get("And", wanted)
    tags = every.get("Tags") or ([every["Tag"]] if "Tag" in every else [])
    encrypted = rule.get("SourceSelectionCriteria", {}).get("SseKmsEncryptedObjects")
    marker = rule.get("DeleteMarkerReplication", {}).get("Status")
    found = {
        "prefix": every.get("Prefix", ""),
        "tags": {tag["Key"]: tag["Value"] for tag in tags} or None,
    }
    return {
        **state_of(rule, _RULE),
        "delete_marker_replication_status": marker if marker == "Enabled" else None,
        "destination": [_destination_state(rule["Destination"])],
        "filter": [] if wanted is None else [found],
        "prefix": rule.get("Prefix"),
        "source_selection_criteria": (
            [{"sse_kms_encrypted_objects": [{"enabled": encrypted["Status"] == "Enabled"}]}]
            if encrypted
            else []
        ),
    }


def _destination_state(destination: Values) -> Values:
    encryption = destination.get("EncryptionConfiguration", {})
    timed = {
        name: [
            {
                "minutes": destination[member].get(threshold, {}).get("Minutes"),
                "status": destination[member].get("Status"),
            }
        ]
        if member in destination
        else []
        for name, member, threshold in _TIMED
    }
    key = encryption.get("ReplicaKmsKeyID")
    return {**state_of(destination, _DESTINATION), **timed, "replica_kms_key_id": key}
