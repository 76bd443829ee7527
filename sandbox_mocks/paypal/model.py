"""PayPal's behaviour, free of any transport: which call does what, and who may make it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox_mocks.paypal.answers import (
    AnswerMaker,
    OAuthError,
    PayPalError,
    field_error,
    second_version,
    standard_error,
)
from sandbox_mocks.paypal.authorization import Credentials, TokenIssuer
from sandbox_mocks.paypal.issues import issue_error
from sandbox_mocks.paypal.negative_testing import check_mock_response
from sandbox_mocks.paypal.order_actions import order_actions
from sandbox_mocks.paypal.payment_validation import malformed_request
from sandbox_mocks.paypal.payments import Payments
from sandbox_mocks.paypal.payout_validation import validation_error
from sandbox_mocks.paypal.payouts import Payouts
from sandbox_mocks.paypal.request_ids import progress_key
from sandbox_mocks.paypal.v2_routes import LISTINGS as CHECKOUT_LISTINGS
from sandbox_mocks.paypal.v2_routes import SecondVersion
from sandbox_mocks.paypal.webhook_routes import on_notifications
from sandbox_mocks.paypal.webhooks import Webhooks
from sandbox_mocks.shared.clock import VirtualClock
from sandbox_mocks.shared.identifiers import IdentifierSource
from sandbox_mocks.shared.json_documents import MalformedJsonError, read_json
from sandbox_mocks.shared.messages import with_headers
from sandbox_mocks.shared.model import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Answer, Headers, Request
    from sandbox_mocks.shared.model import Action
    from sandbox_mocks.shared.webhooks.outbox import Outbox

TOKEN_PATH = "/v1/oauth2/token"
_LONGEST_PROCESSING_SECONDS = 30 * 86_400


class PayPalModel:
    """One PayPal sandbox account with its client, its tokens, payouts and payments."""

    name = "paypal"

    def __init__(
        self,
        *,
        credentials: Credentials | None = None,
        clock: VirtualClock | None = None,
        identifiers: IdentifierSource | None = None,
    ) -> None:
        self.clock = clock or VirtualClock()
        identifiers = identifiers or IdentifierSource()
        self._first_credentials = credentials or Credentials()
        self._answers = AnswerMaker(identifiers)
        self._tokens = TokenIssuer(self._first_credentials, self.clock, identifiers)
        self.notifications = Webhooks(self.clock, identifiers)
        self.payouts = Payouts(self.clock, identifiers, self.notifications.announce)
        self.payments = Payments(self.clock, identifiers)
        self.checkout = SecondVersion(self.clock, identifiers, self.notifications.announce)

    @property
    def webhooks(self) -> Outbox:
        """What waits to be told to clients."""
        return self.notifications.outbox

    def settle(self) -> None:
        """Let payouts be processed as the clock says."""
        self.payouts.settle()

    def handle(self, request: Request) -> Answer:
        """Do what the request asks and answer as PayPal would."""
        self.settle()
        try:
            status, document = self._dispatch(request)
        except PayPalError as error:
            return self._answers.error(_in_version_of(request.path, error))
        except OAuthError as error:
            return self._answers.oauth_error(error)
        if document is None:
            return self._answers.raw(status, (), b"")
        if isinstance(document, str):
            pem = (("Content-Type", "application/x-pem-file"),)
            return self._answers.raw(status, pem, document.encode())
        return self._answers.document(status, document)

    def progress_key(self, request: Request) -> str | None:
        """Return what must not be in progress twice; None for a call that may be."""
        return progress_key(request)

    def busy_answer(self, request: Request) -> Answer:  # noqa: ARG002 - the port's signature
        """Answer a request whose ``PayPal-Request-Id`` is in progress already."""
        return self._answers.error(issue_error("PREVIOUS_REQUEST_IN_PROGRESS"))

    def fault_answer(
        self, status: int, headers: Headers = (), body: bytes | None = None, *, path: str = ""
    ) -> Answer:
        """Return an injected answer; without a body, PayPal's own for that status and path."""
        if body is not None:
            return self._answers.raw(status, headers, body)
        if status < 400:
            return with_headers(self._answers.document(status, {}), headers)
        error = _in_version_of(path, standard_error(status))
        return with_headers(self._answers.error(error), headers)

    def listings(self) -> Mapping[str, Callable[[], list[JsonObject]]]:
        """Return what was paid: ``payouts`` one row an item, ``payments`` one row a payment."""
        return {
            "payouts": self.payouts.paid,
            "payments": self.payments.made,
            # Whoever verifies webhooks without asking PayPal must trust this root.
            "certificates": lambda: [{"root": self.notifications.certificate.root_pem}],
            "deliveries": lambda: [each.document() for each in self.webhooks.deliveries],
            **{name: partial(self._rows, name) for name in CHECKOUT_LISTINGS},
        }

    def actions(self) -> Mapping[tuple[str, str], Action]:
        """Return what a test may do as the payer or the bank."""
        return order_actions(self.checkout)

    def settings(self) -> JsonObject:
        """Return the settings in force, the client's secret left out."""
        return {
            "client_id": self._tokens.credentials.client_id,
            "processing_seconds": self.payouts.processing_seconds,
        }

    def change_settings(self, changes: JsonObject) -> None:
        """Change ``processing_seconds``, ``client_id`` or ``client_secret``.

        Raises:
            SettingError: a name or a value is not one of these.
        """
        known = ("client_id", "client_secret", "processing_seconds")
        for name, value in changes.items():
            if name not in known:
                raise SettingError(name, f"is not a setting; known are {', '.join(known)}")
            if name == "processing_seconds":
                _check_seconds(value)
            elif not isinstance(value, str) or not value:
                raise SettingError(name, "must be a non-empty string")
        current = self._tokens.credentials
        self._tokens.credentials = Credentials(
            changes.get("client_id", current.client_id),
            changes.get("client_secret", current.client_secret),
        )
        if "processing_seconds" in changes:
            self.payouts.processing_seconds = float(changes["processing_seconds"])

    def reset(self) -> None:
        """Forget all state and return to the first settings."""
        self._tokens.reset()
        self._tokens.credentials = self._first_credentials
        self.payouts.reset()
        self.payments.reset()
        self.checkout.reset()
        self.notifications.reset()

    def _dispatch(self, request: Request) -> tuple[int, Any]:
        path = request.path.rstrip("/")
        if path == TOKEN_PATH:
            _allow(request, "POST")
            return 200, self._tokens.issue(request)
        match path.split("/")[1:]:
            case ["v1", "notifications", "certs", certificate_id]:
                _allow(request, "GET")
                if certificate_id != self.notifications.certificate_id:
                    raise standard_error(404)
                return 200, self.notifications.certificate.chain_pem
            case ["v1", "notifications", *rest]:
                self._tokens.check(request)
                return on_notifications(self.notifications, request, rest)
            case ["v2", "checkout", "orders", *rest]:
                self._tokens.check(request)
                check_mock_response(request)
                return self.checkout.on_orders(request, rest)
            case ["v2", "payments", *rest]:
                self._tokens.check(request)
                check_mock_response(request)
                return self.checkout.on_payments(request, rest)
            case ["v1", "payments", resource, *rest] if resource in _RESOURCES:
                self._tokens.check(request)
                check_mock_response(request)
                return _RESOURCES[resource](self, request, rest)
        raise standard_error(404)

    def _rows(self, name: str) -> list[JsonObject]:
        return self.checkout.rows()[name]

    def _on_payouts(self, request: Request, rest: list[str]) -> tuple[int, Any]:
        match rest:
            case []:
                _allow(request, "POST")
                _expect_json(request)
                try:
                    document = read_json(request.body)
                except MalformedJsonError:
                    raise validation_error([field_error("", "JSON request is malformed")]) from None
                return 201, self.payouts.create(document, request.base_url)
            case [batch_id]:
                _allow(request, "GET")
                return 200, self.payouts.show_batch(batch_id, request)
        raise standard_error(404)

    def _on_payout_items(self, request: Request, rest: list[str]) -> tuple[int, Any]:
        match rest:
            case [item_id]:
                _allow(request, "GET")
                return 200, self.payouts.show_item(item_id, request.base_url)
            case [item_id, "cancel"]:
                _allow(request, "POST")
                return 200, self.payouts.cancel_item(item_id, request.base_url)
        raise standard_error(404)

    def _on_payments(self, request: Request, rest: list[str]) -> tuple[int, Any]:
        match rest:
            case []:
                _allow(request, "POST")
                return 201, self.payments.create(_payment_body(request), request)
            case [payment_id]:
                _allow(request, "GET")
                return 200, self.payments.show(payment_id, request.base_url)
            case [payment_id, "execute"]:
                _allow(request, "POST")
                return 200, self.payments.execute(payment_id, _payment_body(request), request)
        raise standard_error(404)

    def _on_sales(self, request: Request, rest: list[str]) -> tuple[int, Any]:
        match rest:
            case [sale_id]:
                _allow(request, "GET")
                return 200, self.payments.show_sale(sale_id, request.base_url)
        raise standard_error(404)


_RESOURCES: Mapping[str, Callable[[PayPalModel, Request, list[str]], tuple[int, Any]]] = {
    "payouts": PayPalModel._on_payouts,
    "payouts-item": PayPalModel._on_payout_items,
    "payment": PayPalModel._on_payments,
    "sale": PayPalModel._on_sales,
}


def _in_version_of(path: str, error: PayPalError) -> PayPalError:
    return second_version(error) if path.startswith("/v2/") else error


def _allow(request: Request, method: str) -> None:
    if request.method != method:
        raise standard_error(405)


def _expect_json(request: Request) -> None:
    content_type = request.header("content-type") or ""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise standard_error(415)


def _payment_body(request: Request) -> Any:
    _expect_json(request)
    try:
        return read_json(request.body)
    except MalformedJsonError:
        raise malformed_request() from None


def _check_seconds(value: Any) -> None:
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    if not usable or not 0 <= value <= _LONGEST_PROCESSING_SECONDS:
        raise SettingError(
            "processing_seconds", f"must be a number from 0 to {_LONGEST_PROCESSING_SECONDS}"
        )
