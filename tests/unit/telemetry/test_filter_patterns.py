"""Examples of "Filter pattern syntax", and what they leave open."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localtender.telemetry.filter_pattern.matching import FilterPatternError
from localtender.telemetry.filter_pattern.pattern import Event, parse_pattern


def _matches(pattern: str, message: str) -> bool:
    return parse_pattern(pattern).matches(Event(message))


@pytest.mark.parametrize(
    ("pattern", "message", "expected"),
    [
        ("", "anything", True),
        ("ERROR", "[ERROR 400] BAD REQUEST", True),
        ("ERROR", "error", False),
        ("ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", True),
        ("ERROR ARGUMENTS", "[ERROR 400] BAD REQUEST", False),
        ("?ERROR ?ARGUMENTS", "INVALID ARGUMENTS", True),
        ("?ERROR ?ARGUMENTS", "fine", False),
        ('"INTERNAL SERVER ERROR"', "[ERROR 500] INTERNAL SERVER ERROR", True),
        ('"INTERNAL SERVER ERROR"', "INTERNAL ERROR SERVER", False),
        ("ERROR -ARGUMENTS", "[ERROR 400] BAD REQUEST", True),
        ("ERROR -ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", False),
        ("%4[0-9]{2}%", "status 404", True),
        ("%^status%", "no status", False),
        ('"[ERROR]"', "[ERROR] x", True),
    ],
)
def test_terms(pattern: str, message: str, expected: bool) -> None:
    assert _matches(pattern, message) is expected


DOCUMENT: dict[str, Any] = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "cluster.name": "c",
    "fails": True,
    "latency": 12.5,
    "bytes": "2048",
    "user": {"id": 1, "email": "John.Stiles@example.com"},
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{ $.eventType = UpdateTrail }", True),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ("{ $.sourceIPAddress = 111.* }", True),
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[*] = "another value" }', True),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.SomeOtherObject NOT EXISTS }", True),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.fails IS TRUE }", True),
        ("{ $.fails IS FALSE }", False),
        ("{ $.latency > 12 && $.latency <= 1.25e1 }", True),
        ("{ $.bytes >= 2048 }", True),
        ("{ $.user.id = 1 && ($.user.email = John* || $.x = 1) }", True),
        ("{ ($.user.id = 2 && $.x = 1) || $.eventType = %Trail$% }", True),
        ("{ $.['cluster.name'] = c }", True),
        ("{ $.absent != 1 }", False),
        ("{ $.user.id < 1 }", False),
    ],
)
def test_json_selectors(pattern: str, expected: bool) -> None:
    assert _matches(pattern, json.dumps(DOCUMENT)) is expected


def test_a_json_pattern_does_not_match_text() -> None:
    assert not _matches("{ $.a NOT EXISTS }", "plain text")


LINE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[ip, id, user, timestamp, request, status_code, size]", True),
        ("[ip, id, user, timestamp, request =*.html*, status_code = 4*, size]", True),
        ("[..., status_code = 404, bytes]", True),
        ("[ip, ..., size > 1000]", True),
        ("[ip, ..., size > 1e4]", False),
        ("[ip, id, user]", False),
        ("[ip, id, user = frank || user = bob, ...]", True),
        ("[ip, id, user != frank, ...]", False),
        ("[ip, id, user, timestamp, request, status = %4[0-9]{2}%, size]", True),
        ("[ip, id, user, timestamp, request, status >= 400 && status < 500, size]", True),
        ('[ip, id, user, timestamp, request = "GET /index.html HTTP/1.0", status, size]', True),
    ],
)
def test_columns(pattern: str, expected: bool) -> None:
    assert _matches(pattern, LINE) is expected


@pytest.mark.parametrize(
    ("pattern", "message", "selector", "expected"),
    [
        ("{ $.latency = * }", json.dumps(DOCUMENT), "$.latency", 12.5),
        ("{ $.latency = * }", json.dumps(DOCUMENT), "$.objectList[1].name", "b"),
        ("{ $.latency = * }", json.dumps(DOCUMENT), "$.nothing", None),
        ("[ip, ..., status, size]", LINE, "$size", "1534"),
        ("[ip, ..., status, size]", LINE, "$.status", "404"),
        ("ERROR", "ERROR 1", "$.x", None),
    ],
)
def test_a_field_is_read_out_of_an_event(
    pattern: str, message: str, selector: str, expected: Any
) -> None:
    assert parse_pattern(pattern).extract(Event(message), selector) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.a = 1",
        "{ a = 1 }",
        "{ $.a ~ 1 }",
        "{ ($.a = 1 }",
        "{ $.a > x }",
        "{ $.a = 1 $.b = 2 }",
        "[a, b",
        "[..., a, ...]",
        "[a = 1 || b = 2]",
        "%(%",
        '"open',
    ],
)
def test_a_pattern_that_can_not_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(FilterPatternError):
        parse_pattern(pattern)
