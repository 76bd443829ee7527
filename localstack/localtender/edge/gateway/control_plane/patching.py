"""JSON-Patch-like updates: which paths an entity lets be changed, and by which operations.

After "Patch operations" of the API Gateway API reference. Paths are made of segments in which
`~1` stands for a slash and `~0` for a tilde. The two wordings of refusals are AWS's own, as
recorded in LocalStack's snapshots (`tests/aws/services/apigateway/test_apigateway_api`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

from localtender.edge.gateway.store import with_entry, without_entry
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.service import Parameters

Entity = TypeVar("Entity")


@dataclass(frozen=True)
class Patch:
    """One operation, with the segments of its path that stand where a rule has a placeholder."""

    operation: str
    path: str | None
    value: str | None
    source: str | None = None
    names: tuple[str, ...] = ()

    @property
    def is_removal(self) -> bool:
        """Whether the operation is `remove`."""
        return self.operation == "remove"

    def text(self) -> str:
        """The value, empty when none was given."""
        return self.value or ""

    def flag(self) -> bool:
        """The value as a boolean; anything but `true` is false, as AWS reads it."""
        return self.text().lower() == "true"

    def integer(self, message: str) -> int:
        """The value as a whole number; raises BadRequestException with the message."""
        try:
            return int(self.text())
        except ValueError:
            raise bad_request(message) from None

    def decimal(self, message: str) -> float:
        """The value as a number; raises BadRequestException with the message."""
        try:
            return float(self.text())
        except ValueError:
            raise bad_request(message) from None


@dataclass(frozen=True)
class PatchRule(Generic[Entity]):
    """A path, the operations allowed on it, and what they do.

    `{}` stands for one segment of the path, `{+}` for one or more.
    """

    path: str
    operations: tuple[str, ...]
    apply: Callable[[Entity, Patch], Entity]

    def match(self, path: str) -> tuple[str, ...] | None:
        """The values of the placeholders, or None when the path is another one."""
        found = _expression(self.path).fullmatch(path)
        if found is None:
            return None
        return tuple(name.replace("~1", "/").replace("~0", "~") for name in found.groups())


@lru_cache(maxsize=512)
def _expression(path: str) -> re.Pattern[str]:
    escaped = re.escape(path)
    return re.compile(escaped.replace(r"\{\}", "([^/]*)").replace(r"\{\+\}", "(.+)"))


class Refusal(Protocol):
    """How an entity words its refusal of a patch; `rule` is None when no rule has the path."""

    def __call__(
        self, patch: Patch, rule: PatchRule[Any] | None, rules: Iterable[PatchRule[Any]]
    ) -> ServiceError:
        """The error to raise."""
        ...


class PatchRules(Generic[Entity]):
    """The patches that one kind of entity accepts."""

    def __init__(self, *rules: PatchRule[Entity], refusal: Refusal | None = None) -> None:
        self._rules = rules
        self._refusal = refusal or terse_refusal

    def apply(self, entity: Entity, parameters: Parameters) -> Entity:
        """The entity after all of the request's patch operations, none of which stands alone.

        Raises ServiceError for a path or an operation that AWS would refuse.
        """
        for patch in patches(parameters):
            entity = self.apply_one(entity, patch)
        return entity

    def apply_one(self, entity: Entity, patch: Patch) -> Entity:
        """The entity after one patch operation."""
        for rule in self._rules:
            names = rule.match(patch.path or "")
            if names is None:
                continue
            if patch.operation not in rule.operations:
                raise self._refusal(patch, rule, self._rules)
            return rule.apply(entity, replace(patch, names=names))
        raise self._refusal(patch, None, self._rules)


def patches(parameters: Parameters) -> tuple[Patch, ...]:
    """The patch operations of an update request, in order."""
    return tuple(
        Patch(
            operation=operation.get("op", ""),
            path=operation.get("path"),
            value=operation.get("value"),
            source=operation.get("from"),
        )
        for operation in parameters.get("patchOperations") or ()
    )


def bad_request(message: str) -> ServiceError:
    """A BadRequestException."""
    return ServiceError("BadRequestException", message, 400)


def terse_refusal(
    patch: Patch, rule: PatchRule[Any] | None, rules: Iterable[PatchRule[Any]]
) -> ServiceError:
    """The wording of REST APIs, methods, integrations and their responses."""
    del rules
    if rule is None:
        return bad_request(f"Invalid patch path {patch.path or 'null'}")
    allowed = ", ".join(rule.operations)
    return bad_request(f"Invalid patch operation specified. Must be one of: [{allowed}]")


def listing_refusal(
    patch: Patch, rule: PatchRule[Any] | None, rules: Iterable[PatchRule[Any]]
) -> ServiceError:
    """The wording of resources, models, validators and authorizers, which lists the paths."""
    del rule
    start = f"Invalid patch path  '{patch.path}' specified for op '{patch.operation}'. "
    allowed = [known.path for known in rules if patch.operation in known.operations]
    if allowed:
        return bad_request(f"{start}Must be one of: [{', '.join(allowed)}]")
    return bad_request(f"{start}Please choose supported operations")


def set_text(field: str) -> Callable[[Any, Patch], Any]:
    """Sets a text field; a removal or an empty value clears it."""
    return lambda entity, patch: replace(
        entity, **{field: None if patch.is_removal else patch.value or None}
    )


def set_flag(field: str) -> Callable[[Any, Patch], Any]:
    """Sets a boolean field."""
    return lambda entity, patch: replace(entity, **{field: patch.flag()})


def set_entry(field: str) -> Callable[[Any, Patch], Any]:
    """Sets or removes the entry of a mapping that the path's placeholder names."""

    def change(entity: Any, patch: Patch) -> Any:
        return replace(entity, **{field: patched_entry(getattr(entity, field), patch, patch.value)})

    return change


def set_flag_entry(field: str) -> Callable[[Any, Patch], Any]:
    """As `set_entry`, for a mapping of booleans."""

    def change(entity: Any, patch: Patch) -> Any:
        entries = patched_entry(getattr(entity, field), patch, patch.flag())
        return replace(entity, **{field: entries})

    return change


def patched_entry(
    entries: Mapping[str, Any] | None, patch: Patch, value: Any
) -> dict[str, Any] | None:
    """The mapping with the entry set or removed; None once it is empty, as AWS shows it."""
    name = patch.names[-1]
    if patch.is_removal:
        return without_entry(entries or {}, name) or None
    return with_entry(entries or {}, name, value)


def set_members(field: str) -> Callable[[Any, Patch], Any]:
    """Adds to or removes from a list of texts: by placeholder, or by value where there is none.

    What replaces a member stands at the end, as recorded for binary media types.
    """

    def change(entity: Any, patch: Patch) -> Any:
        members: tuple[str, ...] = getattr(entity, field)
        named = patch.names[-1] if patch.names else patch.value
        if patch.operation == "replace":
            new = tuple(part.strip() for part in patch.text().split(",") if part.strip())
            if patch.names:
                kept = tuple(member for member in members if member != named)
                new = members if named not in members else (*kept, patch.text())
            return replace(entity, **{field: new})
        kept = tuple(member for member in members if member != named)
        if patch.is_removal or not named:
            return replace(entity, **{field: kept})
        return replace(entity, **{field: (*kept, named)})

    return change
