"""Amazon S3: what names an object: bucket, key, ARN, import id.

Follows the import sections of the documentation of ``aws_s3_object``.
"""

from __future__ import annotations

import re

from localtender.provider.call import Call
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.s3_names import bucket_arn
from localtender.provider.values import Values


def clean_key(key: str) -> str:
    """Return a key as the provider asks for it, as the first AWS SDK for Go did.

    Without a leading ``./``, without leading slashes, with single ones between the parts.
    """
    return re.sub(r"/+", "/", key.removeprefix("./").lstrip("/"))


def object_arn(call: Call, bucket: str, key: str) -> str:
    """Return an object's ARN; the bucket may be given by the ARN of an access point."""
    if bucket.startswith("arn:"):
        return f"{bucket}/object/{key}"
    return f"{bucket_arn(call, bucket)}/{key}"


def parse_object_id(identifier: str) -> Values:
    """Return the bucket and the key of an import id.

    Raises
    ------
    InvalidArgumentError
        When the id is not ``BUCKET/KEY`` or ``s3://BUCKET/KEY``.
    """
    bucket, slash, key = identifier.removeprefix("s3://").partition("/")
    if not slash or not key:
        raise InvalidArgumentError(
            "id", f"expected BUCKET/KEY or s3://BUCKET/KEY; got {identifier!r}"
        )
    return {"bucket": bucket, "key": key}
