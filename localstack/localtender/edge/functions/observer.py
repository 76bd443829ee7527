"""Who is told what happens to functions: the port towards telemetry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from localtender.edge.functions.names import FunctionReference


class FunctionObserver(Protocol):
    """Told of every invocation, on the event loop, without waiting.

    A reference carries the qualifier that the caller used; durations are milliseconds.
    """

    def started(self, function: FunctionReference) -> None:
        """An invocation has been admitted."""
        ...

    def ended(
        self, function: FunctionReference, version: str, *, duration_ms: float, failed: bool
    ) -> None:
        """An admitted invocation is over; `version` is the one that ran."""
        ...

    def throttled(self, function: FunctionReference) -> None:
        """No concurrency was left for an invocation."""
        ...

    def event_received(self, function: FunctionReference) -> None:
        """An asynchronous invocation has been taken into the queue."""
        ...

    def event_dropped(self, function: FunctionReference) -> None:
        """An asynchronous invocation ended without success."""
        ...

    def dead_letter_failed(self, function: FunctionReference) -> None:
        """An event could not be sent to the dead-letter queue."""
        ...

    def destination_failed(self, function: FunctionReference) -> None:
        """An outcome could not be sent to its destination."""
        ...

    def stream_read(self, function: FunctionReference, age_ms: float) -> None:
        """The last record of a batch of a stream was this old when it was read."""
        ...


class NobodyWatches:
    """The observer of functions that nobody watches."""

    def started(self, function: FunctionReference) -> None:
        """Do nothing."""

    def ended(
        self, function: FunctionReference, version: str, *, duration_ms: float, failed: bool
    ) -> None:
        """Do nothing."""

    def throttled(self, function: FunctionReference) -> None:
        """Do nothing."""

    def event_received(self, function: FunctionReference) -> None:
        """Do nothing."""

    def event_dropped(self, function: FunctionReference) -> None:
        """Do nothing."""

    def dead_letter_failed(self, function: FunctionReference) -> None:
        """Do nothing."""

    def destination_failed(self, function: FunctionReference) -> None:
        """Do nothing."""

    def stream_read(self, function: FunctionReference, age_ms: float) -> None:
        """Do nothing."""
