"""Puts together what takes webhooks, for one execution environment.

It has no ledger and no provider to pay with: whoever could make it do something it should not
would still reach nothing but the queue and the memory of events.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from adapters.clients import AwsClients
from adapters.dynamodb.webhook_events import DynamoDBWebhookEvents
from adapters.settlement_queue import SqsSettlementQueue
from adapters.webhook_secrets import WebhookSecret
from handlers.settings import InvalidSettingError, required
from payments.notices import NoticeInbox
from providers.paypal.webhook_certificates import WebhookCertificates
from providers.paypal.webhooks import PayPalNotices
from providers.transport import ProviderTransport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payments.notices import NoticeReader


@dataclass(frozen=True)
class WebhookSettings:
    """What the function is told by its environment."""

    events_table: str
    settlement_queue_url: str
    paypal_base_url: str
    secret_ids: Mapping[str, str]
    """The secret of each provider's webhooks, by the provider's name in the path."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> WebhookSettings:
        """Read the settings.

        Raises:
            InvalidSettingError: naming the variable.
        """
        return cls(
            events_table=required(environment, "WEBHOOK_EVENTS_TABLE"),
            settlement_queue_url=required(environment, "SETTLEMENT_QUEUE_URL"),
            paypal_base_url=required(environment, "PAYPAL_BASE_URL").rstrip("/"),
            secret_ids=_secret_ids(required(environment, "WEBHOOK_SECRET_IDS")),
        )


class InboxRoot:
    """Holds the inbox of this process, made at the first call unless one was installed."""

    def __init__(self) -> None:
        self._inbox: NoticeInbox | None = None

    def install(self, inbox: NoticeInbox) -> None:
        """Have the handler use this inbox instead of the one of the environment."""
        self._inbox = inbox

    def get(self) -> NoticeInbox:
        """Return the inbox.

        Raises:
            InvalidSettingError: there is none yet, and the environment does not describe one.
        """
        if self._inbox is None:
            clients = AwsClients()
            self._inbox = compose(WebhookSettings.from_environment(os.environ), clients)
            for service in ("dynamodb", "secretsmanager", "sqs"):
                clients.get(service)
        return self._inbox


root = InboxRoot()


def inbox() -> NoticeInbox:
    """Return the environment's inbox, made at the first call and kept while it is warm."""
    return root.get()


def prepare_in_lambda() -> None:
    """Make the inbox while Lambda initialises the environment, and nowhere else."""
    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        inbox()


def compose(settings: WebhookSettings, clients: AwsClients) -> NoticeInbox:
    """Make an inbox with a reader for every provider that has a secret."""
    certificates = WebhookCertificates(settings.paypal_base_url, ProviderTransport())
    readers: dict[str, NoticeReader] = {}
    for provider, secret_id in settings.secret_ids.items():
        secret = WebhookSecret(clients, secret_id)
        if provider == "paypal":
            readers[provider] = PayPalNotices(secret, certificates)
    return NoticeInbox(
        readers=readers,
        store=DynamoDBWebhookEvents(clients, settings.events_table),
        queue=SqsSettlementQueue(clients, settings.settlement_queue_url),
        now=_now,
    )


def _secret_ids(text: str) -> dict[str, str]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise InvalidSettingError(
            "environment variable WEBHOOK_SECRET_IDS must be a JSON object of texts"
        )
    return value


def _now() -> datetime:
    return datetime.now(UTC)
