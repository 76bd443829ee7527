"""Amazon S3: who may use a bucket: policy, public access block, ownership of objects.

Arguments, defaults and ids follow the documentation of ``aws_s3_bucket_policy``,
``aws_s3_bucket_public_access_block`` and ``aws_s3_bucket_ownership_controls``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.checks import one_of
from localtender.provider.documents import is_policy, same_policy
from localtender.provider.resources.s3_bucket_settings import BucketSetting
from localtender.provider.values import Values

_BLOCKED: Final = {
    "block_public_acls": "BlockPublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "ignore_public_acls": "IgnorePublicAcls",
    "restrict_public_buckets": "RestrictPublicBuckets",
}


class BucketPolicy(BucketSetting):
    """``aws_s3_bucket_policy``."""

    type_name = "aws_s3_bucket_policy"
    absent = ("NoSuchBucketPolicy",)
    equivalent = {"policy": same_policy}
    checks = {**BucketSetting.checks, "policy": is_policy}

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set the policy."""
        client.put_bucket_policy(**where, Policy=planned["policy"])

    def get(self, client: Any, where: Values) -> Values:
        """Read the policy."""
        return {"policy": client.get_bucket_policy(**where)["Policy"]}

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Delete the policy."""
        client.delete_bucket_policy(**where)


class BucketPublicAccessBlock(BucketSetting):
    """``aws_s3_bucket_public_access_block``."""

    type_name = "aws_s3_bucket_public_access_block"
    absent = ("NoSuchPublicAccessBlockConfiguration",)
    defaults = dict.fromkeys(_BLOCKED, False)

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set what is blocked."""
        client.put_public_access_block(
            **where,
            PublicAccessBlockConfiguration={
                member: bool(planned[argument]) for argument, member in _BLOCKED.items()
            },
        )

    def get(self, client: Any, where: Values) -> Values:
        """Read what is blocked."""
        found = client.get_public_access_block(**where)["PublicAccessBlockConfiguration"]
        return {argument: found.get(member, False) for argument, member in _BLOCKED.items()}

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Block nothing, unless the block is to stay."""
        if not state.get("skip_destroy"):
            client.delete_public_access_block(**where)


class BucketOwnershipControls(BucketSetting):
    """``aws_s3_bucket_ownership_controls``."""

    type_name = "aws_s3_bucket_ownership_controls"
    absent = ("OwnershipControlsNotFoundError",)
    checks = {
        **BucketSetting.checks,
        "rule.object_ownership": one_of(
            "BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"
        ),
    }

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set who owns new objects."""
        rules = [{"ObjectOwnership": rule["object_ownership"]} for rule in planned["rule"]]
        client.put_bucket_ownership_controls(**where, OwnershipControls={"Rules": rules})

    def get(self, client: Any, where: Values) -> Values:
        """Read who owns new objects."""
        rules = client.get_bucket_ownership_controls(**where)["OwnershipControls"]["Rules"]
        return {"rule": [{"object_ownership": rule["ObjectOwnership"]} for rule in rules]}

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Leave it to S3 who owns new objects."""
        client.delete_bucket_ownership_controls(**where)
