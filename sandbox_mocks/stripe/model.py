"""Stripe's behaviour, free of any transport: who calls, what for, and whether again.

Sources: https://docs.stripe.com/api/authentication, /api/idempotent_requests (the first status
and body of a key are given again, 5xx included, for at least 24 hours; nothing is kept of a
request whose parameters failed validation), /api/expanding_objects, /api/connected-accounts .
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from sandbox_mocks.shared.clock import VirtualClock
from sandbox_mocks.shared.idempotency_memory import IdempotencyMemory, OtherRequestError
from sandbox_mocks.shared.identifiers import IdentifierSource
from sandbox_mocks.shared.messages import with_headers
from sandbox_mocks.shared.model import SettingError
from sandbox_mocks.stripe.answers import (
    DEFAULT_VERSION,
    AnswerMaker,
    Call,
    StripeError,
    invalid_request,
    standard_error,
)
from sandbox_mocks.stripe.bank_accounts import bank_account_fields
from sandbox_mocks.stripe.customers import Customers
from sandbox_mocks.stripe.events import Events
from sandbox_mocks.stripe.form import MalformedFormError, nested
from sandbox_mocks.stripe.money import Balances
from sandbox_mocks.stripe.parameters import Parameters
from sandbox_mocks.stripe.payment_intents import PaymentIntents
from sandbox_mocks.stripe.payouts import DEFAULT_PAYOUT_SECONDS, Payouts
from sandbox_mocks.stripe.routes import Routes, unrecognized
from sandbox_mocks.stripe.store import ObjectStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Answer, Headers, Request
    from sandbox_mocks.shared.model import Action
    from sandbox_mocks.shared.webhooks.outbox import Outbox

DEFAULT_SECRET_KEY = "sk_test_sandbox"
IDEMPOTENCY_SECONDS = 86_400.0
_LONGEST_KEY = 255
_REPLAYED = (("Idempotent-Replayed", "true"),)
_LISTINGS = ("customers", "events", "payment_intents", "payouts", "refunds", "transfers")
_PLATFORM_BANK_ACCOUNT = {
    "country": "US",
    "currency": "usd",
    "routing_number": "110000000",
    "account_number": "000123456789",
}


class StripeModel:
    """One platform account with its connected accounts."""

    name = "stripe"

    def __init__(
        self,
        *,
        secret_key: str = DEFAULT_SECRET_KEY,
        clock: VirtualClock | None = None,
        identifiers: IdentifierSource | None = None,
    ) -> None:
        self.clock = clock or VirtualClock()
        identifiers = identifiers or IdentifierSource()
        self._first_key = self._key = secret_key
        self._answers = AnswerMaker(identifiers)
        self._memory: IdempotencyMemory[Answer] = IdempotencyMemory(self.clock, IDEMPOTENCY_SECONDS)
        self.store = ObjectStore(self.clock, identifiers)
        self.balances = Balances(self.store)
        self._events = Events(self.store, self.clock, identifiers)
        self.payouts = Payouts(self.store, self.balances, self._events, self.clock)
        self._routes = Routes(
            self.store,
            self.balances,
            self._events,
            Customers(self.store, self._events),
            self.payouts,
            PaymentIntents(self.store, self.balances, self._events, self.clock, identifiers),
        )
        self._add_platform_bank_account()

    @property
    def webhooks(self) -> Outbox:
        """What waits to be told to clients."""
        return self._events.outbox

    def settle(self) -> None:
        """Let payouts arrive as the clock says."""
        self.payouts.settle()

    def handle(self, request: Request) -> Answer:
        """Do what the request asks and answer as Stripe would."""
        self.settle()
        call = Call(
            request.header("stripe-version") or DEFAULT_VERSION,
            request.header("idempotency-key"),
            request.header("stripe-account"),
        )
        try:
            self._check_key(request)
            return self._once(request, call)
        except StripeError as error:
            return self._answers.error(error, call)

    def progress_key(self, request: Request) -> str | None:
        """Return the idempotency key of a POST, which must not be in progress twice."""
        return request.header("idempotency-key") if request.method == "POST" else None

    def busy_answer(self, request: Request) -> Answer:
        """Answer a request whose idempotency key is in progress already."""
        key = request.header("idempotency-key")
        message = (
            "There is currently another in-progress request using this Idempotent Key (that "
            "probably means you submitted twice, and the other request is still going through): "
            f"{key}. Please try again later."
        )
        error = StripeError(409, "invalid_request_error", message, code="idempotency_key_in_use")
        return self._answers.error(error, Call(idempotency_key=key))

    def fault_answer(
        self,
        status: int,
        headers: Headers = (),
        body: bytes | None = None,
        *,
        path: str = "",  # noqa: ARG002 - the port's signature
    ) -> Answer:
        """Return an injected answer; without a body, Stripe's own for that status."""
        if body is not None:
            return with_headers(self._answers.raw(status, (), body), headers)
        if status < 400:
            return with_headers(self._answers.raw(status, (), b"{}"), headers)
        return with_headers(self._answers.error(standard_error(status), Call()), headers)

    def listings(self) -> Mapping[str, Callable[[], list[JsonObject]]]:
        """Return what a test may look at, of the platform and all connected accounts."""
        rows = {name: self._listing(name.removesuffix("s")) for name in _LISTINGS}
        return {
            **rows,
            "deliveries": lambda: [each.document() for each in self.webhooks.deliveries],
        }

    def actions(self) -> Mapping[tuple[str, str], Action]:
        """Return nothing: all that happens at Stripe is a call of its API, or a test value."""
        return {}

    def settings(self) -> JsonObject:
        """Return the settings in force, the key left out."""
        return {
            "payout_seconds": self.payouts.payout_seconds,
            "first_balance": self.balances.first_balance,
        }

    def change_settings(self, changes: JsonObject) -> None:
        """Change ``payout_seconds``, ``first_balance`` (by currency) or ``secret_key``.

        Raises:
            SettingError: a name or a value is not one of these.
        """
        for name, value in changes.items():
            if name == "payout_seconds":
                number = isinstance(value, int | float) and not isinstance(value, bool)
                if not number or not 0 <= value <= 30 * DEFAULT_PAYOUT_SECONDS:
                    raise SettingError(name, "must be a number from 0 to 60 days")
            elif name == "first_balance":
                if not isinstance(value, dict) or not all(
                    type(amount) is int and amount >= 0 for amount in value.values()
                ):
                    raise SettingError(name, "must be amounts (whole numbers) by currency")
            elif name != "secret_key":
                known = "first_balance, payout_seconds, secret_key"
                raise SettingError(name, f"is not a setting; known are {known}")
            elif not isinstance(value, str) or not value.startswith("sk_"):
                raise SettingError(name, "must be a text that begins with sk_")
        self._key = changes.get("secret_key", self._key)
        self.payouts.payout_seconds = changes.get("payout_seconds", self.payouts.payout_seconds)
        if "first_balance" in changes:
            self.balances.reset()
            self.balances.first_balance = dict(changes["first_balance"])

    def reset(self) -> None:
        """Forget all state and return to the first settings."""
        self._key = self._first_key
        self._memory.reset()
        self.store.reset()
        self.balances.reset()
        self._events.reset()
        self.payouts.reset()
        self._add_platform_bank_account()

    def _once(self, request: Request, call: Call) -> Answer:
        """Carry out a POST of a key once; its first answer is given again."""
        key = call.idempotency_key if request.method == "POST" else None
        if key is None:
            return self._carry_out(request, call)
        if not 1 <= len(key) <= _LONGEST_KEY:
            raise invalid_request("Idempotency keys can be at most 255 characters long.")
        content = f"{request.path}\n{call.account}\n".encode() + request.body
        try:
            earlier = self._memory.recall(key, content)
        except OtherRequestError:
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request."
            )
            raise StripeError(400, "idempotency_error", message) from None
        if earlier is not None:
            return with_headers(earlier, _REPLAYED)
        try:
            answer = self._carry_out(request, call)
        except StripeError as error:
            if error.is_validation:
                raise
            answer = self._answers.error(error, call)
        self._memory.remember(key, content, answer)
        return answer

    def _carry_out(self, request: Request, call: Call) -> Answer:
        version, *words = request.path.strip("/").split("/")
        if version != "v1" or not words:
            raise unrecognized(request.method, words or [version])
        owner = call.account or ""
        if owner:
            self.store.find("account", "", owner)
        given = _parameters(request)
        self._events.idempotency_key = call.idempotency_key
        document = self._routes.carry_out(request.method, words, owner, given)
        paths = given.texts("expand") or []
        return self._answers.document(self.store.expanded(document, paths, owner), call)

    def _check_key(self, request: Request) -> None:
        key = _key_of(request.header("authorization"))
        if key is None:
            message = (
                "You did not provide an API key. You need to provide your API key in the "
                "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
                "YOUR_SECRET_KEY')."
            )
            raise invalid_request(message, status=401)
        if not hmac.compare_digest(key.encode(), self._key.encode()):
            shown = f"{key[:8]}{'*' * 8}{key[-4:]}" if len(key) > 16 else "*" * 8
            raise invalid_request(f"Invalid API Key provided: {shown}", status=401)

    def _listing(self, kind: str) -> Callable[[], list[JsonObject]]:
        def rows() -> list[JsonObject]:
            self.settle()
            return self.store.all(kind)

        return rows

    def _add_platform_bank_account(self) -> None:
        # A platform has one from the day on which it was activated.
        fields = bank_account_fields(Parameters(dict(_PLATFORM_BANK_ACCOUNT)))
        self.store.add("bank_account", "", fields)


def _parameters(request: Request) -> Parameters:
    pairs = list(request.query)
    if request.method != "GET":
        pairs += parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    try:
        document: dict[str, Any] = nested(pairs)
    except MalformedFormError as error:
        raise invalid_request(f"Invalid parameter name: {error}") from None
    return Parameters(document)


def _key_of(authorization: str | None) -> str | None:
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return decoded.partition(":")[0] or None
