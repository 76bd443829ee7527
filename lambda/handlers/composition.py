"""Puts domain, adapters and providers together for one execution environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from adapters.clients import AwsClients
from adapters.dynamodb.customers import DynamoDBCustomers
from adapters.dynamodb.idempotency import DynamoDBIdempotency
from adapters.dynamodb.payments import DynamoDBPayments
from adapters.outcome_topic import SnsOutcomeTopic
from adapters.paypal_credentials import PayPalSecret
from adapters.settlement_queue import SqsSettlementQueue
from handlers.observability import logger
from handlers.settings import Settings
from payments.customers import CustomerRegistry
from payments.disbursement import Disbursements
from payments.disburser import Disburser
from payments.inquiry import Inquiry
from payments.payment import PaymentMethod
from payments.settlement import Settlement
from providers.paypal.access_token import AccessTokens
from providers.paypal.payouts import PayPalPayouts
from providers.transport import ProviderTransport

if TYPE_CHECKING:
    from payments.ports import PayoutProvider


@dataclass(frozen=True)
class Application:
    """The services a handler calls."""

    settings: Settings
    customers: CustomerRegistry
    disbursements: Disbursements
    settlement: Settlement
    inquiry: Inquiry
    queue: SqsSettlementQueue


@cache
def application() -> Application:
    """Return the environment's application, made at the first call and kept while it is warm."""
    clients = AwsClients()
    made = compose(Settings.from_environment(os.environ), clients)
    clients.prepare()
    return made


def prepare_in_lambda() -> None:
    """Make the application while Lambda initialises the environment, and nowhere else.

    Lambda developer guide, "Understanding the Lambda execution environment lifecycle": what the
    init phase makes is made once and takes nothing from the time of a request, whose budget is
    short. Elsewhere, in tests for one, importing a handler needs no settings.
    """
    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        application()


def compose(settings: Settings, clients: AwsClients) -> Application:
    """Make an application."""
    customers = DynamoDBCustomers(clients, settings.customers_table)
    payments = DynamoDBPayments(clients, settings.disbursements_table, settings.idempotency_table)
    queue = SqsSettlementQueue(clients, settings.settlement_queue_url)
    disburser = Disburser(
        payments=payments,
        providers={PaymentMethod.PAYPAL: _paypal(settings, clients)},
        topic=SnsOutcomeTopic(clients, settings.outcome_topic_arn),
        now=_now,
    )
    settlement = Settlement(payments, disburser, _now)
    return Application(
        settings=settings,
        customers=CustomerRegistry(customers, _now),
        disbursements=Disbursements(
            customers=customers,
            payments=payments,
            idempotency=DynamoDBIdempotency(clients, settings.idempotency_table),
            queue=queue,
            disburser=disburser,
            now=_now,
            budget_seconds=settings.request_budget_seconds,
        ),
        settlement=settlement,
        inquiry=Inquiry(payments, disburser, settlement, _now),
        queue=queue,
    )


def _paypal(settings: Settings, clients: AwsClients) -> PayoutProvider:
    transport = ProviderTransport()
    credentials = PayPalSecret(clients, settings.paypal_secret_id)
    tokens = AccessTokens(settings.paypal_base_url, credentials, transport)
    return PayPalPayouts(settings.paypal_base_url, tokens, transport, logger)


def _now() -> datetime:
    return datetime.now(UTC)
