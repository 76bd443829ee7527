"""Patch operations of Amazon API Gateway, made from the difference of two states.

Follows "Patch operations" of the API Gateway API reference: in a path, ``~1`` stands for a slash
and ``~0`` for a tilde; every value is a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from localtender.provider.declaration import Change
from localtender.provider.values import Value

PatchOperation = dict[str, str]


def replace(path: str, value: Value = None) -> PatchOperation:
    """Return the operation that sets what a path names; without a value it clears that."""
    operation = {"op": "replace", "path": path}
    return operation if value is None else {**operation, "value": patch_text(value)}


def patch_text(value: Value) -> str:
    """Return a value as patch operations write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def escape(segment: str) -> str:
    """Return a text as one segment of a path."""
    return segment.replace("~", "~0").replace("/", "~1")


def argument_patches(change: Change, paths: Mapping[str, str]) -> Iterator[PatchOperation]:
    """Yield the replacements for changed arguments, given by name with their paths.

    An argument that is taken away is set to the empty text, which clears it.
    """
    for argument, path in paths.items():
        if change.has(argument):
            value = change.planned[argument]
            yield replace(path, "" if value is None else value)


def entry_patches(
    path: str, before: Mapping[str, Value] | None, after: Mapping[str, Value] | None
) -> Iterator[PatchOperation]:
    """Yield what leads from one map to another that stands at ``PATH/KEY``."""
    before, after = before or {}, after or {}
    for key in before:
        if key not in after:
            yield {"op": "remove", "path": f"{path}/{escape(key)}"}
    for key, value in after.items():
        if key not in before or before[key] != value:
            operation = "replace" if key in before else "add"
            yield {
                "op": operation,
                "path": f"{path}/{escape(key)}",
                "value": patch_text("" if value is None else value),
            }


def member_patches(
    path: str, before: Iterable[str] | None, after: Iterable[str] | None
) -> Iterator[PatchOperation]:
    """Yield what leads from one set to another whose members are given by value."""
    before, after = list(before or ()), list(after or ())
    for member in before:
        if member not in after:
            yield {"op": "remove", "path": path, "value": member}
    for member in after:
        if member not in before:
            yield {"op": "add", "path": path, "value": member}


def listed_patches(
    path: str, before: Iterable[str] | None, after: Iterable[str] | None
) -> Iterator[PatchOperation]:
    """Yield what leads from one set to another whose members stand at ``PATH/MEMBER``."""
    before, after = list(before or ()), list(after or ())
    for member in before:
        if member not in after:
            yield {"op": "remove", "path": f"{path}/{escape(member)}"}
    for member in after:
        if member not in before:
            yield {"op": "add", "path": f"{path}/{escape(member)}"}
