"""When two values of an attribute mean the same, so that no difference is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localtender.provider.values import (
    UNKNOWN,
    Value,
    Values,
    canonical,
    is_wholly_known,
    is_zero,
)

if TYPE_CHECKING:
    from localtender.provider.declaration import Resource
    from localtender.provider.schema.model import Attribute, Block, NestedBlock


@dataclass(frozen=True)
class Equivalences:
    """The equality of one resource type: Terraform's own, and what the type declares."""

    resource: Resource

    def same(self, pattern: str, attribute: Attribute, old: Value, new: Value) -> bool:
        """Tell whether two values of the attribute at a path are the same."""
        if old is UNKNOWN or new is UNKNOWN:
            return False
        if canonical(attribute.type, old) == canonical(attribute.type, new):
            return True
        if old is None or new is None:
            # As in the real provider's SDK: where AWS has no say, null and the zero value are one.
            return not attribute.computed and is_zero(old) and is_zero(new)
        return self._declared_same(pattern, old, new)

    def same_block(self, pattern: str, nested: NestedBlock, old: Value, new: Value) -> bool:
        """Tell whether two values of the whole block at a path are the same."""
        if old is UNKNOWN or new is UNKNOWN:
            return False
        if canonical(nested.type, old) == canonical(nested.type, new):
            return True
        return self._declared_same(pattern, old, new)

    def _declared_same(self, pattern: str, old: Value, new: Value) -> bool:
        declared = self.resource.equivalent.get(pattern)
        if declared is None or not (is_wholly_known(old) and is_wholly_known(new)):
            return False
        return declared(old, new)


def find_element(
    equivalences: Equivalences, block: Block, pattern: str, element: Value, among: list[Values]
) -> Values | None:
    """Take out of ``among`` the element of a set block that ``element`` is a version of.

    Elements are identified by the declared keys, or else by all the values that ``element`` sets.
    """
    if element is UNKNOWN:
        return None
    keys = equivalences.resource.element_keys.get(pattern)
    for index, candidate in enumerate(among):
        if keys is not None:
            matches = all(candidate.get(key) == element.get(key) for key in keys)
        else:
            matches = _agrees(equivalences, block, pattern, element, candidate)
        if matches:
            return among.pop(index)
    return None


def _agrees(
    equivalences: Equivalences, block: Block, pattern: str, element: Values, candidate: Values
) -> bool:
    for name, attribute in block.attributes.items():
        if name not in element or (attribute.computed and element[name] in (None, "")):
            continue
        if not equivalences.same(
            f"{pattern}.{name}", attribute, candidate.get(name), element[name]
        ):
            return False
    for name, nested in block.blocks.items():
        if name not in element:
            continue
        inner, known = element[name], candidate.get(name)
        if inner is UNKNOWN or len(inner or []) != len(known or []):
            return False
        if nested.nesting in ("list", "set"):
            remaining = list(known or [])
            for item in inner or []:
                found = find_element(
                    equivalences, nested.block, f"{pattern}.{name}", item, remaining
                )
                if found is None:
                    return False
    return True
