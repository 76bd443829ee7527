from __future__ import annotations

import msgpack  # type: ignore[import-untyped]
import pytest

from localtender.provider.errors import ValueShapeError
from localtender.provider.values import (
    UNKNOWN,
    Value,
    canonical,
    conform,
    decode,
    distinct,
    encode,
    without_unknown,
)

OBJECT = [
    "object",
    {
        "name": "string",
        "size": "number",
        "on": "bool",
        "tags": ["map", "string"],
        "names": ["set", "string"],
        "pair": ["tuple", ["string", "number"]],
        "rows": ["list", ["object", {"key": "string"}]],
        "any": "dynamic",
    },
]


def test_a_value_of_every_type_survives_the_wire() -> None:
    value = {
        "name": "orders",
        "size": 1 << 70,
        "on": False,
        "tags": {"a": "b"},
        "names": ["x", "y"],
        "pair": ["p", 1.5],
        "rows": [{"key": "k"}, {"key": None}],
        "any": {"list": ["a", 1, True], "none": None},
    }
    assert decode(OBJECT, encode(OBJECT, value)) == value


def test_unknown_survives_the_wire_and_a_refined_unknown_is_unknown() -> None:
    value = dict.fromkeys(OBJECT[1], UNKNOWN)
    assert decode(OBJECT, encode(OBJECT, value)) == value
    refined = msgpack.packb(msgpack.ExtType(12, msgpack.packb({1: False})))
    assert decode("string", refined) is UNKNOWN


def test_null_and_nothing_are_null() -> None:
    assert decode("string", encode("string", None)) is None
    assert decode("string", b"") is None


@pytest.mark.parametrize(
    ("cty_type", "value", "brought_to"),
    [
        ("string", 5, "5"),
        ("string", True, "true"),
        ("number", "30", 30),
        ("number", "0.5", 0.5),
        ("bool", "true", True),
        (["set", "string"], ["a", "b", "a"], ["a", "b"]),
        (["object", {"a": "string"}], {"b": 1}, {"a": None}),
    ],
)
def test_values_are_brought_to_their_type(
    cty_type: object, value: Value, brought_to: Value
) -> None:
    assert conform(cty_type, value) == brought_to  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cty_type", "value"),
    [("number", "many"), ("number", True), ("bool", 1), (["list", "string"], "a"), ("string", [])],
)
def test_what_cannot_be_brought_to_a_type_is_named(cty_type: object, value: Value) -> None:
    with pytest.raises(ValueShapeError, match=r"size\.max: expected"):
        conform(cty_type, value, "size.max")  # type: ignore[arg-type]


def test_the_order_of_a_set_means_nothing_and_that_of_a_list_does() -> None:
    assert canonical(["set", "string"], ["a", "b"]) == canonical(["set", "string"], ["b", "a"])
    assert canonical(["list", "string"], ["a", "b"]) != canonical(["list", "string"], ["b", "a"])


def test_unknown_has_no_truth_value() -> None:
    with pytest.raises(TypeError):
        bool(UNKNOWN)


def test_code_that_calls_aws_sees_null_for_unknown() -> None:
    assert without_unknown({"a": UNKNOWN, "b": [UNKNOWN, 1]}) == {"a": None, "b": [None, 1]}


def test_unknown_items_of_a_set_are_no_repetitions_of_each_other() -> None:
    assert distinct(["a", UNKNOWN, "a", UNKNOWN]) == ["a", UNKNOWN, UNKNOWN]
    half = {"key": "a", "value": UNKNOWN}
    assert distinct([half, half, {"key": "a"}]) == [half, half, {"key": "a"}]
