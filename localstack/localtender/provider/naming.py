"""Names that the provider makes up, in the real provider's form (``id.PrefixedUniqueId``)."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime
from typing import Final

from localtender.provider.values import Values

_counter = itertools.count(1)
_SUFFIX_LENGTH: Final = 26
_SUFFIX: Final = re.compile(r"[0-9]{18}[0-9a-f]{8}$")


def unique_name(prefix: str = "terraform-") -> str:
    """Return the prefix with a time stamp and a counter, 26 characters that no other name has."""
    now = datetime.now(UTC)
    return f"{prefix}{now:%Y%m%d%H%M%S}{now.microsecond // 100:04d}{next(_counter):08x}"


def configured_name(planned: Values, *, suffix: str = "") -> str:
    """Return ``name``, or one made from ``name_prefix``, or one made up altogether."""
    name = planned.get("name")
    if name:
        return str(name)
    return unique_name(planned.get("name_prefix") or "terraform-") + suffix


def prefix_of(name: str, *, suffix: str = "") -> str:
    """Return the ``name_prefix`` that a made-up name has; ``""`` for any other name."""
    bare = name.removesuffix(suffix) if suffix else name
    return bare[:-_SUFFIX_LENGTH] if _SUFFIX.search(bare) else ""
