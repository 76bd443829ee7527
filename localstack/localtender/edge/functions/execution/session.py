"""One run of a runtime process: from its start, through invocations, to its exit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from localtender.edge.functions.execution.outcomes import (
    Answered,
    Exited,
    InitFailed,
    OutOfMemory,
    TimedOut,
    TooLarge,
)
from localtender.edge.functions.execution.output import OutputDecoder
from localtender.edge.functions.execution.process import FunctionProcess
from localtender.edge.functions.execution.process_start import (
    ProcessStart,
    Starter,
    start_process,
)
from localtender.edge.functions.execution.runtime_api import RuntimeApi
from localtender.edge.functions.execution.streamed_response import StreamedResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localtender.edge.functions.execution.outcomes import InitOutcome, SessionOutcome
    from localtender.edge.functions.execution.output import LogRecord


_MEMORY_WATCH_SECONDS = 0.1


class RuntimeSession:
    """A runtime process with the Runtime API it talks to."""

    def __init__(
        self,
        *,
        maximum_response_bytes: int,
        maximum_memory_bytes: int,
        on_record: Callable[[LogRecord], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._maximum_response_bytes = maximum_response_bytes
        self._maximum_memory_bytes = maximum_memory_bytes
        self._on_record = on_record
        self._api = RuntimeApi(self)
        self._decoder = OutputDecoder()
        self._process: FunctionProcess | None = None
        self._initialized: asyncio.Future[InitOutcome] = self._loop.create_future()
        self._init_error: InitFailed | None = None
        self._exited: asyncio.Future[None] = self._loop.create_future()
        self._request_id = ""
        self._answer: Answered | TooLarge | None = None
        self._stream: StreamedResponse | None = None
        self._outcome: asyncio.Future[SessionOutcome] | None = None
        self._killed = False
        self.peak_memory_bytes = 0

    async def listen(self) -> str:
        """Open the Runtime API and return its ``host:port``."""
        return await self._api.start()

    def launch(self, start: ProcessStart, starter: Starter = start_process) -> None:
        """Start the process. Raises OSError when it can't be started."""
        try:
            started = starter(start)
        except OSError:
            self._api.stop()
            raise
        self._process = FunctionProcess(started, on_output=self._wrote, on_exit=self._ended)

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None else None

    @property
    def is_ready(self) -> bool:
        """Whether the runtime waits for an invocation."""
        return self._api.is_waiting and not self._killed

    @property
    def is_alive(self) -> bool:
        """Whether the process is there; its death is noticed here before it is in the loop."""
        return self._process is not None and self._process.is_alive

    async def initialized(self, limit_seconds: float) -> InitOutcome:
        """Wait for the end of the init phase; a process that misses the limit is killed."""
        try:
            async with asyncio.timeout(limit_seconds):
                return await asyncio.shield(self._initialized)
        except TimeoutError:
            self.kill()
            await self.ended()
            return TimedOut()

    async def invoke(
        self,
        request_id: str,
        headers: Mapping[str, str],
        payload: bytes,
        limit_seconds: float,
        stream: StreamedResponse,
    ) -> SessionOutcome:
        """Run one invocation; a process that misses the limit, or memory's, is killed.

        `stream` takes the response of a runtime that streams it.
        """
        self._request_id = request_id
        self._answer = None
        self._stream = stream
        self._outcome = self._loop.create_future()
        timer = self._loop.call_later(limit_seconds, self._limit_passed)
        self._memory_watch = self._loop.call_later(_MEMORY_WATCH_SECONDS, self._watch_memory)
        if self._process is not None:
            self._process.hold_output()
        try:
            self._api.send_invocation(headers, payload)
            return await self._outcome
        finally:
            timer.cancel()
            self._memory_watch.cancel()
            self._outcome = None

    def kill(self) -> None:
        """Kill the process; what it wrote so far is kept."""
        self._killed = True
        self._measure()
        self._api.stop()
        if self._process is not None:
            self._process.drain()
            self._process.kill()

    async def ended(self) -> None:
        """Wait until the process is gone and its output read."""
        if self._process is not None:
            await asyncio.shield(self._exited)

    def runtime_is_ready(self) -> None:
        """The runtime asked for an invocation: init, or the one before, is over."""
        if not self._initialized.done():
            self._measure()
            self._initialized.set_result(None)
        elif self._answer is not None:
            self._settle(self._answer)

    def runtime_responded(self, body: bytes) -> bool:
        """Keep the result until the runtime is done with the invocation; False refuses it."""
        if len(body) > self._maximum_response_bytes:
            self._answer = TooLarge()
            return False
        self._answer = Answered(body, failed=False)
        return True

    def runtime_streams(self, content_type: str) -> None:
        """Pass the response on as it comes."""
        if self._stream is not None:
            self._stream.begin(content_type)

    def runtime_streamed(self, chunk: bytes) -> None:
        """Pass a piece on; nothing goes beyond the limit."""
        if self._stream is not None and not self._stream.write(chunk):
            self._answer = TooLarge(self._stream.limit)

    def runtime_stream_ended(self, error: bytes | None) -> bool:
        """Keep how the response ended until the runtime is done with the invocation."""
        if self._answer is not None:
            return False
        body = self._stream.body() if self._stream is not None else b""
        self._answer = Answered(body if error is None else error, failed=error is not None)
        return True

    def runtime_failed(self, body: bytes) -> None:
        """Keep the handler's exception."""
        self._answer = Answered(body, failed=True)

    def initialization_failed(self, body: bytes, error_type: str | None) -> None:
        """Keep why the handler could not be loaded; the runtime exits right after."""
        self._init_error = InitFailed(body, error_type or "Runtime.Unknown")

    def knows(self, request_id: str) -> bool:
        """Whether this invocation runs now."""
        return self._outcome is not None and self._request_id == request_id

    def _settle(self, outcome: SessionOutcome) -> None:
        if self._process is not None:
            self._process.drain()
        for record in self._decoder.flush_line():
            self._on_record(record)
        self._measure()
        killed = self.peak_memory_bytes > self._maximum_memory_bytes
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_result(OutOfMemory() if killed else outcome)
        if killed:
            self.kill()

    def _watch_memory(self) -> None:
        """Look at a long invocation's memory now and then; a short one's is seen at its end.

        The peak is what counts, and the system keeps it, so nothing is missed between two looks.
        """
        self._measure()
        if self.peak_memory_bytes > self._maximum_memory_bytes:
            self._settle(OutOfMemory())
        else:
            self._memory_watch = self._loop.call_later(_MEMORY_WATCH_SECONDS, self._watch_memory)

    def _limit_passed(self) -> None:
        # With an answer the invocation has succeeded, though the runtime never came back for more.
        self._settle(self._answer or TimedOut())
        self.kill()

    def _wrote(self, data: bytes) -> None:
        for record in self._decoder.feed(data):
            self._on_record(record)

    def _ended(self, status: int) -> None:
        for record in self._decoder.flush():
            self._on_record(record)
        self._killed = True
        self._process = None
        self._api.stop()
        if not self._initialized.done():
            self._initialized.set_result(self._init_error or Exited(status))
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_result(self._answer or Exited(status))
        self._exited.set_result(None)

    def _measure(self) -> None:
        # A process that has ended tells nothing any more; the last figure stands.
        if self._process is not None:
            self.peak_memory_bytes = max(self.peak_memory_bytes, self._process.peak_memory_bytes())
