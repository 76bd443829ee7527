"""One permission that a call needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANY_RESOURCE = "*"


@dataclass(frozen=True)
class Permission:
    """An action on a resource, with the condition keys of the service in lower case.

    `resource` is an ARN, or `*` for an action that has no resource type.
    """

    action: str
    resource: str = ANY_RESOURCE
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
