"""Triggers that the edge has fired already when the engine comes to fire them.

The engine asks PreSignUp by itself in SignUp, though without the caller's validation data. The edge
asks with it beforehand; when the engine's own question arrives it is given the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class AnsweredTriggers:
    """Answers that wait for the engine's question."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, str, str, dict[str, Any]]] = []

    @contextmanager
    def answering(
        self, pool_id: str, source: str, username: str, response: dict[str, Any]
    ) -> Iterator[None]:
        """Have an answer ready for the trigger of a user."""
        entry = (pool_id, source, username, response)
        self._waiting.append(entry)
        try:
            yield
        finally:
            self._waiting.remove(entry)

    def answer(self, event: Any) -> dict[str, Any] | None:
        """The event with the response that waits for it; None for one to be invoked with.

        In a pool that signs in by e-mail or phone the engine's user has another name, and the one
        given among the attributes.
        """
        if not isinstance(event, dict) or "triggerSource" not in event:
            return None
        attributes = (event.get("request") or {}).get("userAttributes") or {}
        names = {event.get("userName"), *attributes.values()}
        for pool_id, source, username, response in self._waiting:
            asked = (event.get("userPoolId"), event["triggerSource"])
            if asked == (pool_id, source) and username in names:
                return {**event, "response": response}
        return None
