"""Form bodies with brackets, as Stripe's libraries write nested values.

``metadata[order]=7&expand[]=customer&items[0][price]=p`` is
``{"metadata": {"order": "7"}, "expand": ["customer"], "items": [{"price": "p"}]}``.
Source: https://docs.stripe.com/api (requests are form-encoded).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME = re.compile(r"(?P<first>[^\[\]]+)(?P<rest>(?:\[[^\[\]]*\])*)")
_DEEPEST = 10


class MalformedFormError(ValueError):
    """A name has brackets that do not match, or a value is both a text and an object."""


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the values of a form, nested as their names say.

    Raises:
        MalformedFormError: a name can't be read.
    """
    document: dict[str, Any] = {}
    for name, value in pairs:
        match = _NAME.fullmatch(name)
        if match is None:
            raise MalformedFormError(name)
        keys = [match["first"], *re.findall(r"\[([^\[\]]*)\]", match["rest"])]
        if len(keys) > _DEEPEST:
            raise MalformedFormError(name)
        _put(document, keys, value, name)
    lists: dict[str, Any] = _with_lists(document)
    return lists


def _put(document: dict[str, Any], keys: list[str], value: str, name: str) -> None:
    *path, last = keys
    place = document
    for key in path:
        place = place.setdefault(key if key else str(len(place)), {})
        if not isinstance(place, dict):
            raise MalformedFormError(name)
    if isinstance(place.get(last), dict):
        raise MalformedFormError(name)
    place[last if last else str(len(place))] = value


def _with_lists(value: Any) -> Any:
    """Turn objects whose keys are 0, 1, 2 … into lists."""
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(each) for key, each in value.items()}
    if inner and list(inner) == [str(place) for place in range(len(inner))]:
        return list(inner.values())
    return inner
