"""Filter criteria: every comparison that Lambda documents, and where payloads are looked into."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localtender.edge.functions.sources.filtering import EventFilter, InvalidPatternError


@pytest.mark.parametrize(
    ("rules", "value", "passes"),
    [
        (["a", "b"], "b", True),
        (["a"], "c", False),
        ([None], None, True),
        ([None], "", False),
        ([""], "", True),
        ([1], 1.0, True),
        ([1], True, False),
        (["a"], ["x", "a"], True),
        ([{"equals-ignore-case": "abc"}], "ABC", True),
        ([{"anything-but": ["a", "b"]}], "c", True),
        ([{"anything-but": ["a", "b"]}], "a", False),
        ([{"anything-but": {"prefix": "in"}}], "out", True),
        ([{"anything-but": {"prefix": "in"}}], "inside", False),
        ([{"numeric": ["=", 5]}], 5, True),
        ([{"numeric": [">", 0, "<=", 5]}], 5, True),
        ([{"numeric": [">", 0, "<=", 5]}], 0, False),
        ([{"numeric": [">", 0]}], "1", False),
        ([{"prefix": "us-"}], "us-east-1", True),
        ([{"suffix": ".png"}], "a.png", True),
        ([{"suffix": ".png"}], "a.jpg", False),
        ([{"exists": True}], "anything", True),
        ([{"exists": False}], "anything", False),
    ],
)
def test_a_value_is_compared(rules: list[Any], value: Any, passes: bool) -> None:
    event_filter = EventFilter([json.dumps({"key": rules})])
    assert event_filter.passes({"key": value}, "body", b"") is passes


@pytest.mark.parametrize(
    ("pattern", "event", "passes"),
    [
        ({"a": ["1"], "b": ["2"]}, {"a": "1", "b": "2"}, True),
        ({"a": ["1"], "b": ["2"]}, {"a": "1", "b": "3"}, False),
        ({"$or": [{"a": ["1"]}, {"b": ["2"]}]}, {"b": "2"}, True),
        ({"$or": [{"a": ["1"]}, {"b": ["2"]}]}, {"b": "1"}, False),
        ({"a": {"b": {"c": ["x"]}}}, {"a": {"b": {"c": "x"}}}, True),
        ({"a": {"b": [{"exists": False}]}}, {"a": {}}, True),
        ({"a": {"b": [{"exists": False}]}}, {}, True),
        ({"a": ["x"]}, {}, False),
        ({"a": [{"anything-but": "x"}]}, {}, False),
    ],
)
def test_a_pattern_is_matched(pattern: Any, event: Any, passes: bool) -> None:
    assert EventFilter([json.dumps(pattern)]).passes(event, "body", b"") is passes


def test_an_event_needs_to_match_one_of_the_patterns() -> None:
    event_filter = EventFilter(['{"a": ["1"]}', '{"a": ["2"]}'])
    assert event_filter.passes({"a": "2"}, "body", b"")
    assert not event_filter.passes({"a": "3"}, "body", b"")
    assert EventFilter([]).passes({"a": "3"}, "body", b"")


@pytest.mark.parametrize(
    ("pattern", "payload", "passes"),
    [
        ({"body": {"id": [1]}}, b'{"id": 1}', True),
        ({"body": {"id": [1]}}, b"plain", False),
        ({"body": {"id": [{"exists": False}]}}, b"plain", True),
        ({"body": ["plain"]}, b"plain", True),
        ({"body": [{"prefix": "pl"}]}, b'{"id": 1}', False),
        ({"messageId": ["m"]}, b"plain", True),
    ],
)
def test_a_payload_is_looked_into(pattern: Any, payload: bytes, passes: bool) -> None:
    event = {"messageId": "m", "body": payload.decode()}
    assert EventFilter([json.dumps(pattern)]).passes(event, "body", payload) is passes


@pytest.mark.parametrize(
    "pattern",
    [
        "[",
        "[]",
        '{"a": "1"}',
        '{"a": []}',
        '{"a": [[1]]}',
        '{"a": [{"unknown": 1}]}',
        '{"a": [{"numeric": [">"]}]}',
        '{"a": [{"numeric": ["!", 1]}]}',
        '{"a": [{"exists": "yes"}]}',
        '{"$or": [{"a": ["1"]}]}',
    ],
)
def test_a_wrong_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidPatternError):
        EventFilter([pattern])
