"""Answers and errors of the ACH sandbox. The interface is this project's own."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sandbox_mocks.shared.json_documents import JsonObject, write_json
from sandbox_mocks.shared.messages import Answer

if TYPE_CHECKING:
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.messages import Headers

_STANDARD = {
    400: ("invalid_request", "The request can't be read."),
    401: ("unauthorized", "Send the API key as a bearer token."),
    404: ("not_found", "There is nothing by that name here."),
    405: ("method_not_allowed", "That method is not served here."),
    409: ("conflict", "The state of the object does not allow that."),
    413: ("too_large", "The body is larger than the server accepts."),
    429: ("rate_limited", "Too many requests; wait as long as Retry-After says."),
    500: ("internal_error", "Something went wrong at the processor."),
    503: ("unavailable", "The processor is not available at the moment."),
}


class AchError(Exception):
    """A call fails; `field` names what of the body is wrong, as a dotted path."""

    def __init__(self, status: int, code: str, message: str, field: str | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.field = field


def standard_error(status: int) -> AchError:
    """Return the error of a status of which nothing more is known."""
    if status in _STANDARD:
        return AchError(status, *_STANDARD[status])
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = f"Status {status}"
    return AchError(status, phrase.lower().replace(" ", "_"), f"{phrase}.")


def invalid(field: str, message: str) -> AchError:
    """Return the error of a field."""
    return AchError(422, "validation_failed", message, field)


@dataclass(frozen=True, slots=True)
class AnswerMaker:
    """Writes answers, each with a request id of its own."""

    identifiers: IdentifierSource

    def document(self, status: int, document: Any, headers: Headers = ()) -> Answer:
        """Answer with a JSON document."""
        return self.raw(
            status, (("Content-Type", "application/json"), *headers), write_json(document)
        )

    def text(self, body: str) -> Answer:
        """Answer with a file of plain text."""
        return self.raw(
            200, (("Content-Type", "text/plain; charset=us-ascii"),), body.encode("ascii")
        )

    def error(self, error: AchError, headers: Headers = ()) -> Answer:
        """Answer with an error."""
        request_id = self._request_id()
        shown: JsonObject = {"code": error.code, "message": error.message, "request_id": request_id}
        if error.field is not None:
            shown["field"] = error.field
        content = (("Content-Type", "application/json"), ("Request-Id", request_id))
        return Answer(error.status, content + headers, write_json({"error": shown}))

    def raw(self, status: int, headers: Headers, body: bytes) -> Answer:
        """Answer with any body."""
        return Answer(status, (*headers, ("Request-Id", self._request_id())), body)

    def _request_id(self) -> str:
        return f"req_{self.identifiers.hexadecimal(20)}"
