"""``tags``, ``tags_all``, ``default_tags`` and ``ignore_tags``, for every resource that has tags.

Follows the provider's guide "Resource Tagging": ``tags`` are the resource's own, ``tags_all``
what stands on the object, the provider's ``default_tags`` included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from localtender.provider.schema.model import Block
from localtender.provider.values import UNKNOWN, Value, Values

Tags = dict[str, str]


@dataclass(frozen=True)
class TagRules:
    """What the provider configuration says about tags.

    ``default_is_unknown`` while a default tag comes from a resource that is not there yet.
    """

    default: Mapping[str, str] = field(default_factory=dict)
    ignored_keys: frozenset[str] = frozenset()
    ignored_prefixes: tuple[str, ...] = ()
    default_is_unknown: bool = False

    def ignores(self, key: str) -> bool:
        """Tell whether a tag is none of Terraform's business (``aws:`` tags never are)."""
        return (
            key.startswith("aws:")
            or key in self.ignored_keys
            or any(key.startswith(prefix) for prefix in self.ignored_prefixes)
        )

    def planned_tags_all(self, tags: Value) -> Value:
        """Return the planned ``tags_all`` for the configured ``tags``."""
        if tags is UNKNOWN or self.default_is_unknown:
            return UNKNOWN
        merged = {**self.default, **(tags or {})}
        return {key: value for key, value in merged.items() if value is not None}

    def split(self, on_object: Mapping[str, str], known: Tags | None) -> tuple[Tags, Tags]:
        """Return ``tags`` and ``tags_all`` of an object that carries the given tags.

        A tag that a default brought there is one of the resource's own only if it is ``known``
        to be.
        """
        every = {key: value for key, value in on_object.items() if not self.ignores(key)}
        own = {
            key: value
            for key, value in every.items()
            if self.default.get(key) != value or key in (known or {})
        }
        return own, every


def has_tags(block: Block) -> bool:
    """Tell whether the shared machinery handles the tags of a resource type."""
    return "tags" in block.attributes and "tags_all" in block.attributes


def tag_changes(prior: Values, planned: Values) -> tuple[Tags, list[str]]:
    """Return the tags to set and the keys to remove in an update."""
    before, after = prior.get("tags_all") or {}, planned.get("tags_all") or {}
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    removed = [key for key in before if key not in after]
    return changed, removed


def tag_list(tags: Tags | None, *, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return tags in the form of a list of structures that many services' APIs take."""
    return [{key: name, value: text} for name, text in (tags or {}).items()]


def tag_map(
    listed: Iterable[Mapping[str, str]] | None, *, key: str = "Key", value: str = "Value"
) -> Tags:
    """Return tags from the form of a list of structures that many services' APIs answer."""
    return {tag[key]: tag[value] for tag in listed or ()}
