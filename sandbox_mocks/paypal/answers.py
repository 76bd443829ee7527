"""PayPal's answers and errors, in PayPal's shapes.

Sources: the published OpenAPI descriptions (``payments_payouts_batch_v1``, ``error_*`` schemas)
and https://developer.paypal.com/api/rest/responses/. Every answer carries ``Paypal-Debug-Id``;
an error repeats it as ``debug_id``.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sandbox_mocks.shared.json_documents import JsonObject, write_json
from sandbox_mocks.shared.messages import Answer, with_headers

if TYPE_CHECKING:
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.messages import Headers

PAYOUTS_ERRORS = "https://developer.paypal.com/docs/api/payments.payouts-batch/#errors"
PAYMENTS_ERRORS = "https://developer.paypal.com/docs/api/payments/#errors"
GENERAL_ERRORS = "https://developer.paypal.com/api/rest/responses/#error"

_JSON = ("Content-Type", "application/json")


class PayPalError(Exception):
    """A call fails with this status, name and message.

    ``details`` is left out of the body when None; ``information_link`` is where PayPal says more,
    in the v1 APIs; those of version 2 say it in ``links``.
    """

    def __init__(
        self,
        status: int,
        name: str,
        message: str,
        *,
        details: list[JsonObject] | None = None,
        information_link: str | None = GENERAL_ERRORS,
        links: list[JsonObject] | None = None,
    ) -> None:
        super().__init__(f"{status} {name}: {message}")
        self.status = status
        self.name = name
        self.message = message
        self.details = details
        self.information_link = information_link
        self.links = links or []


class OAuthError(Exception):
    """A token is refused, in the shape of RFC 6749."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(f"{status} {error}: {description}")
        self.status = status
        self.error = error
        self.description = description


# What PayPal says for a status when nothing more is known; the v1 APIs' name for 500.
STANDARD_ERRORS: dict[int, tuple[str, str]] = {
    400: (
        "INVALID_REQUEST",
        "Request is not well-formed, syntactically incorrect, or violates schema.",
    ),
    401: (
        "AUTHENTICATION_FAILURE",
        "Authentication failed due to missing authorization header, "
        "or invalid authentication credentials.",
    ),
    403: ("NOT_AUTHORIZED", "Authorization failed due to insufficient permissions."),
    404: ("RESOURCE_NOT_FOUND", "The specified resource does not exist."),
    405: ("METHOD_NOT_SUPPORTED", "The server does not implement the requested HTTP method."),
    409: (
        "RESOURCE_CONFLICT",
        "The server has detected a conflict while processing this request.",
    ),
    413: ("REQUEST_ENTITY_TOO_LARGE", "The request is larger than the server accepts."),
    415: (
        "UNSUPPORTED_MEDIA_TYPE",
        "The server does not support the request payload's media type.",
    ),
    422: (
        "UNPROCESSABLE_ENTITY",
        "The requested action could not be performed, semantically incorrect, "
        "or failed business validation.",
    ),
    429: ("RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting."),
    500: ("INTERNAL_SERVICE_ERROR", "An internal service error has occurred."),
    503: ("SERVICE_UNAVAILABLE", "Service Unavailable."),
}


def standard_error(status: int) -> PayPalError:
    """Return PayPal's error for a status."""
    if status in STANDARD_ERRORS:
        return PayPalError(status, *STANDARD_ERRORS[status])
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = f"Status {status}"
    name = "".join(letter if letter.isalnum() else "_" for letter in phrase.upper())
    return PayPalError(status, name, f"{phrase}.")


def second_version(error: PayPalError) -> PayPalError:
    """Return a general error as the v2 APIs write it: another name for 500, and links."""
    if error.information_link is None:
        return error
    name = "INTERNAL_SERVER_ERROR" if error.status == 500 else error.name
    page = {"href": GENERAL_ERRORS, "rel": "information_link", "method": "GET"}
    return PayPalError(
        error.status,
        name,
        error.message,
        details=error.details,
        information_link=None,
        links=[page],
    )


def field_error(field: str, issue: str, description: str | None = None) -> JsonObject:
    """Return one entry of ``details`` for a field of the body."""
    entry: JsonObject = {"field": field, "location": "body", "issue": issue}
    if description is not None:
        entry["description"] = description
    return entry


def link(href: str, rel: str, method: str = "GET") -> JsonObject:
    """Return a HATEOAS link as the v1 APIs write it."""
    return {"href": href, "rel": rel, "method": method, "encType": "application/json"}


@dataclass(frozen=True, slots=True)
class AnswerMaker:
    """Writes answers, each with a debug id of its own."""

    identifiers: IdentifierSource

    def document(self, status: int, document: Any) -> Answer:
        """Answer with a JSON document."""
        return self._answer(status, write_json(document), self.identifiers.hexadecimal(13))

    def error(self, error: PayPalError) -> Answer:
        """Answer with an error."""
        debug_id = self.identifiers.hexadecimal(13)
        document: JsonObject = {
            "name": error.name,
            "message": error.message,
            "debug_id": debug_id,
        }
        if error.information_link is not None:
            document["information_link"] = error.information_link
        if error.details is not None:
            document["details"] = error.details
        document["links"] = error.links
        return self._answer(error.status, write_json(document), debug_id)

    def oauth_error(self, error: OAuthError) -> Answer:
        """Answer with a refusal of a token."""
        document = {"error": error.error, "error_description": error.description}
        return self.document(error.status, document)

    def raw(self, status: int, headers: Headers, body: bytes) -> Answer:
        """Answer with any body; the headers given replace the usual ones."""
        answer = self._answer(status, body, self.identifiers.hexadecimal(13))
        return with_headers(answer, headers)

    def _answer(self, status: int, body: bytes, debug_id: str) -> Answer:
        return Answer(status, (_JSON, ("Paypal-Debug-Id", debug_id)), body)
