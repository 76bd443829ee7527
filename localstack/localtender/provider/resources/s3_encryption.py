"""Amazon S3: how a bucket's objects are encrypted by default.

Arguments and ids follow the documentation of
``aws_s3_bucket_server_side_encryption_configuration``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.blocks import Fields, Structure, request_of, state_of
from localtender.provider.checks import each_of, one_of
from localtender.provider.resources.s3_bucket_settings import OwnedBucketSetting
from localtender.provider.values import Values

_RULE: Final[Fields] = {
    "apply_server_side_encryption_by_default": Structure(
        "ApplyServerSideEncryptionByDefault",
        {"kms_master_key_id": "KMSMasterKeyID", "sse_algorithm": "SSEAlgorithm"},
    ),
    "blocked_encryption_types": "BlockedEncryptionTypes",
    "bucket_key_enabled": "BucketKeyEnabled",
}

is_algorithm = one_of("AES256", "aws:kms", "aws:kms:dsse", "aws:fsx", "aws:backup")
"""Check: the text must be one of S3's ways to encrypt on the server."""


class BucketServerSideEncryptionConfiguration(OwnedBucketSetting):
    """``aws_s3_bucket_server_side_encryption_configuration``; a bucket always has one."""

    type_name = "aws_s3_bucket_server_side_encryption_configuration"
    absent = ("ServerSideEncryptionConfigurationNotFoundError",)
    checks = {
        **OwnedBucketSetting.checks,
        "rule.apply_server_side_encryption_by_default.sse_algorithm": is_algorithm,
        "rule.blocked_encryption_types": each_of("NONE", "SSE-C"),
    }

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set the rules."""
        client.put_bucket_encryption(
            **where,
            ServerSideEncryptionConfiguration={
                "Rules": [_rule_request(rule) for rule in planned["rule"]]
            },
        )

    def get(self, client: Any, where: Values) -> Values:
        """Read the rules."""
        answer = client.get_bucket_encryption(**where)["ServerSideEncryptionConfiguration"]
        return {"rule": [_rule_state(rule) for rule in answer["Rules"]]}

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Go back to S3's own default."""
        client.delete_bucket_encryption(**where)


def _rule_request(rule: Values) -> Values:
    request = request_of(rule, _RULE)
    if "BlockedEncryptionTypes" in request:
        request["BlockedEncryptionTypes"] = {"EncryptionType": request["BlockedEncryptionTypes"]}
    return {**request, "BucketKeyEnabled": bool(rule["bucket_key_enabled"])}


def _rule_state(rule: Values) -> Values:
    blocked = rule.get("BlockedEncryptionTypes", {}).get("EncryptionType")
    return {**state_of(rule, _RULE), "blocked_encryption_types": blocked}
