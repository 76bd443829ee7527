"""A function's response while it is being made.

Follows "Response streaming for Lambda functions"
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html). A runtime that
does not stream, as AWS's own for Python, is answered for all the same: its response comes down the
stream in one piece.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localtender.edge.invocation import FunctionInvoker, Invocation, InvocationResult

_BUFFERED_CONTENT_TYPE = "application/json"


class ResponseStream:
    """One invocation's response: its beginning, its pieces, and how it ended."""

    def __init__(self, invoker: FunctionInvoker, invocation: Invocation) -> None:
        """Start the invocation."""
        self.content_type = _BUFFERED_CONTENT_TYPE
        self.executed_version = ""
        self._begun = asyncio.Event()
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue()
        streamed = replace(invocation, response_stream=self)
        self._task = asyncio.ensure_future(invoker.invoke(streamed))
        self._task.add_done_callback(self._ended)

    def begin(self, content_type: str, executed_version: str) -> None:
        """The runtime has begun to respond."""
        self.content_type = content_type
        self.executed_version = executed_version
        self._begun.set()

    def write(self, chunk: bytes) -> None:
        """The runtime has responded so much more."""
        self._chunks.put_nowait(chunk)

    async def begun(self) -> None:
        """Wait for the beginning, or an end without one.

        Raises ServiceError where the Invoke API would refuse.
        """
        await self._begun.wait()
        if self._task.done():
            self._task.result()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The pieces as they come, until there are no more."""
        while (chunk := await self._chunks.get()) is not None:
            yield chunk

    async def result(self) -> InvocationResult:
        """How the invocation ended; its payload is the error's, or empty."""
        return await self._task

    def _ended(self, task: asyncio.Future[InvocationResult]) -> None:
        if not task.cancelled() and task.exception() is None:
            result = task.result()
            if not self._begun.is_set():
                self.executed_version = result.executed_version
                if result.function_error is None and result.payload:
                    self.write(result.payload)
        self._chunks.put_nowait(None)
        self._begun.set()
