"""Where cached responses are kept: in memory, the ones used last."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from localtender.edge.protocol.messages import HttpResponse

# Less than the smallest cache cluster of AWS (0.5 GB), which a developer's machine need not give.
_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class CacheKey:
    """What a response is kept under; `parameters` are names and values in the integration's order.

    `is_canary` parts a canary that does not use the stage's cache from it, `cluster_size` a new
    cluster from the one before.
    """

    api_id: str
    stage: str
    cluster_size: str | None
    is_canary: bool
    namespace: str
    http_method: str
    parameters: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class _Entry:
    response: HttpResponse
    expires_at: float


class CachedResponses:
    """Responses until they expire; `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: OrderedDict[CacheKey, _Entry] = OrderedDict()
        self._bytes = 0

    def find(self, key: CacheKey) -> HttpResponse | None:
        """The response under a key, None when there is none or it has expired."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.expires_at <= self._clock():
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry.response

    def keep(self, key: CacheKey, response: HttpResponse, seconds: float) -> None:
        """Keep a response for so many seconds, in place of the one there is."""
        self._drop(key)
        self._entries[key] = _Entry(response, self._clock() + seconds)
        self._bytes += len(response.body)
        while self._bytes > _MOST_BYTES:
            self._drop(next(iter(self._entries)))

    def forget(self, api_id: str, stage_name: str) -> None:
        """Drop everything of a stage."""
        for key in [
            key for key in self._entries if (key.api_id, key.stage) == (api_id, stage_name)
        ]:
            self._drop(key)

    def _drop(self, key: CacheKey) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= len(entry.response.body)
