"""Amazon S3: looking up buckets, their policies, and the account as S3 knows it.

Follows the documentation of the data sources ``aws_canonical_user_id``, ``aws_s3_bucket`` and
``aws_s3_bucket_policy``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import DataSource
from localtender.provider.errors import OperationError
from localtender.provider.resources.s3_names import (
    NO_BUCKET,
    bucket_arn,
    domain_names,
    website_names,
)
from localtender.provider.service_errors import error_code
from localtender.provider.values import Values


class CanonicalUserIdData(DataSource):
    """``aws_canonical_user_id``: the account's id in access control lists."""

    type_name = "aws_canonical_user_id"
    service = "s3"

    def read(self, call: Call, config: Values) -> Values:
        """Take the owner of the account's buckets."""
        owner = call.client().list_buckets()["Owner"]
        return {"id": owner["ID"], "display_name": owner.get("DisplayName", "")}


class BucketData(DataSource):
    """``aws_s3_bucket``; its id is the bucket's name."""

    type_name = "aws_s3_bucket"
    service = "s3"

    def read(self, call: Call, config: Values) -> Values:
        """Look whether the bucket is there, and where."""
        name = config["bucket"]
        try:
            answer = call.client().head_bucket(Bucket=name)
        except Exception as failure:
            if error_code(failure) not in NO_BUCKET:
                raise
            raise OperationError(f"there is no S3 bucket {name}") from failure
        region = answer.get("BucketRegion") or call.region
        return {
            "id": name,
            "arn": bucket_arn(call, name),
            "bucket_region": region,
            **domain_names(call, name, region),
            **_website(call, name, region),
        }


class BucketPolicyData(DataSource):
    """``aws_s3_bucket_policy``; its id is the bucket's name."""

    type_name = "aws_s3_bucket_policy"
    service = "s3"

    def read(self, call: Call, config: Values) -> Values:
        """Read the policy."""
        name = config["bucket"]
        return {"id": name, "policy": call.client().get_bucket_policy(Bucket=name)["Policy"]}


def _website(call: Call, name: str, region: str) -> Values:
    try:
        call.client().get_bucket_website(Bucket=name)
    except Exception as failure:
        if error_code(failure) != "NoSuchWebsiteConfiguration":
            raise
        return {"website_domain": None, "website_endpoint": None}
    return website_names(call, name, region)
