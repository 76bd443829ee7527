"""Amazon S3: where a bucket's access is logged.

Arguments and ids follow the documentation of ``aws_s3_bucket_logging``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.blocks import Fields, Structure, request_of, state_of
from localtender.provider.checks import length, one_of
from localtender.provider.resources.s3_acls import GRANTEE, GRANTEE_TYPES
from localtender.provider.resources.s3_bucket_settings import OwnedBucketSetting
from localtender.provider.values import Values

_LOGGING: Final[Fields] = {
    "target_bucket": "TargetBucket",
    "target_grant": Structure(
        "TargetGrants",
        {"grantee": Structure("Grantee", GRANTEE), "permission": "Permission"},
        many=True,
    ),
}
_DATES: Final[Fields] = {"partition_date_source": "PartitionDateSource"}


class BucketLogging(OwnedBucketSetting):
    """``aws_s3_bucket_logging``."""

    type_name = "aws_s3_bucket_logging"
    checks = {
        **OwnedBucketSetting.checks,
        "target_bucket": length(1, 63),
        "target_grant.grantee.type": one_of(*GRANTEE_TYPES),
        "target_grant.permission": one_of("FULL_CONTROL", "READ", "WRITE"),
        "target_object_key_format.partitioned_prefix.partition_date_source": one_of(
            "EventTime", "DeliveryTime"
        ),
    }

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set the target, whose prefix may be empty."""
        request = {**request_of(planned, _LOGGING), "TargetPrefix": planned["target_prefix"]}
        for keys in planned["target_object_key_format"] or []:
            request["TargetObjectKeyFormat"] = _format_request(keys)
        client.put_bucket_logging(**where, BucketLoggingStatus={"LoggingEnabled": request})

    def get(self, client: Any, where: Values) -> Values | None:
        """Read the target."""
        enabled = client.get_bucket_logging(**where).get("LoggingEnabled")
        if enabled is None:
            return None
        keys = enabled.get("TargetObjectKeyFormat")
        return {
            **state_of(enabled, _LOGGING),
            "target_prefix": enabled.get("TargetPrefix", ""),
            "target_object_key_format": [_format_state(keys)] if keys else [],
        }

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Log no more."""
        client.put_bucket_logging(**where, BucketLoggingStatus={})


def _format_request(keys: Values) -> Values:
    for partitioned in keys["partitioned_prefix"] or []:
        return {"PartitionedPrefix": request_of(partitioned, _DATES)}
    return {"SimplePrefix": {}}


def _format_state(keys: Values) -> Values:
    partitioned = keys.get("PartitionedPrefix")
    return {
        "partitioned_prefix": [state_of(partitioned, _DATES)] if partitioned else [],
        "simple_prefix": [{}] if "SimplePrefix" in keys else [],
    }
