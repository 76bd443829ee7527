"""Amazon S3: lists of a bucket's objects that S3 writes by itself.

Arguments, defaults and ids follow the documentation of ``aws_s3_bucket_inventory``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Fields, Structure, request_of, state_of
from localtender.provider.checks import each_of, is_arn, one_of
from localtender.provider.resources.s3_named_configurations import NamedConfiguration
from localtender.provider.values import Values

_INVENTORY_FIELDS: Final = (
    "Size",
    "LastModifiedDate",
    "StorageClass",
    "ETag",
    "IsMultipartUploaded",
    "ReplicationStatus",
    "EncryptionStatus",
    "ObjectLockRetainUntilDate",
    "ObjectLockMode",
    "ObjectLockLegalHoldStatus",
    "IntelligentTieringAccessTier",
    "BucketKeyStatus",
    "ChecksumAlgorithm",
    "ObjectAccessControlList",
    "ObjectOwner",
    "LifecycleExpirationDate",
)


class BucketInventory(NamedConfiguration):
    """``aws_s3_bucket_inventory``."""

    type_name = "aws_s3_bucket_inventory"
    kind = "Inventory"
    defaults = {"enabled": True}
    checks = {
        **NamedConfiguration.checks,
        "destination.bucket.bucket_arn": is_arn,
        "destination.bucket.encryption.sse_kms.key_id": is_arn,
        "destination.bucket.format": one_of("CSV", "ORC", "Parquet"),
        "included_object_versions": one_of("All", "Current"),
        "optional_fields": each_of(*_INVENTORY_FIELDS),
        "schedule.frequency": one_of("Daily", "Weekly"),
    }
    _BUCKET: Final[Fields] = {
        "account_id": "AccountId",
        "bucket_arn": "Bucket",
        "format": "Format",
        "prefix": "Prefix",
    }
    _INVENTORY: Final[Fields] = {
        "filter": Structure("Filter", {"prefix": "Prefix"}),
        "included_object_versions": "IncludedObjectVersions",
        "optional_fields": "OptionalFields",
        "schedule": Structure("Schedule", {"frequency": "Frequency"}),
    }

    def request(self, planned: Values) -> Values:
        """Return what is listed, when and where to."""
        bucket = planned["destination"][0]["bucket"][0]
        destination = request_of(bucket, self._BUCKET)
        for encryption in bucket["encryption"] or []:
            destination["Encryption"] = (
                {"SSEKMS": {"KeyId": encryption["sse_kms"][0]["key_id"]}}
                if encryption["sse_kms"]
                else {"SSES3": {}}
            )
        return {
            **request_of(planned, self._INVENTORY),
            "IsEnabled": planned["enabled"],
            "Destination": {"S3BucketDestination": destination},
        }

    def state(self, answer: Values) -> Values:
        """Return what is listed, when and where to."""
        destination = answer["Destination"]["S3BucketDestination"]
        encryption = destination.get("Encryption")
        bucket = {
            **state_of(destination, self._BUCKET),
            "encryption": [] if encryption is None else [_encryption_state(encryption)],
        }
        return {
            **state_of(answer, self._INVENTORY),
            "enabled": answer["IsEnabled"],
            "destination": [{"bucket": [bucket]}],
        }


def _encryption_state(encryption: Values) -> Values:
    key = encryption.get("SSEKMS")
    return {
        "sse_kms": [{"key_id": key["KeyId"]}] if key else [],
        "sse_s3": [{}] if "SSES3" in encryption else [],
    }
