"""JSON objects as a mapping template sees them: maps of Java, which Velocity runs on.

The methods are those of `java.util.Map` that "Mapping template transformations for REST APIs in
API Gateway" of the developer guide and templates in the field use (`keySet`, `entrySet`, `get`,
`containsKey`, `size`). airspeed looks a name up as a key first and as a Python attribute then, so
Python's own methods must not show where a document has no such key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localtender.edge.gateway.data_plane.java_values import JsonArray, java_text

# `get` and `values` are Java's as well.
_NOT_OF_JAVA = frozenset(name for name in dir(dict) if name[0] != "_") - {"get", "values", "clear"}


def velocity_object(value: Any) -> Any:
    """A JSON value with every object in it as a VelocityMap; nulls are left as they are."""
    if isinstance(value, Mapping):
        return VelocityMap({name: velocity_object(item) for name, item in value.items()})
    if isinstance(value, (list, tuple)):
        return JsonArray(velocity_object(item) for item in value)
    return value


def without_nulls(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that have a value, at every depth; others are as if they were not there."""
    return {
        name: without_nulls(value) if isinstance(value, Mapping) else value
        for name, value in variables.items()
        if value is not None
    }


@dataclass(frozen=True)
class VelocityEntry:
    """An entry of a map."""

    key: str
    value: Any

    def getKey(self) -> str:  # noqa: N802
        """The key."""
        return self.key

    def getValue(self) -> Any:  # noqa: N802
        """The value."""
        return self.value


class VelocityMap(dict[str, Any]):
    """A map whose methods are Java's; a missing value is an empty text."""

    def __missing__(self, name: str) -> Any:
        if name in _NOT_OF_JAVA:
            return ""
        raise KeyError(name)

    def get(self, name: str, default: Any = "") -> Any:
        """The value, an empty text where there is none."""
        value = super().get(name)
        return default if value is None else value

    def put(self, name: str, value: Any) -> Any:
        """Set a value and return the one before."""
        before = self.get(name)
        self[name] = value
        return before

    def putAll(self, values: Mapping[str, Any]) -> None:  # noqa: N802
        """Take over every entry of another map."""
        self.update(values)

    def remove(self, name: str) -> Any:
        """Take an entry away and return its value."""
        return self.pop(name, None)

    def values(self) -> list[Any]:  # type: ignore[override]
        """The values, in order."""
        return list(super().values())

    def keySet(self) -> list[str]:  # noqa: N802
        """The names, in order."""
        return list(self)

    def entrySet(self) -> list[VelocityEntry]:  # noqa: N802
        """The entries, in order."""
        return [VelocityEntry(name, value) for name, value in self.items()]

    def containsKey(self, name: str) -> bool:  # noqa: N802
        """Whether there is a value of this name."""
        return name in self

    def size(self) -> int:
        """The number of entries."""
        return len(self)

    def isEmpty(self) -> bool:  # noqa: N802
        """Whether there are no entries."""
        return not self

    def toString(self) -> str:  # noqa: N802
        """The form in which Java prints a map."""
        return java_text(self)
