"""Import ids that consist of several parts."""

from __future__ import annotations

import re

from localtender.provider.errors import OperationError


def id_parts(identifier: str, form: str) -> list[str]:
    """Take an id apart after its documented form, as in ``"GROUP_NAME/NAME"``.

    The parts are the form's words; what stands between its first two words separates them all.

    Raises
    ------
    OperationError
        When the id has another number of parts, or an empty one.
    """
    words = re.findall(r"[A-Z_]+", form)
    separator = form.removeprefix(words[0]).partition(words[1])[0]
    parts = identifier.split(separator)
    if len(parts) != len(words) or not all(parts):
        raise OperationError(f"unexpected format of the import id {identifier!r}, expected {form}")
    return parts
