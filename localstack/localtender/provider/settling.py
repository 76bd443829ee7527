"""From what AWS answered to the state that Terraform keeps.

AWS writes many values differently from how they were written in the configuration: policies in
another order of keys, names in another case, lists in its own order. Where the two mean the same,
the state keeps the known spelling, so that the next plan is empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localtender.provider.equivalence import Equivalences, find_element
from localtender.provider.values import (
    Value,
    Values,
    canonical,
    conform,
    is_wholly_known,
    is_zero,
    without_unknown,
)

if TYPE_CHECKING:
    from localtender.provider.declaration import Resource
    from localtender.provider.schema.model import Attribute, Block, NestedBlock


@dataclass(frozen=True)
class Settler:
    """Brings answers of one resource type to its state."""

    resource: Resource
    block: Block

    def settle(self, known: Values, answer: Values) -> Values:
        """Return the new state from the known one (prior or planned) and what AWS says."""
        return self._settle_block(self.block, "", without_unknown(known), answer)

    def unexpected(self, planned: Values, state: Values) -> list[str]:
        """Return the names of top-level attributes that did not come out as planned."""
        members = self.block.members
        return [
            name
            for name, member in members.items()
            if is_wholly_known(planned.get(name))
            and canonical(member, planned.get(name)) != canonical(member, state.get(name))
        ]

    def _settle_block(
        self, block: Block, prefix: str, known: Values | None, answer: Values
    ) -> Values:
        before = known or {}
        state: Values = {
            name: self._settle_attribute(attribute, f"{prefix}{name}", name, before, answer)
            for name, attribute in block.attributes.items()
        }
        for name, nested in block.blocks.items():
            state[name] = self._settle_nested(nested, f"{prefix}{name}", name, before, answer)
        return state

    def _settle_attribute(
        self, attribute: Attribute, pattern: str, name: str, known: Values, answer: Values
    ) -> Value:
        before = known.get(name)
        if name not in answer:
            # Nothing can be asked about it: after an import, take it for defaulted.
            return self.resource.defaults.get(pattern) if before is None else before
        value = conform(attribute.type, answer[name], pattern)
        equivalences = Equivalences(self.resource)
        unset = before is None and pattern in self.resource.defaults
        if not unset and equivalences.same(pattern, attribute, before, value):
            return before
        if value is None and before is not None and is_zero(before):
            return before
        return value

    def _settle_nested(
        self, nested: NestedBlock, pattern: str, name: str, known: Values, answer: Values
    ) -> Value:
        before = known.get(name)
        if name not in answer:
            return before
        value = self._settle_elements(nested, pattern, before, answer[name])
        if Equivalences(self.resource).same_block(pattern, nested, before, value):
            return before
        return value

    def _settle_elements(
        self, nested: NestedBlock, pattern: str, before: Value, answered: Value
    ) -> Value:
        block, prefix = nested.block, f"{pattern}."
        if nested.nesting == "single":
            return None if answered is None else self._settle_block(block, prefix, before, answered)
        if nested.nesting == "map":
            known = before or {}
            return {
                key: self._settle_block(block, prefix, known.get(key), item)
                for key, item in (answered or {}).items()
            }
        remaining = list(before or [])
        elements = []
        for index, item in enumerate(answered or []):
            if nested.nesting == "list":
                match = remaining[index] if index < len(remaining) else None
            else:
                match = find_element(Equivalences(self.resource), block, pattern, item, remaining)
            elements.append(self._settle_block(block, prefix, match, item))
        return elements
