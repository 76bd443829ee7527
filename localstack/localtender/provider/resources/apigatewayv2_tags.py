"""Amazon API Gateway V2: the tags of its objects, asked for and changed by ARN."""

from __future__ import annotations

from localtender.provider.call import Call


def tags_of(call: Call, arn: str) -> dict[str, str]:
    """Return all tags of an object."""
    tags: dict[str, str] = call.client().get_tags(ResourceArn=arn).get("Tags", {})
    return tags


def change_tags(call: Call, arn: str, changed: dict[str, str], removed: list[str]) -> None:
    """Tag and untag an object."""
    if removed:
        call.client().untag_resource(ResourceArn=arn, TagKeys=removed)
    if changed:
        call.client().tag_resource(ResourceArn=arn, Tags=changed)
