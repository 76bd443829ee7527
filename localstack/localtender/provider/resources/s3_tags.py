"""Amazon S3: tags, which are set as a whole."""

from __future__ import annotations

from typing import Any

from localtender.provider.service_errors import error_code
from localtender.provider.values import Values


def tagging(tags: dict[str, str]) -> Values:
    """Return tags as the API takes them."""
    return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}


def bucket_tags(client: Any, bucket: str) -> dict[str, str]:
    """Return a bucket's tags; one that never had any answers with an error."""
    try:
        answer = client.get_bucket_tagging(Bucket=bucket)
    except Exception as failure:
        if error_code(failure) != "NoSuchTagSet":
            raise
        return {}
    return tags_of(answer)


def tags_of(answer: Values) -> dict[str, str]:
    """Return the tags of a tag set that the API answers."""
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}
