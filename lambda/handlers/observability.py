"""Structured logs and embedded metrics, the same for every function.

Nothing logged may be personal data, a token or a key: log identifiers and enumerations only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

if TYPE_CHECKING:
    from payments.payment import Payment

SERVICE: Final = "payments"
_NAMESPACE: Final = "Payments"

logger = Logger(service=SERVICE)


def count_outcome(payment: Payment, source: str) -> None:
    """Count a payment that left a function, by provider, state and function (``source``)."""
    with single_metric(
        name="PaymentOutcome", unit=MetricUnit.Count, value=1, namespace=_NAMESPACE
    ) as metric:
        metric.add_dimension("Provider", payment.payment_method.value)
        metric.add_dimension("Status", payment.status.value)
        metric.add_dimension("Source", source)


def count_disagreement(payment: Payment) -> None:
    """Count a payment of which ledger and provider say different things."""
    with single_metric(
        name="LedgerDisagreement", unit=MetricUnit.Count, value=1, namespace=_NAMESPACE
    ) as metric:
        metric.add_dimension("Provider", payment.payment_method.value)


def count_delivery(provider: str, result: str) -> None:
    """Count a webhook by provider and by what became of it (``result``)."""
    with single_metric(
        name="WebhookDelivery", unit=MetricUnit.Count, value=1, namespace=_NAMESPACE
    ) as metric:
        metric.add_dimension("Provider", provider)
        metric.add_dimension("Result", result)
