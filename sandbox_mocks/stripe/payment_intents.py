"""Payment intents with their charges, and refunds.

Sources: https://docs.stripe.com/api/payment_intents, https://docs.stripe.com/payments/paymentintents/lifecycle,
https://docs.stripe.com/api/refunds . A card that needs authentication stays in
``requires_action``: nobody is there to authenticate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox_mocks.stripe.answers import StripeError, invalid_request, missing
from sandbox_mocks.stripe.cards import TestCard, card_of, declined
from sandbox_mocks.stripe.parameters import one_of

if TYPE_CHECKING:
    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.identifiers import IdentifierSource
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.stripe.events import Events
    from sandbox_mocks.stripe.money import Balances
    from sandbox_mocks.stripe.parameters import Parameters
    from sandbox_mocks.stripe.store import ObjectStore

_CANCELABLE = (
    *("requires_payment_method", "requires_capture", "requires_confirmation"),
    *("requires_action", "processing"),
)
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")
_WITHOUT_EFFECT = (
    *("automatic_payment_methods", "confirmation_method", "off_session", "return_url", "shipping"),
    *("setup_future_usage", "statement_descriptor", "statement_descriptor_suffix", "mandate_data"),
    *("payment_method_options", "error_on_requires_action", "use_stripe_sdk"),
)


class PaymentIntents:
    """Money that comes in, and goes back."""

    def __init__(
        self,
        store: ObjectStore,
        balances: Balances,
        events: Events,
        clock: VirtualClock,
        identifiers: IdentifierSource,
    ) -> None:
        self._store = store
        self._balances = balances
        self._events = events
        self._clock = clock
        self._identifiers = identifiers

    def create(self, owner: str, parameters: Parameters) -> JsonObject:
        """Begin to take money; raises StripeError."""
        amount, currency = parameters.required_amount(), parameters.currency()
        customer = parameters.text("customer")
        method = parameters.text("payment_method")
        fields = {
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": parameters.choice(
                "capture_method", ("automatic", "automatic_async", "manual")
            )
            or "automatic_async",
            "confirmation_method": "automatic",
            "currency": currency,
            "customer": customer,
            "description": parameters.text("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "metadata": parameters.metadata(),
            "next_action": None,
            "payment_method": method,
            "payment_method_types": parameters.texts("payment_method_types") or ["card"],
            "receipt_email": parameters.text("receipt_email"),
            "transfer_group": parameters.text("transfer_group"),
        }
        confirm = parameters.flag("confirm")
        parameters.ignore(*_WITHOUT_EFFECT)
        parameters.finish()
        if customer is not None:
            self._store.find("customer", owner, customer, param="customer")
        if method is not None:
            _card(method)
        status = "requires_payment_method" if method is None else "requires_confirmation"
        intent = self._store.add("payment_intent", owner, {**fields, "status": status})
        intent["client_secret"] = f"{intent['id']}_secret_{self._identifiers.letters(25)}"
        self._events.announce("payment_intent.created", owner, intent)
        if confirm:
            self._confirm(owner, intent)
        return intent

    def update(self, owner: str, identifier: str, parameters: Parameters) -> JsonObject:
        """Change what is not confirmed yet; raises StripeError."""
        intent = self._store.find("payment_intent", owner, identifier)
        amount = parameters.amount()
        changes = {
            "amount": amount,
            "currency": parameters.currency() if "currency" in parameters else None,
            "customer": parameters.text("customer"),
            "description": parameters.text("description"),
            "payment_method": parameters.text("payment_method"),
            "receipt_email": parameters.text("receipt_email"),
        }
        metadata = parameters.metadata(intent["metadata"])
        parameters.ignore(*_WITHOUT_EFFECT)
        parameters.finish()
        if amount is not None and intent["status"] not in (
            "requires_payment_method",
            "requires_confirmation",
            "requires_action",
        ):
            raise _unexpected_state(intent, "update the amount of")
        if changes["payment_method"] is not None:
            _card(str(changes["payment_method"]))
            if intent["status"] == "requires_payment_method":
                intent["status"] = "requires_confirmation"
        intent |= {name: value for name, value in changes.items() if value is not None}
        intent["metadata"] = metadata
        return intent

    def confirm(self, owner: str, identifier: str, parameters: Parameters) -> JsonObject:
        """Charge the card; raises StripeError, also when the card is declined."""
        intent = self._store.find("payment_intent", owner, identifier)
        method = parameters.text("payment_method")
        parameters.ignore(*_WITHOUT_EFFECT, "capture_method", "receipt_email")
        parameters.finish()
        if method is not None:
            _card(method)
            intent["payment_method"] = method
        self._confirm(owner, intent)
        return intent

    def capture(self, owner: str, identifier: str, parameters: Parameters) -> JsonObject:
        """Take money that was only authorised; raises StripeError."""
        intent = self._store.find("payment_intent", owner, identifier)
        amount = parameters.integer("amount_to_capture", least=1)
        metadata = parameters.metadata(intent["metadata"])
        parameters.ignore("final_capture", "statement_descriptor", "statement_descriptor_suffix")
        parameters.finish()
        if intent["status"] != "requires_capture":
            raise _unexpected_state(intent, "capture")
        if amount is not None and amount > intent["amount_capturable"]:
            message = "The amount to capture is more than what was authorised."
            raise invalid_request(message, code="amount_too_large", param="amount_to_capture")
        intent["metadata"] = metadata
        charge = self._store.find("charge", owner, intent["latest_charge"])
        self._take(owner, intent, charge, amount or intent["amount_capturable"])
        return intent

    def cancel(self, owner: str, identifier: str, parameters: Parameters) -> JsonObject:
        """Give an intent up; raises StripeError."""
        intent = self._store.find("payment_intent", owner, identifier)
        reason = parameters.choice("cancellation_reason", (*_REASONS, "abandoned"))
        parameters.finish()
        if intent["status"] not in _CANCELABLE:
            raise _unexpected_state(intent, "cancel")
        intent |= {
            "status": "canceled",
            "canceled_at": int(self._clock.now()),
            "cancellation_reason": reason,
            "amount_capturable": 0,
        }
        self._events.announce("payment_intent.canceled", owner, intent)
        return intent

    def refund(self, owner: str, parameters: Parameters) -> JsonObject:
        """Give money back; raises StripeError."""
        named = one_of(parameters, ("charge", "payment_intent"))
        identifier = parameters.required_text(named)
        amount, reason = parameters.amount(), parameters.choice("reason", _REASONS)
        metadata = parameters.metadata()
        parameters.ignore("refund_application_fee", "reverse_transfer", "instructions_email")
        parameters.finish()
        if named == "payment_intent":
            intent = self._store.find("payment_intent", owner, identifier, param="payment_intent")
            identifier = intent["latest_charge"] or ""
        charge = self._store.find("charge", owner, identifier, param=named)
        left = charge["amount_captured"] - charge["amount_refunded"]
        if charge["refunded"]:
            message = f"Charge {charge['id']} has already been refunded."
            raise invalid_request(message, code="charge_already_refunded")
        if not left:
            raise invalid_request("This charge has not been captured.", code="charge_not_captured")
        if amount is not None and amount > left:
            message = (
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            )
            raise invalid_request(message, param="amount")
        amount = amount or left
        refund = self._store.add(
            "refund",
            owner,
            {
                "amount": amount,
                "charge": charge["id"],
                "currency": charge["currency"],
                "metadata": metadata,
                "payment_intent": charge["payment_intent"],
                "reason": reason,
                "receipt_number": None,
                "status": "succeeded",
            },
        )
        refund["balance_transaction"] = self._move(owner, -amount, charge, "refund", refund["id"])
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self._events.announce("charge.refunded", owner, charge)
        self._events.announce("refund.created", owner, refund)
        return refund

    def _confirm(self, owner: str, intent: JsonObject) -> None:
        if intent["status"] not in ("requires_confirmation", "requires_payment_method"):
            raise _unexpected_state(intent, "confirm")
        if intent["payment_method"] is None:
            message = (
                "You cannot confirm this PaymentIntent because it's missing a payment method. You "
                "can either update the PaymentIntent with a payment method and then confirm it "
                "again, or confirm it again directly with a payment method or ConfirmationToken."
            )
            raise invalid_request(message, code="payment_intent_unexpected_state")
        card = _card(intent["payment_method"])
        if card.needs_authentication:
            intent["status"] = "requires_action"
            intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
            self._events.announce("payment_intent.requires_action", owner, intent)
            return
        charge = self._charge(owner, intent, card)
        if card.code is not None:
            self._decline(owner, intent, charge, card)
        if intent["capture_method"] == "manual":
            intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
            self._events.announce("payment_intent.amount_capturable_updated", owner, intent)
        else:
            self._take(owner, intent, charge, intent["amount"])

    def _charge(self, owner: str, intent: JsonObject, card: TestCard) -> JsonObject:
        charge = self._store.add(
            "charge",
            owner,
            {
                "amount": intent["amount"],
                "amount_captured": 0,
                "amount_refunded": 0,
                "balance_transaction": None,
                "captured": False,
                "currency": intent["currency"],
                "customer": intent["customer"],
                "failure_code": card.code,
                "failure_message": card.message or None,
                "metadata": intent["metadata"],
                "paid": card.code is None,
                "payment_intent": intent["id"],
                "payment_method": intent["payment_method"],
                "payment_method_details": {
                    "card": {"brand": card.brand, "last4": card.last4},
                    "type": "card",
                },
                "refunded": False,
                "status": "succeeded" if card.code is None else "failed",
            },
        )
        intent["latest_charge"] = charge["id"]
        return charge

    def _take(self, owner: str, intent: JsonObject, charge: JsonObject, amount: int) -> None:
        charge |= {
            "amount_captured": amount,
            "captured": True,
            "balance_transaction": self._move(owner, amount, charge, "charge", charge["id"]),
        }
        intent |= {
            "status": "succeeded",
            "amount_received": amount,
            "amount_capturable": 0,
            "last_payment_error": None,
        }
        self._events.announce("charge.succeeded", owner, charge)
        self._events.announce("payment_intent.succeeded", owner, intent)

    def _decline(self, owner: str, intent: JsonObject, charge: JsonObject, card: TestCard) -> None:
        failure = declined(card, charge["id"], None)
        intent["last_payment_error"] = {
            name: value for name, value in failure.document.items() if name != "payment_intent"
        }
        intent |= {"status": "requires_payment_method", "payment_method": None}
        self._events.announce("charge.failed", owner, charge)
        self._events.announce("payment_intent.payment_failed", owner, intent)
        raise declined(card, charge["id"], dict(intent))

    def _move(self, owner: str, amount: int, charge: JsonObject, kind: str, source: str) -> str:
        moved = self._balances.move(
            owner, amount, charge["currency"], kind=kind, source=source, time=self._clock.now()
        )
        return str(moved["id"])


def _card(payment_method: str) -> TestCard:
    card = card_of(payment_method)
    if card is None:
        raise missing("PaymentMethod", payment_method, "payment_method")
    return card


def _unexpected_state(intent: JsonObject, doing: str) -> StripeError:
    message = (
        f"You cannot {doing} this PaymentIntent because it has a status of {intent['status']}."
    )
    return StripeError(
        400,
        "invalid_request_error",
        message,
        code="payment_intent_unexpected_state",
        more={"payment_intent": dict(intent)},
    )
