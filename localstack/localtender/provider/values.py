"""Terraform values as Python values, and their MessagePack form on the wire.

``None`` is null, :data:`UNKNOWN` is a value that is known only after apply. Lists, sets and tuples
are lists; maps and objects are dicts; numbers are ``int`` or ``float``.

Types are written as Terraform writes them in JSON: ``"string"``, ``"number"``, ``"bool"``,
``"dynamic"``, ``["list", T]``, ``["set", T]``, ``["map", T]``, ``["object", {NAME: T}]``,
``["tuple", [T, ...]]``. The encoding follows "Wire Format for Terraform Objects" in Terraform's
plugin protocol documentation.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgpack  # type: ignore[import-untyped]

from localtender.provider.errors import ValueShapeError

CtyType = str | list[Any]
Value = Any
Values = dict[str, Any]

_UNKNOWN_EXTENSION: Final = 0
_REFINED_UNKNOWN_EXTENSION: Final = 12


class Unknown:
    """The type of :data:`UNKNOWN`; there is one instance, and it has no truth value."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __copy__(self) -> Unknown:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Unknown:
        return self

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false; compare with `is UNKNOWN`")


UNKNOWN: Final = Unknown()


def is_given(value: Value) -> bool:
    """Whether a configured value certainly says something: it is known, and not null or empty."""
    return value is not UNKNOWN and value not in (None, "", [], {})


def decode(cty_type: CtyType, encoded: bytes) -> Value:
    """Read a value of the given type from MessagePack; empty bytes are null."""
    if not encoded:
        return None
    raw = msgpack.unpackb(encoded, ext_hook=_extension, strict_map_key=False)
    return _decoded(cty_type, raw)


def encode(cty_type: CtyType, value: Value) -> bytes:
    """Write a value in MessagePack, brought to exactly the given type.

    Raises
    ------
    ValueShapeError
        When the value cannot be brought to the type.
    """
    packed: bytes = msgpack.packb(_encoded(cty_type, conform(cty_type, value)))
    return packed


def conform(cty_type: CtyType, value: Value, path: str = "") -> Value:
    """Bring a value to a type as Terraform would: ``1`` to ``"1"``, ``"true"`` to ``True``.

    Attributes that an object lacks become null, attributes that its type does not know are
    dropped.

    Raises
    ------
    ValueShapeError
        When the value cannot be brought to the type.
    """
    if value is None or value is UNKNOWN or cty_type == "dynamic":
        return value
    if isinstance(cty_type, str):
        return _conform_primitive(cty_type, value, path)
    kind, inner = cty_type
    if kind in ("list", "set"):
        if not isinstance(value, list | tuple | set | frozenset):
            raise ValueShapeError(f"{path or 'value'}: expected a {kind}, got {value!r}")
        items = [conform(inner, item, f"{path}[{index}]") for index, item in enumerate(value)]
        return distinct(items) if kind == "set" else items
    if kind == "tuple":
        return [
            conform(item_type, item, f"{path}[{index}]")
            for index, (item_type, item) in enumerate(zip(inner, value, strict=True))
        ]
    if not isinstance(value, dict):
        raise ValueShapeError(f"{path or 'value'}: expected {kind}, got {value!r}")
    if kind == "map":
        return {str(key): conform(inner, item, f"{path}.{key}") for key, item in value.items()}
    return {
        name: conform(item_type, value.get(name), f"{path}.{name}" if path else name)
        for name, item_type in inner.items()
    }


def _conform_primitive(cty_type: str, value: Value, path: str) -> Value:
    if cty_type == "string":
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float | Decimal):
            return str(value)
    elif cty_type == "bool":
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return bool(value == "true")
    elif cty_type == "number" and not isinstance(value, bool):
        try:
            return _number(value)
        except (InvalidOperation, TypeError, ValueError):
            pass
    raise ValueShapeError(f"{path or 'value'}: expected a {cty_type}, got {value!r}")


def _number(value: Value) -> int | float:
    exact = Decimal(str(value))
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _extension(code: int, data: bytes) -> Value:
    if code in (_UNKNOWN_EXTENSION, _REFINED_UNKNOWN_EXTENSION):
        return UNKNOWN
    raise ValueShapeError(f"unsupported MessagePack extension {code} ({len(data)} bytes)")


