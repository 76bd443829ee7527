"""What the Lambda service is told by its owner: places, interpreters and limits."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RETRY_SECONDS_VARIABLE = "RETRY_SECONDS"
STANDARD_RETRY_SECONDS = 60.0


class FunctionsSettingError(Exception):
    """A setting of the Lambda service has a value that can't be used; the message says which."""


def retry_delays(environment: Mapping[str, str] = os.environ) -> tuple[float, float]:
    """Seconds before the first and the second retry of an event: a minute and two unless set.

    RETRY_SECONDS shortens the first; the second is twice as long, as on AWS. Raises
    FunctionsSettingError for what is no number of seconds between 0 and 60.
    """
    text = environment.get(RETRY_SECONDS_VARIABLE) or str(STANDARD_RETRY_SECONDS)
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= STANDARD_RETRY_SECONDS:
        raise FunctionsSettingError(
            f"{RETRY_SECONDS_VARIABLE}={text} is not between 0 and 60 seconds."
        )
    return seconds, 2 * seconds


@dataclass(frozen=True)
class FunctionsSettings:
    """Settings of the Lambda service.

    The defaults are the quotas AWS documents
    (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
    """

    state_directory: Path
    """Code archives, unpacked code and the scratch space of environments stand below it."""
    runtime_directories: Mapping[str, Path]
    """Runtime name ("python3.12") to the directory that holds its awslambdaric and boto3."""
    interpreters: Mapping[str, Path]
    """Runtime name to its interpreter; one that is not named here is looked for."""
    shadows_in_engine: bool = False
    """Whether functions are made known to the engine's own Lambda, for what starts inside it."""
    hot_reload: Mapping[str, Path] = field(default_factory=dict)
    """Patterns of function names to the folder that their code is packed from."""
    idle_seconds: float = 600.0
    """An environment that was not used for so long is stopped."""
    init_seconds: float = 10.0
    """Limit of the init phase before it is counted in the invocation."""
    account_concurrency: int = 1000
    """Concurrent invocations of one account in one region."""
    retry_delays_seconds: tuple[float, ...] = (60.0, 120.0)
    """Wait before each retry of an asynchronous invocation."""
    stream_poll_seconds: float = 0.25
    """Wait before a stream's shard is read again that had nothing new."""
    stream_retry_seconds: float = 1.0
    """Wait before a failed batch of a stream is tried again the first time; it doubles."""
    queue_wait_seconds: int = 20
    """Long poll of an event source mapping's queue."""
