"""Final outcomes published over SNS.

The message is a JSON object: ``outcome_id`` (the same for a repetition, so subscribers can drop
it), ``payment_id``, ``customer_id``, ``status`` (COMPLETED, FAILED or RETURNED), ``amount`` as a
decimal string, ``currency``, ``payment_method``, ``provider_reference``, ``occurred_at``. The
attribute ``status`` allows filter policies.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.clients import AwsClients
    from payments.payment import Payment


class SnsOutcomeTopic:
    """Implements ``payments.ports.OutcomeTopic``."""

    def __init__(self, clients: AwsClients, topic_arn: str) -> None:
        self._clients = clients
        self._topic_arn = topic_arn

    def publish(self, payment: Payment) -> None:
        """Publish the outcome of a final payment."""
        self._clients.get("sns").publish(
            TopicArn=self._topic_arn,
            Message=json.dumps(
                {
                    "outcome_id": f"{payment.payment_id}:{payment.status.value}",
                    "payment_id": payment.payment_id,
                    "customer_id": payment.customer_id,
                    "status": payment.status.value,
                    "amount": str(payment.money),
                    "currency": payment.money.currency,
                    "payment_method": payment.payment_method.value,
                    "provider_reference": payment.provider_reference,
                    "occurred_at": payment.updated_at.isoformat(timespec="microseconds"),
                }
            ),
            MessageAttributes={
                "status": {"DataType": "String", "StringValue": payment.status.value}
            },
        )
