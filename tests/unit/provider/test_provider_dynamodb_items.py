from __future__ import annotations

import pytest

from localtender.provider.resources.dynamodb_attribute_values import (
    is_item,
    key_text,
    key_value,
    read_item,
    write_item,
)

EVERY_TYPE = """{
  "text": {"S": "a"}, "number": {"N": "1.50"}, "binary": {"B": "aGk="},
  "truth": {"BOOL": false}, "nothing": {"NULL": true},
  "texts": {"SS": ["b", "a"]}, "numbers": {"NS": ["2", "1"]}, "binaries": {"BS": ["aGk=", "YQ=="]},
  "map": {"M": {"list": {"L": [{"S": "x"}, {"B": "aGk="}]}}}
}"""


def test_an_item_of_every_type_comes_back_as_it_was_written() -> None:
    item = read_item(EVERY_TYPE)
    assert item["binary"] == {"B": b"hi"}
    assert item["map"] == {"M": {"list": {"L": [{"S": "x"}, {"B": b"hi"}]}}}
    assert read_item(write_item(item)) == item


def test_the_members_of_a_set_have_no_order() -> None:
    assert read_item('{"a": {"SS": ["x", "y"]}}') == read_item('{"a": {"SS": ["y", "x"]}}')


@pytest.mark.parametrize(
    "text", ["", "[]", '{"a": "b"}', '{"a": {"S": "b", "N": "1"}}', '{"a": {"T": "b"}}']
)
def test_what_is_not_an_item_is_told(text: str) -> None:
    assert is_item(text)


@pytest.mark.parametrize("value", [{"S": "c-1"}, {"N": "12"}, {"B": b"hi"}])
def test_a_key_in_an_id_is_read_back_by_its_type(value: dict[str, str]) -> None:
    [kind] = value
    assert key_value(key_text(value), kind) == value
