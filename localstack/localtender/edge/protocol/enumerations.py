"""The order in which AWS's front ends list the values of an enumeration.

Their messages ("Member must satisfy enum value set: [...]") list them in the order of a hash set of
Java: by `String.hashCode` in 32 buckets, later entries first within a bucket. All enumerations that
LocalStack's snapshots recorded on AWS of API Gateway and Lambda stand in this order.
"""

from __future__ import annotations

from collections.abc import Sequence

_BUCKETS = 32


def enumeration_order(values: Sequence[str]) -> list[str]:
    """The values of an enumeration, given in the model's order, as messages list them."""
    later_first = values[::-1]
    return sorted(later_first, key=lambda value: _java_hash(value) % _BUCKETS)


def _java_hash(text: str) -> int:
    value = 0
    for character in text:
        value = (31 * value + ord(character)) & 0xFFFFFFFF
    return value
