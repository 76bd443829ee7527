"""Where a response goes that the runtime streams: on to the caller, or into a buffer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localtender.edge.invocation import ResponseSink


class StreamedResponse:
    """The response of one invocation; without a sink it is kept whole, as Invoke returns it."""

    def __init__(
        self, sink: ResponseSink | None, executed_version: str, *, stream_limit: int, limit: int
    ) -> None:
        """The limits are in bytes, `limit` that of a response that is kept whole."""
        self.limit = limit if sink is None else stream_limit
        self._sink = sink
        self._executed_version = executed_version
        self._size = 0
        self._kept: list[bytes] = []

    def begin(self, content_type: str) -> None:
        """The runtime begins to respond."""
        if self._sink is not None:
            self._sink.begin(content_type, self._executed_version)

    def write(self, chunk: bytes) -> bool:
        """Take a piece; False, and nothing is taken, where it goes beyond the limit."""
        self._size += len(chunk)
        if self._size > self.limit:
            return False
        if self._sink is not None:
            self._sink.write(chunk)
        else:
            self._kept.append(chunk)
        return True

    def body(self) -> bytes:
        """What was kept."""
        return b"".join(self._kept)
