"""Identifiers that look like the provider's own and can be repeated from a seed."""

from __future__ import annotations

from random import Random

# Letters and digits without the ones that are mistaken for each other, as PayPal's ids have them.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class IdentifierSource:
    """Makes random identifiers; the same seed gives the same sequence."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = Random(seed)

    def letters(self, length: int) -> str:
        """Return ``length`` capital letters and digits."""
        bits = self._random.getrandbits(5 * length)
        return "".join([ALPHABET[(bits >> shift) & 31] for shift in range(0, 5 * length, 5)])

    def hexadecimal(self, length: int) -> str:
        """Return ``length`` lower-case hexadecimal digits."""
        return f"{self._random.getrandbits(4 * length):0{length}x}"
