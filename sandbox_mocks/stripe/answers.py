"""Stripe's answers and errors. Source: https://docs.stripe.com/api/errors ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox_mocks.shared.json_documents import JsonObject, write_json
from sandbox_mocks.shared.messages import Answer

if TYPE_CHECKING:
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.messages import Headers

DEFAULT_VERSION = "2026-06-24"
_JSON = ("Content-Type", "application/json")
_API_ERRORS = {
    409: ("invalid_request_error", "The request conflicts with another request."),
    429: (
        "invalid_request_error",
        "Request rate limit exceeded. Learn more about rate limits here "
        "https://stripe.com/docs/rate-limits.",
    ),
}


class StripeError(Exception):
    """A call fails: its status and what stands in ``error``.

    `is_validation` tells that nothing was begun, so that an idempotency key stays unused.
    """

    def __init__(
        self,
        status: int,
        error_type: str,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        more: JsonObject | None = None,
        is_validation: bool = True,
    ) -> None:
        super().__init__(f"{status} {error_type}: {message}")
        self.status = status
        self.is_validation = is_validation
        self.document: JsonObject = {
            **({"code": code} if code else {}),
            **({"doc_url": _doc_url(code)} if code else {}),
            "message": message,
            **({"param": param} if param else {}),
            **(more or {}),
            "type": error_type,
        }


def invalid_request(
    message: str, *, code: str | None = None, param: str | None = None, status: int = 400
) -> StripeError:
    """Return the error of a request that can't be carried out as it stands."""
    return StripeError(status, "invalid_request_error", message, code=code, param=param)


def missing(what: str, identifier: str, param: str = "id") -> StripeError:
    """Return the error of an object that is not there."""
    message = f"No such {what}: '{identifier}'"
    return invalid_request(
        message, code="resource_missing", param=param, status=404 if param == "id" else 400
    )


def standard_error(status: int) -> StripeError:
    """Return the error of a status of which nothing more is known."""
    if status in _API_ERRORS:
        error_type, message = _API_ERRORS[status]
        code = "rate_limit" if status == 429 else None
        return StripeError(status, error_type, message, code=code)
    if status == 401:
        return StripeError(401, "invalid_request_error", "Invalid API Key provided.")
    if status < 500:
        return invalid_request("The request was refused.", status=status)
    message = "An unknown error occurred"
    return StripeError(status, "api_error", message, is_validation=False)


@dataclass(frozen=True, slots=True)
class Call:
    """What a call was made with that its answer repeats."""

    version: str = DEFAULT_VERSION
    idempotency_key: str | None = None
    account: str | None = None

    def headers(self) -> Headers:
        """Return the headers that repeat it."""
        repeated = [("Stripe-Version", self.version)]
        if self.idempotency_key is not None:
            repeated.append(("Idempotency-Key", self.idempotency_key))
        if self.account is not None:
            repeated.append(("Stripe-Account", self.account))
        return tuple(repeated)


@dataclass(frozen=True, slots=True)
class AnswerMaker:
    """Writes answers, each with a request id of its own."""

    identifiers: IdentifierSource
    usual: Headers = field(default=(_JSON,))

    def document(self, document: Any, call: Call) -> Answer:
        """Answer with an object."""
        return self.raw(200, call.headers(), write_json(document))

    def error(self, error: StripeError, call: Call) -> Answer:
        """Answer with an error; its message and the log of the request share an id."""
        request_id = self._request_id()
        log = f"https://dashboard.stripe.com/test/logs/{request_id}"
        shown = {**error.document, "request_log_url": log}
        headers = (*self.usual, ("Request-Id", request_id), *call.headers())
        return Answer(error.status, headers, write_json({"error": shown}))

    def raw(self, status: int, headers: Headers, body: bytes) -> Answer:
        """Answer with any body."""
        return Answer(status, (*self.usual, ("Request-Id", self._request_id()), *headers), body)

    def _request_id(self) -> str:
        return f"req_{self.identifiers.letters(14)}"


def _doc_url(code: str) -> str:
    return f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
