"""Every way a request to the payments domain can fail.

::

    PaymentsError
    ├── AccessDeniedError           the caller's groups do not allow it
    ├── InvalidFieldError           a field of the request is missing or wrong
    ├── UnknownCustomerError        no customer has that id
    ├── UnknownPaymentError         the customer has no such payment
    ├── EmailMismatchError          the customer exists with another e-mail address
    ├── MissingAccountError         the customer has no account at the provider
    ├── IdempotencyKeyReusedError   the key came before with another body
    ├── RequestInProgressError      the key's first request has not been answered yet
    ├── DailyLimitExceededError     the customer would get more than a day's limit
    ├── BudgetExhaustedError        no time was left to record the intent; nothing was written
    ├── VersionConflictError        somebody else advanced the payment first
    ├── IllegalTransitionError      the state machine has no such step
    ├── NotSettledError             the outcome is still unknown
    ├── CircuitsUnavailableError    the state of the circuits can't be read or written
    └── DeliveryError               a webhook that is not taken
        ├── UnknownProviderError        nobody of that name sends webhooks here
        ├── UnsignedDeliveryError       it carries no signature
        ├── UntrustedDeliveryError      its signature does not hold
        ├── MalformedDeliveryError      it is no event that can be read
        └── UnverifiableDeliveryError   its signature can't be checked just now

Messages name the field and the rule, never the value that was sent: it may be personal data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal


class PaymentsError(Exception):
    """Base of all failures of the domain."""


class AccessDeniedError(PaymentsError):
    """No group of the caller has the permission that the request needs."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        groups = " or ".join(allowed)
        super().__init__(f"Not allowed: this needs a user in the group {groups}")


class InvalidFieldError(PaymentsError):
    """A field of the request is missing, of the wrong type, or breaks a rule."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class UnknownCustomerError(PaymentsError):
    """No customer has the id of the request."""

    def __init__(self) -> None:
        super().__init__("customer_id: no such customer")


class UnknownPaymentError(PaymentsError):
    """The customer has no payment of that id."""

    def __init__(self) -> None:
        super().__init__("payment_id: no such payment of this customer")


class EmailMismatchError(PaymentsError):
    """The customer is registered with another e-mail address."""

    def __init__(self) -> None:
        super().__init__("email: the customer is registered with another address")


class MissingAccountError(PaymentsError):
    """The provider pays to accounts, and the customer's is not known."""

    def __init__(self, field: str) -> None:
        super().__init__(
            f"payment_method: the customer has no {field}; add it by POST /v1/api/customer"
        )


class IdempotencyKeyReusedError(PaymentsError):
    """The Idempotency-Key was used before for a request with another body."""

    def __init__(self) -> None:
        super().__init__("Idempotency-Key: already used for a different request")


class RequestInProgressError(PaymentsError):
    """The first request with this Idempotency-Key is still being answered."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("Idempotency-Key: the first request with this key is still in progress")
        self.retry_after_seconds = retry_after_seconds


class DailyLimitExceededError(PaymentsError):
    """With this payment the customer would get more on one day than the limit allows."""

    def __init__(self, limit: Decimal, currency: str, ends_at: datetime) -> None:
        super().__init__(
            f"amount: with this payment the customer would be paid more than the daily limit of "
            f"{limit:f} {currency}; the day ends at {ends_at:%Y-%m-%dT%H:%M:%SZ}"
        )
        self.limit = limit
        self.currency = currency
        self.ends_at = ends_at


class BudgetExhaustedError(PaymentsError):
    """The time budget ran out before the intent was recorded, so nothing was paid."""

    def __init__(self) -> None:
        super().__init__("The request could not be started in time; nothing was paid. Try again.")


class VersionConflictError(PaymentsError):
    """The stored payment is no longer the version that was read."""


class IllegalTransitionError(PaymentsError):
    """The state machine has no step between the two states."""

    def __init__(self, before: str, after: str) -> None:
        super().__init__(f"a payment cannot go from {before} to {after}")


class NotSettledError(PaymentsError):
    """The outcome is still unknown; look again later."""

    def __init__(self, reason: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


class CircuitsUnavailableError(PaymentsError):
    """Where the states of the circuits are kept does not answer."""


class DeliveryError(PaymentsError):
    """A webhook is not taken; nothing was written."""


class UnknownProviderError(DeliveryError):
    """Nobody of that name sends webhooks here."""

    def __init__(self) -> None:
        super().__init__("no such provider")


class UnsignedDeliveryError(DeliveryError):
    """A header of the signature is missing or has not its form."""


class UntrustedDeliveryError(DeliveryError):
    """The signature is not the provider's, not over this body, or too old."""


class MalformedDeliveryError(DeliveryError):
    """The signature holds, but the body is no event of the provider."""


class UnverifiableDeliveryError(DeliveryError):
    """What is needed to check the signature can't be had just now; a later try may succeed."""
