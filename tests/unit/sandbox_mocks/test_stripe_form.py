from __future__ import annotations

import pytest

from sandbox_mocks.stripe.form import MalformedFormError, nested


def test_brackets_nest_objects_and_lists() -> None:
    pairs = [
        ("amount", "5"),
        ("metadata[order id]", "7"),
        ("expand[]", "customer"),
        ("expand[]", "latest_charge"),
        ("items[0][price]", "a"),
        ("items[1][price]", "b"),
    ]
    assert nested(pairs) == {
        "amount": "5",
        "metadata": {"order id": "7"},
        "expand": ["customer", "latest_charge"],
        "items": [{"price": "a"}, {"price": "b"}],
    }


@pytest.mark.parametrize(
    "pairs",
    [
        [("a[b", "1")],
        [("a]b[", "1")],
        [("", "1")],
        [("a", "1"), ("a[b]", "2")],
        [("a[b]", "2"), ("a", "1")],
        [("a" + "[b]" * 20, "1")],
    ],
)
def test_names_that_cannot_be_read_are_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(MalformedFormError):
        nested(pairs)
