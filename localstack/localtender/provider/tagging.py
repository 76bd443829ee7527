"""Tagging and untagging by the operations of a service, whose parameters its model tells.

Services name the same things differently: ``ResourceArn`` or ``resourceARN``, tags as a map or as
a list of ``Key`` and ``Value`` or of ``TagKey`` and ``TagValue``. botocore's model of the service
has the names, so a resource only says what identifies it.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.errors import SchemaError

_TAGS: Final = ("tags", "tagkeys")


def change_tags(
    client: Any,
    operations: tuple[str, str],
    identifier: str,
    changed: dict[str, str],
    removed: list[str],
) -> None:
    """Take tags away from an object, then set tags on it.

    Parameters
    ----------
    operations
        The client's methods that tag and that untag.
    identifier
        What both operations take for the object, beside the tags or their keys.

    Raises
    ------
    SchemaError
        When an operation takes more than that.
    """
    tag, untag = operations
    if removed:
        shape, object_member, keys_member = _members(client, untag)
        getattr(client, untag)(**{object_member: identifier, keys_member: removed})
    if changed:
        shape, object_member, tags_member = _members(client, tag)
        tags = _as_the_service_takes_them(shape.members[tags_member], changed)
        getattr(client, tag)(**{object_member: identifier, tags_member: tags})


def _members(client: Any, method: str) -> tuple[Any, str, str]:
    """Return an operation's input shape and the names of its two required members."""
    operation = client.meta.method_to_api_mapping[method]
    shape = client.meta.service_model.operation_model(operation).input_shape
    tags = [name for name in shape.members if name.lower() in _TAGS]
    others = [name for name in shape.required_members if name not in tags]
    if len(tags) != 1 or len(others) != 1:
        raise SchemaError(f"{operation} needs more than an object and tags: {others + tags}")
    return shape, others[0], tags[0]


def _as_the_service_takes_them(shape: Any, tags: dict[str, str]) -> Any:
    if shape.type_name == "map":
        return tags
    names = {name.lower().removeprefix("tag"): name for name in shape.member.members}
    return [{names["key"]: key, names["value"]: value} for key, value in tags.items()]
