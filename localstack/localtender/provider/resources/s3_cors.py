"""Amazon S3: which other sites' pages may use a bucket.

Arguments and ids follow the documentation of ``aws_s3_bucket_cors_configuration``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.blocks import Fields, request_of, state_of
from localtender.provider.checks import each_of, length
from localtender.provider.resources.s3_bucket_settings import OwnedBucketSetting
from localtender.provider.values import Values

CORS_RULE: Final[Fields] = {
    "allowed_headers": "AllowedHeaders",
    "allowed_methods": "AllowedMethods",
    "allowed_origins": "AllowedOrigins",
    "expose_headers": "ExposeHeaders",
    "max_age_seconds": "MaxAgeSeconds",
}
"""Arguments of a rule, wherever one stands, with the API's members."""

_RULE: Final = {**CORS_RULE, "id": "ID"}


class BucketCorsConfiguration(OwnedBucketSetting):
    """``aws_s3_bucket_cors_configuration``."""

    type_name = "aws_s3_bucket_cors_configuration"
    absent = ("NoSuchCORSConfiguration",)
    checks = {
        **OwnedBucketSetting.checks,
        "cors_rule.allowed_methods": each_of("GET", "PUT", "POST", "DELETE", "HEAD"),
        "cors_rule.id": length(0, 255),
    }

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set the rules."""
        rules = [request_of(rule, _RULE) for rule in planned["cors_rule"]]
        client.put_bucket_cors(**where, CORSConfiguration={"CORSRules": rules})

    def get(self, client: Any, where: Values) -> Values:
        """Read the rules."""
        rules = client.get_bucket_cors(**where)["CORSRules"]
        return {"cors_rule": [state_of(rule, _RULE) for rule in rules]}

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Delete the rules."""
        client.delete_bucket_cors(**where)
