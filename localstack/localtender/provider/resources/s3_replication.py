"""Amazon S3: copying a bucket's objects to other buckets.

Arguments and ids follow the documentation of ``aws_s3_bucket_replication_configuration``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.blocks import Fields, Structure, request_of, state_of
from localtender.provider.checks import between, is_arn, length, one_of
from localtender.provider.resources.s3_bucket_settings import BucketSetting
from localtender.provider.values import Values

_STATUS: Final[Fields] = {"status": "Status"}
_MINUTES: Final[Fields] = {"minutes": "Minutes"}
_DESTINATION: Final[Fields] = {
    "access_control_translation": Structure("AccessControlTranslation", {"owner": "Owner"}),
    "account": "Account",
    "bucket": "Bucket",
    "encryption_configuration": Structure(
        "EncryptionConfiguration", {"replica_kms_key_id": "ReplicaKmsKeyID"}
    ),
    "metrics": Structure(
        "Metrics", {**_STATUS, "event_threshold": Structure("EventThreshold", _MINUTES)}
    ),
    "replication_time": Structure(
        "ReplicationTime", {**_STATUS, "time": Structure("Time", _MINUTES)}
    ),
    "storage_class": "StorageClass",
}
_RULE: Final[Fields] = {
    "delete_marker_replication": Structure("DeleteMarkerReplication", _STATUS),
    "destination": Structure("Destination", _DESTINATION),
    "existing_object_replication": Structure("ExistingObjectReplication", _STATUS),
    "id": "ID",
    "prefix": "Prefix",
    "priority": "Priority",
    "source_selection_criteria": Structure(
        "SourceSelectionCriteria",
        {
            "replica_modifications": Structure("ReplicaModifications", _STATUS),
            "sse_kms_encrypted_objects": Structure("SseKmsEncryptedObjects", _STATUS),
        },
    ),
    "status": "Status",
}
_SWITCHES: Final = (
    "rule.status",
    "rule.delete_marker_replication.status",
    "rule.existing_object_replication.status",
    "rule.destination.metrics.status",
    "rule.destination.replication_time.status",
    "rule.source_selection_criteria.replica_modifications.status",
    "rule.source_selection_criteria.sse_kms_encrypted_objects.status",
)


class BucketReplicationConfiguration(BucketSetting):
    """``aws_s3_bucket_replication_configuration``."""

    type_name = "aws_s3_bucket_replication_configuration"
    absent = ("ReplicationConfigurationNotFoundError",)
    sensitive = ("token",)
    checks = {
        **BucketSetting.checks,
        **dict.fromkeys(_SWITCHES, one_of("Enabled", "Disabled")),
        "role": is_arn,
        "rule.destination.bucket": is_arn,
        "rule.destination.access_control_translation.owner": one_of("Destination"),
        "rule.id": length(0, 255),
        "rule.prefix": length(0, 1024),
        "rule.destination.metrics.event_threshold.minutes": between(10, 15),
    }

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set role and rules; ids that are not given are the service's to make up."""
        request = {
            **where,
            "ReplicationConfiguration": {
                "Role": planned["role"],
                "Rules": [_rule_request(rule) for rule in planned["rule"]],
            },
        }
        if planned["token"]:
            request["Token"] = planned["token"]
        client.put_bucket_replication(**request)

    def get(self, client: Any, where: Values) -> Values:
        """Read role and rules."""
        found = client.get_bucket_replication(**where)["ReplicationConfiguration"]
        return {"role": found["Role"], "rule": [_rule_state(rule) for rule in found["Rules"]]}

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Copy no more."""
        client.delete_bucket_replication(**where)


def _rule_request(rule: Values) -> Values:
    request = request_of(rule, _RULE)
    if rule["filter"]:
        # Only rules with a filter, an empty one included, have priorities.
        request["Filter"] = filter_request(rule["filter"][0])
        request["Priority"] = rule["priority"] or 0
    elif "Prefix" not in request:
        request["Prefix"] = ""
    return request


def _rule_state(rule: Values) -> Values:
    wanted = rule.get("Filter")
    return {
        **state_of(rule, _RULE),
        "filter": [] if wanted is None else [_filter_state(wanted)],
    }


def filter_request(found: Values) -> Values:
    """Return what a ``filter`` block says, as the API takes it."""
    for every in found["and"] or []:
        tags = [{"Key": key, "Value": value} for key, value in (every["tags"] or {}).items()]
        return {"And": {**request_of(every, {"prefix": "Prefix"}), "Tags": tags}}
    for tag in found["tag"] or []:
        return {"Tag": {"Key": tag["key"], "Value": tag["value"]}}
    return {"Prefix": found["prefix"] or ""}


def _filter_state(answer: Values) -> Values:
    every, tag = answer.get("And"), answer.get("Tag")
    tags = {each["Key"]: each["Value"] for each in every.get("Tags", [])} if every else None
    return {
        "and": [{"prefix": every.get("Prefix"), "tags": tags}] if every else [],
        "prefix": answer.get("Prefix"),
        "tag": [{"key": tag["Key"], "value": tag["Value"]}] if tag else [],
    }
