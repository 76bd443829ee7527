"""Taking apart what a function's process writes."""

from __future__ import annotations

import pytest

from localtender.edge.functions.execution.output import LogRecord, LogTail, OutputDecoder


def frame(message: str, kind: int = 0x0F, microseconds: int = 1_700_000_000_123_456) -> bytes:
    body = message.encode()
    return (
        b"\xa5\x5a\x00"
        + bytes([kind])
        + len(body).to_bytes(4, "big")
        + microseconds.to_bytes(8, "big")
        + body
    )


FRAMED = LogRecord("two\nlines\n", 1_700_000_000_123, "INFO")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_text_and_frames_are_told_apart_however_they_are_cut(size: int) -> None:
    data = "före\n".encode() + frame("two\nlines\n") + b"after\npart"
    decoder = OutputDecoder()
    records = [
        record
        for start in range(0, len(data), size)
        for record in decoder.feed(data[start : start + size])
    ]
    assert records == [LogRecord("före\n"), FRAMED, LogRecord("after\n")]
    assert decoder.flush() == [LogRecord("part")]
    assert decoder.flush() == []


def test_a_line_without_an_end_is_told_when_its_invocation_ends() -> None:
    decoder = OutputDecoder()
    assert decoder.feed(b"whole\nhalf\xa5") == [LogRecord("whole\n")]
    assert decoder.flush_line() == [LogRecord("half")]
    assert decoder.flush_line() == []
    assert decoder.feed(frame("two\nlines\n")[1:]) == [FRAMED]


def test_a_frame_inside_a_line_comes_before_it() -> None:
    decoder = OutputDecoder()
    records = decoder.feed(b"half " + frame("two\nlines\n") + b"line\n")
    assert records == [FRAMED, LogRecord("half line\n")]


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        (0x03, None),
        (0x0B, "DEBUG"),
        (0x13, "WARN"),
        (0x17, "ERROR"),
        (0x1B, "FATAL"),
        (0x0E, "INFO"),
    ],
)
def test_a_frame_carries_its_level(kind: int, level: str | None) -> None:
    (record,) = OutputDecoder().feed(frame("x", kind))
    assert record.level == level


def test_a_very_long_line_is_cut() -> None:
    records = OutputDecoder().feed(b"x" * 300_000 + b"\n")
    assert [len(record.message) for record in records] == [262_144, 37_857]


def test_the_tail_is_the_last_four_kilobytes() -> None:
    tail = LogTail()
    for number in range(30_000):
        tail.add(f"line {number}")
    value = tail.value()
    assert len(value) == 4096
    assert value.endswith(b"line 29998\nline 29999\n")
