"""One execution environment: a place where a function's version serves invocations in turn.

Follows https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: an init phase
with a limit of its own; after a failed one the first invocation initialises again and counts the
time; a crash or a time-out ends the environment.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from localtender.edge.functions.configuration import runtime_version_arn
from localtender.edge.functions.execution.crashing import crashed
from localtender.edge.functions.execution.outcomes import (
    MAXIMUM_RESPONSE_BYTES,
    MAXIMUM_STREAM_BYTES,
    Exited,
    InitFailed,
    TimedOut,
    interpret,
)
from localtender.edge.functions.execution.output import LogTail
from localtender.edge.functions.execution.platform_log import Report, platform_log
from localtender.edge.functions.execution.process_start import (
    ProcessStart,
    Starter,
    start_process,
)
from localtender.edge.functions.execution.session import RuntimeSession
from localtender.edge.functions.execution.streamed_response import StreamedResponse
from localtender.edge.functions.execution.variables import (
    concerns_the_start,
    environment_variables,
    exec_wrapper,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.edge.functions.execution.credentials import RoleCredentials
    from localtender.edge.functions.execution.invocation_request import InvocationRequest
    from localtender.edge.functions.execution.outcomes import (
        InitOutcome,
        InvocationOutcome,
        SessionOutcome,
    )
    from localtender.edge.functions.execution.output import LogRecord
    from localtender.edge.functions.execution.variables import EnvironmentPlace

_APPLICATION_LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")


class ExecutionEnvironment:
    """A log stream, a scratch directory, and the runtime process that lives with them."""

    def __init__(
        self,
        configuration: FunctionConfiguration,
        place: EnvironmentPlace,
        credentials: RoleCredentials,
        *,
        endpoint_url: str,
        write_log: Callable[[str, int | None], None],
        starter: Starter = start_process,
    ) -> None:
        self.configuration = configuration
        self.place = place
        self._credentials = credentials
        self._endpoint_url = endpoint_url
        self._write_log = write_log
        self._starter = starter
        self._platform = platform_log(configuration.logging)
        self._session: RuntimeSession | None = None
        self._init_duration_ms: float | None = None
        self._tail = LogTail()
        self._closed = False
        self.idle_since = 0.0

    @property
    def is_ready(self) -> bool:
        """Whether the runtime waits for an invocation and the role's credentials still hold."""
        session = self._session
        return session is not None and session.is_ready and self._credentials.are_fresh()

    @property
    def is_alive(self) -> bool:
        """Whether it is ready and its process really there, which takes a system call."""
        session = self._session
        return session is not None and self.is_ready and session.is_alive

    @property
    def pid(self) -> int | None:
        """The process id, None when no process runs."""
        return None if self._session is None else self._session.pid

    async def start(self, limit_seconds: float, delay_seconds: float = 0.0) -> None:
        """Run the init phase. Its failure shows in the first invocation, not here.

        A delay counts towards the phase. Raises OSError when no process can be started.
        """
        reference, runtime = self.configuration.reference, self.configuration.runtime
        self._log(
            self._platform.init_start(runtime, runtime_version_arn(reference.region, runtime))
        )
        began = time.monotonic()
        if delay_seconds:
            await asyncio.sleep(min(delay_seconds, limit_seconds))
        outcome = await self._initialize(max(0.0, limit_seconds - delay_seconds))
        if outcome is None:
            self._init_duration_ms = (time.monotonic() - began) * 1000
        else:
            self._log_failed_init("init", outcome, began)

    async def invoke(self, request: InvocationRequest) -> InvocationOutcome:
        """Run one invocation to its end, which a crash or the time-out may bring."""
        self._tail = LogTail()
        began = time.monotonic()
        session = self._session
        outcome: SessionOutcome | InitOutcome = None
        if session is None or not session.is_ready:
            outcome = await self._initialize(self.configuration.timeout)
            session = self._session
            if outcome is not None:
                self._log_failed_init("invoke", outcome, began)
        self._log(self._platform.start(request.request_id, self.configuration.version))
        if outcome is None and session is not None:
            limit = max(0.0, began + self.configuration.timeout - time.monotonic())
            stream = StreamedResponse(
                request.response_stream,
                self.configuration.version,
                stream_limit=MAXIMUM_STREAM_BYTES,
                limit=MAXIMUM_RESPONSE_BYTES,
            )
            work = session.invoke(
                request.request_id, request.headers(limit), request.payload, limit, stream
            )
            crash = request.disturbance.crash
            outcome = await (work if crash is None else crashed(session, work, crash))
        if outcome is None:
            outcome = Exited(1)
        ended = interpret(
            outcome,
            request_id=request.request_id,
            timeout_seconds=self.configuration.timeout,
        )
        duration_ms = (time.monotonic() - began) * 1000
        if ended.status == "timeout":
            duration_ms = self.configuration.timeout * 1000.0
        self._report(request.request_id, ended, duration_ms)
        return replace(ended, log_tail=self._tail.value(), duration_ms=duration_ms)

    async def close(self) -> None:
        """Kill the process, wait until it is gone, and remove the scratch directory."""
        self._closed = True
        if self._session is not None:
            self._session.kill()
            await self._session.ended()
        await _remove(self.place.scratch)

    async def _initialize(self, limit_seconds: float) -> InitOutcome:
        session = RuntimeSession(
            maximum_response_bytes=MAXIMUM_RESPONSE_BYTES,
            maximum_memory_bytes=self.configuration.memory_size * 1024 * 1024,
            on_record=self._record,
        )
        address = await session.listen()
        self._session = session
        variables = environment_variables(
            self.configuration,
            self.place,
            self._credentials,
            endpoint_url=self._endpoint_url,
            runtime_api=address,
        )
        wrapper = exec_wrapper(self.configuration, self.place)
        start = ProcessStart(
            interpreter=self.place.interpreter,
            environment=variables,
            directory=self.place.task_root,
            layers=self.place.layers,
            wrapper=wrapper,
            may_be_spare=self.place.layers is None
            and wrapper is None
            and not concerns_the_start(self.configuration),
        )
        session.launch(start, self._starter)
        if self._closed:
            session.kill()
        return await session.initialized(limit_seconds)

    def _report(self, request_id: str, ended: InvocationOutcome, duration_ms: float) -> None:
        failure = ended.platform_failure
        if failure is not None:
            self._log(self._platform.failure(request_id, failure.text, failure.error_type))
        report = Report(
            duration_ms=duration_ms,
            memory_size_mb=self.configuration.memory_size,
            peak_memory_bytes=self._session.peak_memory_bytes if self._session else 0,
            init_duration_ms=self._init_duration_ms,
            status=ended.status,
            error_type=ended.error_type,
        )
        self._init_duration_ms = None
        self._log(self._platform.end(request_id))
        self._log(self._platform.report(request_id, report))

    def _log_failed_init(
        self, phase: str, outcome: InitFailed | Exited | TimedOut, began: float
    ) -> None:
        duration_ms = (time.monotonic() - began) * 1000
        status, error_type = "error", None
        match outcome:
            case InitFailed(_, reported):
                error_type = reported
            case Exited():
                error_type = "Runtime.ExitError"
            case TimedOut():
                status = "timeout"
        self._log(self._platform.init_report(duration_ms, phase, status, error_type))

    def _record(self, record: LogRecord) -> None:
        logging = self.configuration.logging
        if record.level and logging.log_format == "JSON":
            least = logging.application_level or "INFO"
            if _APPLICATION_LEVELS.index(record.level) < _APPLICATION_LEVELS.index(least):
                return
        self._log(record.message, record.timestamp_ms)

    def _log(self, message: str | None, timestamp_ms: int | None = None) -> None:
        if message:
            self._tail.add(message)
            self._write_log(message, timestamp_ms)


async def _remove(directory: Path) -> None:
    try:
        directory.rmdir()
    except OSError:
        await asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True)
