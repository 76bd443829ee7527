from __future__ import annotations

import json

from sandbox_mocks.shared.journal import Journal, JournalFilter
from sandbox_mocks.shared.messages import Answer, Request

JSON = (("Content-Type", "application/json"),)


def request(body: bytes = b"", path: str = "/v1/a", method: str = "POST") -> Request:
    headers = (*JSON, ("Authorization", "Bearer secret-token"))
    return Request(method, path, (("q", "1"),), headers, body)


def test_an_entry_shows_request_and_answer_with_bodies_parsed() -> None:
    journal = Journal()
    entry = journal.begin(1_700_000_000.5, request(b'{"amount":"1.00"}'))
    journal.complete(entry, Answer(201, JSON, b'{"id":"X"}'), delivered=True, duration_ms=1.23456)

    assert entry.document() == {
        "id": 1,
        "time": "2023-11-14T22:13:20.500+00:00",
        "method": "POST",
        "path": "/v1/a",
        "query": {"q": "1"},
        "headers": {"Content-Type": "application/json", "Authorization": "REDACTED"},
        "body": {"amount": "1.00"},
        "answer": {
            "status": 201,
            "headers": {"Content-Type": "application/json"},
            "body": {"id": "X"},
        },
        "delivered": True,
        "fault": None,
        "faults": [],
        "duration_ms": 1.235,
    }


def test_a_request_that_is_held_is_there_without_an_answer() -> None:
    journal = Journal()
    journal.begin(0, request())

    [entry] = journal

    shown = entry.document()
    assert (shown["answer"], shown["duration_ms"], shown["body"]) == (None, None, None)


def test_tokens_in_bodies_are_redacted() -> None:
    journal = Journal()
    entry = journal.begin(0, request(b'{"client_secret":"s3"}'))
    body = b'{"list":[{"access_token":"t0ken"}]}'
    journal.complete(entry, Answer(200, JSON, body), delivered=True, duration_ms=1)

    shown = json.dumps(entry.document())

    assert "s3" not in shown
    assert "t0ken" not in shown
    assert "secret-token" not in shown


def test_forms_are_parsed_and_anything_else_is_text() -> None:
    form = (("content-type", "application/x-www-form-urlencoded"),)
    journal = Journal()
    shown = [
        journal.begin(0, Request("POST", "/", headers=form, body=b"a=1&b=")).document(),
        journal.begin(0, Request("POST", "/", body=b"{oh\xff")).document(),
        journal.begin(0, Request("POST", "/", body=b'{"a":1e400,"b":NaN}')).document(),
        journal.begin(0, Request("POST", "/", body=b"[" * 100_000)).document(),
    ]

    assert shown[0]["body"] == {"a": "1", "b": ""}
    assert shown[1]["body"] == "{oh\ufffd"
    assert shown[2]["body"] == {"a": "1e400", "b": "NaN"}
    assert shown[3]["body"] == "[" * 100_000


def test_the_journal_keeps_the_newest_entries() -> None:
    journal = Journal(capacity=2)

    for number in range(5):
        journal.begin(number, request())

    assert [entry.id for entry in journal] == [4, 5]


def test_the_journal_is_bounded_in_bytes_too() -> None:
    journal = Journal(capacity_bytes=250)
    for _ in range(3):
        entry = journal.begin(0, request(b"x" * 50))
        journal.complete(entry, Answer(200, body=b"y" * 50), delivered=True, duration_ms=1)

    assert [entry.id for entry in journal] == [2, 3]


def test_an_entry_that_was_cleared_meanwhile_stays_forgotten() -> None:
    journal = Journal()
    entry = journal.begin(0, request())
    journal.clear()

    journal.complete(entry, Answer(200), delivered=True, duration_ms=1)

    assert len(journal) == 0
    assert journal.begin(0, request()).id == 2


def test_entries_are_selected_by_method_path_age_and_number() -> None:
    journal = Journal()
    for number in range(4):
        journal.begin(number, request(path=f"/v1/{number}", method="GET" if number % 2 else "POST"))

    def ids(wanted: JournalFilter) -> list[int]:
        return [entry.id for entry in journal.select(wanted)]

    assert ids(JournalFilter()) == [1, 2, 3, 4]
    assert ids(JournalFilter(method="get")) == [2, 4]
    assert ids(JournalFilter(paths=("/v1/[23]",))) == [3, 4]
    assert ids(JournalFilter(after_id=2)) == [3, 4]
    assert ids(JournalFilter(after_time=1)) == [3, 4]
    assert ids(JournalFilter(limit=3)) == [2, 3, 4]
    assert ids(JournalFilter(method="POST", limit=1)) == [3]
    assert ids(JournalFilter(limit=0)) == []
