"""From prior state and configuration to the planned state, by schema and declaration.

What is done here for every resource type is what the real provider's SDK (``helper/schema``) does:
defaults, computed values, diff suppression and the choice between update and replacement.
Terraform's rules for it stand in its "Resource Instance Change Lifecycle".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localtender.provider.equivalence import Equivalences, find_element
from localtender.provider.values import UNKNOWN, Value, Values, canonical

if TYPE_CHECKING:
    from localtender.provider.declaration import Resource
    from localtender.provider.schema.model import Attribute, Block, NestedBlock

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Planner:
    """Plans changes of one resource type."""

    resource: Resource
    block: Block

    def planned_state(self, config: Values, prior: Values | None) -> Values:
        """Return the state that the configuration leads to; unknown where AWS decides."""
        return self._plan_block(self.block, "", config, prior)

    def finish(self, planned: Values, prior: Values | None) -> Values:
        """Make unknown what the changes recompute; without a change give back the prior state."""
        if prior is None:
            return planned
        for name, arguments in self.resource.recomputed.items():
            if any(self._differs(argument, prior, planned) for argument in arguments):
                planned[name] = UNKNOWN
        if canonical(self.block.type, planned) == canonical(self.block.type, prior):
            return prior
        return planned

    def replacement_paths(self, planned: Values, prior: Values) -> list[Path]:
        """Return the paths of all changes that need a new object."""
        found: list[Path] = []
        for pattern in self.resource.replaces:
            self._changed_paths(self.block, pattern.split("."), prior, planned, (), found)
        return found

    def _differs(self, name: str, prior: Values, planned: Values) -> bool:
        members = self.block.members
        before, after = prior.get(name), planned.get(name)
        return canonical(members[name], before) != canonical(members[name], after)

    def _plan_block(
        self, block: Block, prefix: str, config: Values, prior: Values | None
    ) -> Values:
        planned = {
            name: self._plan_attribute(attribute, f"{prefix}{name}", config.get(name), prior, name)
            for name, attribute in block.attributes.items()
        }
        for name, nested in block.blocks.items():
            planned[name] = self._plan_nested(
                nested, f"{prefix}{name}", config.get(name), prior, name
            )
        return planned

    def _plan_attribute(
        self, attribute: Attribute, pattern: str, configured: Value, prior: Values | None, name: str
    ) -> Value:
        if attribute.write_only:
            return None
        before = None if prior is None else prior.get(name)
        if _is_unset(attribute, configured):
            if pattern in self.resource.defaults:
                value = self.resource.defaults[pattern]
            elif attribute.computed:
                return UNKNOWN if prior is None else before
            else:
                value = None
        else:
            value = configured
        if prior is not None and self._equivalences.same(pattern, attribute, before, value):
            return before
        return value

    def _plan_nested(
        self, nested: NestedBlock, pattern: str, configured: Value, prior: Values | None, name: str
    ) -> Value:
        before = None if prior is None else prior.get(name)
        if configured is UNKNOWN:
            return UNKNOWN
        if not configured and pattern in self.resource.computed_blocks:
            return UNKNOWN if prior is None else before
        planned = self._plan_elements(nested, pattern, configured, before)
        if prior is not None and self._equivalences.same_block(pattern, nested, before, planned):
            return before
        return planned

    def _plan_elements(
        self, nested: NestedBlock, pattern: str, configured: Value, before: Value
    ) -> Value:
        block, prefix = nested.block, f"{pattern}."
        if nested.nesting == "single":
            return (
                None if configured is None else self._plan_block(block, prefix, configured, before)
            )
        if nested.nesting == "map":
            known = before or {}
            return {
                key: self._plan_block(block, prefix, item, known.get(key))
                for key, item in (configured or {}).items()
            }
        elements = []
        remaining = list(before or [])
        for index, item in enumerate(configured or []):
            if nested.nesting == "list":
                match = remaining[index] if index < len(remaining) else None
            else:
                match = find_element(self._equivalences, block, pattern, item, remaining)
            if item is UNKNOWN:
                elements.append(UNKNOWN)
            else:
                elements.append(self._plan_block(block, prefix, item, match))
        return elements

    @property
    def _equivalences(self) -> Equivalences:
        return Equivalences(self.resource)

    def _changed_paths(
        self,
        block: Block,
        pattern: list[str],
        prior: Any,
        planned: Any,
        at: Path,
        found: list[Path],
    ) -> None:
        name, *rest = pattern
        before, after = prior.get(name), planned.get(name)
        here = (*at, name)
        nested = block.blocks.get(name)
        if canonical(block.members[name], before) == canonical(block.members[name], after):
            return
        if not rest or nested is None or nested.nesting == "set" or UNKNOWN in (before, after):
            if not rest or self._inner_change(nested, _pattern(here), rest, before, after):
                found.append(here)
            return
        if nested.nesting == "single":
            self._changed_paths(nested.block, rest, before or {}, after or {}, here, found)
            return
        for index in range(max(len(before or []), len(after or []))):
            old = before[index] if index < len(before) else {}
            new = after[index] if index < len(after) else {}
            inner: list[Path] = []
            self._changed_paths(nested.block, rest, old, new, (*here, index), inner)
            # An element that only one side has cannot be pointed into.
            found.extend(inner if old and new else ([here] if inner else []))

    def _inner_change(
        self,
        nested: NestedBlock | None,
        pattern: str,
        rest: list[str],
        before: Any,
        after: Any,
    ) -> bool:
        """Tell whether a change inside a set (which has no positions) is one of the named."""
        if nested is None or before is UNKNOWN or after is UNKNOWN:
            return True
        remaining = list(before or [])
        for element in after or []:
            match = find_element(self._equivalences, nested.block, pattern, element, remaining)
            inner: list[Path] = []
            self._changed_paths(nested.block, rest, match or {}, element, (), inner)
            if inner:
                return True
        return bool(remaining)


def _is_unset(attribute: Attribute, configured: Value) -> bool:
    # The real provider's SDK takes "" for "not set" where AWS fills the value in.
    return configured is None or (
        attribute.computed and isinstance(configured, str) and not configured
    )


def _pattern(path: Path) -> str:
    return ".".join(step for step in path if isinstance(step, str))