def _decoded(cty_type: CtyType, raw: Value) -> Value:
    if raw is None or raw is UNKNOWN:
        return raw
    if cty_type == "dynamic":
        inner, item = raw
        return _decoded(json.loads(inner), item)
    if cty_type == "number":
        return _number(raw)
    if isinstance(cty_type, str):
        return raw
    kind, inner = cty_type
    if kind in ("list", "set"):
        return [_decoded(inner, item) for item in raw]
    if kind == "tuple":
        return [_decoded(item_type, item) for item_type, item in zip(inner, raw, strict=True)]
    if kind == "map":
        return {key: _decoded(inner, item) for key, item in raw.items()}
    return {name: _decoded(inner[name], item) for name, item in raw.items() if name in inner}


def _encoded(cty_type: CtyType, value: Value) -> Value:
    if value is UNKNOWN:
        return msgpack.ExtType(_UNKNOWN_EXTENSION, b"\x00")
    if value is None:
        return None
    if cty_type == "dynamic":
        inner = implied_type(value)
        return [json.dumps(inner).encode(), _encoded(inner, value)]
    if cty_type == "number" and isinstance(value, int) and abs(value) >= 1 << 63:
        return str(value)
    if isinstance(cty_type, str):
        return value
    kind, inner = cty_type
    if kind in ("list", "set"):
        return [_encoded(inner, item) for item in value]
    if kind == "tuple":
        return [_encoded(item_type, item) for item_type, item in zip(inner, value, strict=True)]
    if kind == "map":
        return {key: _encoded(inner, item) for key, item in value.items()}
    return {name: _encoded(item_type, value.get(name)) for name, item_type in inner.items()}


def implied_type(value: Value) -> CtyType:
    """Return the type that a Python value has in Terraform, as ``jsondecode`` would type it."""
    if value is None or value is UNKNOWN:
        return "dynamic"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return ["object", {name: implied_type(item) for name, item in value.items()}]
    return ["tuple", [implied_type(item) for item in value]]


def canonical(cty_type: CtyType, value: Value) -> str:
    """Return a text that is the same for two values of a type exactly when they are equal."""
    return json.dumps(_ordered(cty_type, value), sort_keys=True)


def _ordered(cty_type: CtyType, value: Value) -> Value:
    if value is UNKNOWN:
        return {"\x00unknown": True}
    if value is None or isinstance(cty_type, str):
        return value
    kind, inner = cty_type
    if kind == "set":
        return sorted(canonical(inner, item) for item in value)
    if kind == "list":
        return [_ordered(inner, item) for item in value]
    if kind == "tuple":
        return [_ordered(item_type, item) for item_type, item in zip(inner, value, strict=True)]
    if kind == "map":
        return {key: _ordered(inner, item) for key, item in value.items()}
    return {name: _ordered(item_type, value.get(name)) for name, item_type in inner.items()}


def distinct(items: list[Value]) -> list[Value]:
    """Return the items without repetitions, in the order they first came.

    Two unknown items may turn out different, so none of them is taken for a repetition.
    """
    found: dict[str, Value] = {}
    for index, item in enumerate(items):
        key = json.dumps(item, sort_keys=True, default=repr)
        found.setdefault(key if is_wholly_known(item) else f"{index} {key}", item)
    return list(found.values())


def is_wholly_known(value: Value) -> bool:
    """Tell whether nothing in the value is unknown."""
    if value is UNKNOWN:
        return False
    if isinstance(value, dict):
        return all(is_wholly_known(item) for item in value.values())
    if isinstance(value, list):
        return all(is_wholly_known(item) for item in value)
    return True


def without_unknown(value: Value) -> Value:
    """Return a copy in which unknown is null, which is what code that calls AWS wants to see."""
    if value is UNKNOWN:
        return None
    if isinstance(value, dict):
        return {name: without_unknown(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_unknown(item) for item in value]
    return value


def is_zero(value: Value) -> bool:
    """Tell whether a value is null or the zero of its type: ``""``, ``0``, ``false``, empty."""
    return value is not UNKNOWN and (value is None or value in ("", 0, [], {}))
