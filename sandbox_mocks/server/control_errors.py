"""Why a control request can't be served, as a JSON answer."""

from __future__ import annotations

from typing import Any


class ControlError(Exception):
    """A control request can't be served; carries the JSON answer."""

    def __init__(self, status: int, document: dict[str, Any]) -> None:
        super().__init__(str(document.get("message", document["error"])))
        self.status = status
        self.document = document


def bad_request(field: str, message: str) -> ControlError:
    """Return the error for a field of the request that is not as it must be."""
    return ControlError(400, {"error": "BadRequest", "field": field, "message": message})
