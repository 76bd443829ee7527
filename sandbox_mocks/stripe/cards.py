"""Test cards. Source: https://docs.stripe.com/testing (payment methods, tokens, declines)."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox_mocks.stripe.answers import StripeError


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card by its payment method: what becomes of a charge."""

    __test__ = False

    brand: str
    last4: str
    code: str | None = None
    decline_code: str | None = None
    message: str = ""
    needs_authentication: bool = False


_DECLINED = "Your card was declined."
_FUNDS = "Your card has insufficient funds."

CARDS = {
    "visa": TestCard("visa", "4242"),
    "mastercard": TestCard("mastercard", "4444"),
    "amex": TestCard("amex", "8431"),
    "visa_debit": TestCard("visa", "5556"),
    "visa_chargeDeclined": TestCard("visa", "0002", "card_declined", "generic_decline", _DECLINED),
    "chargeDeclined": TestCard("visa", "0002", "card_declined", "generic_decline", _DECLINED),
    "visa_chargeDeclinedInsufficientFunds": TestCard(
        "visa", "9995", "card_declined", "insufficient_funds", _FUNDS
    ),
    "visa_chargeDeclinedLostCard": TestCard(
        "visa", "9987", "card_declined", "lost_card", _DECLINED
    ),
    "visa_chargeDeclinedStolenCard": TestCard(
        "visa", "9979", "card_declined", "stolen_card", _DECLINED
    ),
    "chargeDeclinedExpiredCard": TestCard(
        "visa", "0069", "expired_card", None, "Your card has expired."
    ),
    "chargeDeclinedIncorrectCvc": TestCard(
        "visa", "0127", "incorrect_cvc", None, "Your card's security code is incorrect."
    ),
    "chargeDeclinedProcessingError": TestCard(
        "visa",
        "0119",
        "processing_error",
        None,
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "authenticationRequired": TestCard("visa", "3184", needs_authentication=True),
    "threeDSecure2Required": TestCard("visa", "3220", needs_authentication=True),
}


def card_of(payment_method: str) -> TestCard | None:
    """Return the test card of ``pm_card_visa`` or ``tok_visa``; None when there is none."""
    for prefix in ("pm_card_", "tok_"):
        if payment_method.startswith(prefix):
            return CARDS.get(payment_method.removeprefix(prefix))
    return None


def declined(card: TestCard, charge: str, payment_intent: object) -> StripeError:
    """Return the error of a charge that the card's bank refuses."""
    more = {"charge": charge, "payment_intent": payment_intent}
    if card.decline_code is not None:
        more["decline_code"] = card.decline_code
    return StripeError(
        402, "card_error", card.message, code=card.code, more=more, is_validation=False
    )
