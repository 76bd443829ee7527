"""What a function's process writes, taken apart into log records.

Standard output, standard error and the runtime's log records come down one pipe, so their order
is the order they were written in. Text is one record a line; the runtime's records are framed as
awslambdaric's ``FramedTelemetryLogSink`` documents it, so that a record of many lines stays one.
"""

from __future__ import annotations

from dataclasses import dataclass

MAXIMUM_LINE_BYTES = 256 * 1024
"""A longer line is cut, as Lambda cuts it."""

_HEADER_BYTES = 16
_MAGIC = b"\xa5\x5a\x00"
_LEVELS = {0: None, 2: "DEBUG", 3: "INFO", 4: "WARN", 5: "ERROR", 6: "FATAL"}


@dataclass(frozen=True)
class LogRecord:
    """One record; `timestamp_ms` is None for text, which carries no time of its own."""

    message: str
    timestamp_ms: int | None = None
    level: str | None = None


class OutputDecoder:
    """Turns the bytes of one process into records, however they are cut into reads."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._line = bytearray()

    def feed(self, data: bytes) -> list[LogRecord]:
        """Take further bytes and return the records they complete."""
        records: list[LogRecord] = []
        pending = self._pending
        pending += data
        while pending:
            start = pending.find(_MAGIC)
            if start < 0:
                kept = _possible_start(pending)
                self._text(pending[: len(pending) - kept], records)
                del pending[: len(pending) - kept]
                break
            if start:
                self._text(pending[:start], records)
                del pending[:start]
            if len(pending) < _HEADER_BYTES:
                break
            length = int.from_bytes(pending[4:8], "big")
            if len(pending) < _HEADER_BYTES + length:
                break
            records.append(_framed(pending, length))
            del pending[: _HEADER_BYTES + length]
        return records

    def flush_line(self) -> list[LogRecord]:
        """Return text that waits for the end of its line, when its invocation has ended."""
        if not self._line:
            return []
        text = self._line.decode("utf-8", "replace")
        self._line.clear()
        return [LogRecord(text)]

    def flush(self) -> list[LogRecord]:
        """Return what is left as a last record, when the process has ended."""
        rest = bytes(self._line + self._pending)
        self._line.clear()
        self._pending.clear()
        return [LogRecord(rest.decode("utf-8", "replace"))] if rest else []

    def _text(self, data: bytes | bytearray, records: list[LogRecord]) -> None:
        line = self._line
        line += data
        start = 0
        while True:
            end = line.find(b"\n", start) + 1 or len(line) + 1
            if end > len(line) and len(line) - start < MAXIMUM_LINE_BYTES:
                break
            end = min(end, start + MAXIMUM_LINE_BYTES)
            records.append(LogRecord(line[start:end].decode("utf-8", "replace")))
            start = end
        del line[:start]


def _possible_start(data: bytearray) -> int:
    """How many bytes at the end could be the beginning of a frame."""
    for size in (2, 1):
        if data.endswith(_MAGIC[:size]):
            return size
    return 0


def _framed(data: bytearray, length: int) -> LogRecord:
    # The last byte of the type is 2 or 3 for the format, plus four times the level.
    level = _LEVELS.get(data[3] >> 2)
    microseconds = int.from_bytes(data[8:16], "big")
    message = data[_HEADER_BYTES : _HEADER_BYTES + length].decode("utf-8", "replace")
    return LogRecord(message, microseconds // 1000, level)


class LogTail:
    """The last 4 KB of an invocation's log, which the Invoke API can return."""

    LIMIT = 4096

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0

    def add(self, message: str) -> None:
        """Append a record, on lines of its own."""
        self._parts.append(message if message.endswith("\n") else message + "\n")
        self._size += len(message)
        if self._size > 16 * self.LIMIT:
            self._parts = ["".join(self._parts)[-self.LIMIT :]]
            self._size = len(self._parts[0])

    def value(self) -> bytes:
        """The tail in UTF-8."""
        return "".join(self._parts).encode("utf-8", "replace")[-self.LIMIT :]
