"""Reads the logs of a stack: its functions' from CloudWatch Logs, its processes' from files."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from localtender.configuration import Configuration
from localtender.harness.errors import HarnessError
from localtender.harness.stack_record import StackRecord
from localtender.harness.stack_status import require_running

_FUNCTION_PREFIX = "/aws/lambda/"
_FOLLOW_SECONDS = 0.5


def print_logs(
    configuration: Configuration,
    source: str | None,
    *,
    lines: int,
    follow: bool,
    write: Callable[[str], None],
) -> None:
    """Write the last lines of a source, and new ones as they come when following.

    Raises HarnessError for an unknown source, StackNotRunningError for functions of no stack.
    """
    file = configuration.logs_directory / f"{source}.log"
    batches: Iterator[list[str]]
    if source is not None and file.is_file():
        batches = _file_batches(file, lines)
    else:
        batches = _function_batches(require_running(configuration), source, lines)
    for batch in batches:
        for line in batch:
            write(line)
        if not follow:
            return
        time.sleep(_FOLLOW_SECONDS)


def _file_batches(file: Path, lines: int) -> Iterator[list[str]]:
    read = file.read_text(errors="replace").splitlines()
    yield read[-lines:]
    seen = len(read)
    while True:
        read = file.read_text(errors="replace").splitlines()
        yield read[seen:]
        seen = len(read)


def _function_batches(record: StackRecord, function: str | None, lines: int) -> Iterator[list[str]]:
    import boto3

    logs = boto3.session.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name=record.region
    ).client("logs", endpoint_url=record.endpoint_url)
    seen: set[str] = set()
    for turn in count():
        events = _events(logs, function)
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
            raise HarnessError(
                f"There is no log called {function}: name a function, or one of edge, sandboxes, "
                "provider, supervisor, terraform."
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
