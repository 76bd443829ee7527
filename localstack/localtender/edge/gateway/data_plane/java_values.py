"""Values of a mapping template as Java, on which Velocity runs, has them.

Methods are those of `java.lang.String` and `java.util.List` that templates use, texts those of
`toString`: a map is `{name=value}`, a list `[a, b]`, and an array out of a JSON document is JSON,
as the library behind `$input.path` (json-smart) writes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any


class JsonArray(list[Any]):
    """A list out of a JSON document."""


def java_text(value: Any) -> str:
    """What `toString` says of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}={java_text(item)}" for name, item in value.items()) + "}"
    if isinstance(value, JsonArray):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(java_text(item) for item in value) + "]"
    return str(value)


def java_method(value: Any, name: str) -> Callable[..., Any] | None:
    """A method of a text, a list or a number by its name; None where Java has none like it."""
    if name == "toString" and isinstance(value, (str, int, float, list)):
        return lambda: java_text(value)
    if name == "equals" and isinstance(value, (str, int, float, list)):
        return lambda other: bool(value == other)
    methods = _methods_of(value)
    method = methods.get(name)
    return None if method is None else lambda *arguments: method(value, *arguments)


def is_java_value(value: Any) -> bool:
    """Whether a value has Java's methods and none of Python's."""
    return isinstance(value, (str, list))


def _methods_of(value: Any) -> Mapping[str, Callable[..., Any]]:
    if isinstance(value, str):
        return _STRING
    return _LIST if isinstance(value, list) else _NUMBER if isinstance(value, (int, float)) else {}


def _split(text: str, pattern: str, limit: int = 0) -> list[str]:
    parts = re.split(pattern, text, maxsplit=max(limit - 1, 0))
    while limit == 0 and len(parts) > 1 and parts[-1] == "":
        parts.pop()
    return parts


def _java_replacement(replacement: str) -> str:
    # Java writes a group as $1.
    return re.sub(r"\$(\d)", r"\\\1", replacement)


def _add(items: list[Any], *arguments: Any) -> bool:
    items.insert(arguments[0] if len(arguments) == 2 else len(items), arguments[-1])
    return True


def _add_all(items: list[Any], others: list[Any]) -> bool:
    items.extend(others)
    return bool(others)


def _set(items: list[Any], index: int, value: Any) -> Any:
    before, items[index] = items[index], value
    return before


def _remove(items: list[Any], what: Any) -> Any:
    if isinstance(what, int) and not isinstance(what, bool):
        return items.pop(what)
    there = what in items
    if there:
        items.remove(what)
    return there


_STRING: Mapping[str, Callable[..., Any]] = {
    "charAt": lambda text, index: text[index],
    "compareTo": lambda text, other: (text > other) - (text < other),
    "concat": lambda text, other: text + other,
    "contains": lambda text, part: part in text,
    "endsWith": lambda text, part: text.endswith(part),
    "equalsIgnoreCase": lambda text, other: text.lower() == str(other).lower(),
    "indexOf": lambda text, part, start=0: text.find(part, start),
    "isEmpty": lambda text: not text,
    "lastIndexOf": lambda text, part: text.rfind(part),
    "length": len,
    "matches": lambda text, pattern: re.fullmatch(pattern, text) is not None,
    "replace": lambda text, old, new: text.replace(old, new),
    "replaceAll": lambda text, pattern, new: re.sub(pattern, _java_replacement(new), text),
    "replaceFirst": lambda text, pattern, new: re.sub(
        pattern, _java_replacement(new), text, count=1
    ),
    "split": _split,
    "startsWith": lambda text, part: text.startswith(part),
    "substring": lambda text, start, end=None: text[start:end],
    "toLowerCase": lambda text: text.lower(),
    "toUpperCase": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
}
_LIST: Mapping[str, Callable[..., Any]] = {
    "add": _add,
    "addAll": _add_all,
    "clear": lambda items: items.clear(),
    "contains": lambda items, item: item in items,
    "get": lambda items, index: items[index],
    "indexOf": lambda items, item: items.index(item) if item in items else -1,
    "isEmpty": lambda items: not items,
    "remove": _remove,
    "set": _set,
    "size": len,
}
_NUMBER: Mapping[str, Callable[..., Any]] = {
    "doubleValue": float,
    "intValue": int,
    "longValue": int,
}
