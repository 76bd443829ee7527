"""Reads the logs of a stack: its functions' from CloudWatch Logs, its processes' from files."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from localtender.configuration import Configuration
from localtender.harness.errors import LogsError
from localtender.harness.local_client import LOCAL_CLIENT_ERRORS, local_client
from localtender.harness.stack_record import StackRecord
from localtender.harness.stack_status import require_running

PROCESSES = ("edge", "sandboxes", "provider", "supervisor", "terraform")
"""What writes a log file of its own."""

_FUNCTION_PREFIX = "/aws/lambda/"
_FOLLOW_SECONDS = 0.5


def print_logs(
    configuration: Configuration,
    source: str | None,
    *,
    lines: int,
    follow: bool,
    write: Callable[[str], None],
) -> int:
    """Write the last lines of a source, and new ones as they come when following.

    Returns how many lines were written.

    Raises LogsError for an unknown source, StackNotRunningError for functions of no stack.
    """
    batches: Iterator[list[str]]
    if source in PROCESSES:
        batches = _file_batches(_log_file(configuration, source), lines)
    else:
        batches = _function_batches(require_running(configuration), source, lines)
    written = 0
    for batch in batches:
        for line in batch:
            write(line)
        written += len(batch)
        if not follow:
            break
        time.sleep(_FOLLOW_SECONDS)
    return written


def _log_file(configuration: Configuration, process: str) -> Path:
    file = configuration.logs_directory / f"{process}.log"
    if not file.is_file():
        raise LogsError(f"{process} has written no log here yet. Start the stack with: make up")
    return file


def _file_batches(file: Path, lines: int) -> Iterator[list[str]]:
    """The last lines, then whole new ones; a file that was begun anew is read from its start."""
    content = file.read_bytes()
    yield _lines(content)[-lines:]
    position = len(content)
    while True:
        try:
            if file.stat().st_size < position:
                position = 0
            with file.open("rb") as log:
                log.seek(position)
                content = log.read()
        except FileNotFoundError:
            content, position = b"", 0
        whole = content[: content.rfind(b"\n") + 1]
        position += len(whole)
        yield _lines(whole)


def _lines(content: bytes) -> list[str]:
    return content.decode(errors="replace").splitlines()


def _function_batches(record: StackRecord, function: str | None, lines: int) -> Iterator[list[str]]:
    logs = local_client("logs", record)
    seen: set[str] = set()
    for turn in count():
        try:
            events = _events(logs, function)
        except LOCAL_CLIENT_ERRORS as error:
            raise LogsError(f"The functions' logs can't be read: {error}") from error
        if turn == 0:
            seen.update(event["eventId"] for event in events[:-lines])
        new = [event for event in events if event["eventId"] not in seen]
        seen.update(event["eventId"] for event in new)
        yield [_line(event) for event in new]


def _events(logs: Any, function: str | None) -> list[dict[str, Any]]:
    prefix = _FUNCTION_PREFIX + (function or "")
    groups = [
        group["logGroupName"]
        for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix)
        for group in page["logGroups"]
    ]
    if function is not None:
        groups = [name for name in groups if name == prefix]
        if not groups:
            raise LogsError(
                f"There is no log called {function}: name a function, or one of "
                f"{', '.join(PROCESSES)}."
            )
    events = [
        {**event, "function": name.removeprefix(_FUNCTION_PREFIX)}
        for name in groups
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name)
        for event in page["events"]
    ]
    return sorted(events, key=lambda event: event["timestamp"])


def _line(event: dict[str, Any]) -> str:
    moment = datetime.fromtimestamp(event["timestamp"] / 1000, tz=UTC)
    message = event["message"].rstrip()
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d} {event['function']}  {message}"
