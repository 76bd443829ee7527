"""Puts domain, adapters and providers together for one execution environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from adapters.clients import AwsClients
from adapters.dynamodb.customers import DynamoDBCustomers
from adapters.dynamodb.idempotency import DynamoDBIdempotency
from adapters.dynamodb.payments import DynamoDBPayments
from adapters.outcome_topic import SnsOutcomeTopic
from adapters.provider_secret import ProviderSecret
from adapters.settlement_queue import SqsSettlementQueue
from handlers.observability import logger
from handlers.settings import KeyedProvider, Settings
from payments.customers import CustomerRegistry
from payments.disbursement import Disbursements
from payments.disburser import Disburser
from payments.inquiry import Inquiry
from payments.payment import PaymentMethod
from payments.settlement import Settlement
from providers.ach.transfers import AchTransfers
from providers.bearer_api import BearerApi
from providers.paypal.access_token import AccessTokens, ClientCredentials
from providers.paypal.payouts import PayPalPayouts
from providers.stripe.transfers import StripeTransfers
from providers.transport import ProviderTransport

if TYPE_CHECKING:
    from payments.ports import (
        CustomerStore,
        IdempotencyStore,
        OutcomeTopic,
        PaymentStore,
        PayoutProvider,
        WorkerQueue,
    )
    from providers.credentials import CredentialSource


@dataclass(frozen=True)
class Adapters:
    """What stands behind the domain's ports: AWS, or the memory of one process."""

    customers: CustomerStore
    payments: PaymentStore
    idempotency: IdempotencyStore
    queue: WorkerQueue
    topic: OutcomeTopic
    paypal_credentials: CredentialSource[ClientCredentials]
    stripe_key: CredentialSource[str] | None = None
    ach_key: CredentialSource[str] | None = None


@dataclass(frozen=True)
class Application:
    """The services a handler calls."""

    settings: Settings
    customers: CustomerRegistry
    disbursements: Disbursements
    settlement: Settlement
    inquiry: Inquiry
    queue: WorkerQueue


class CompositionRoot:
    """Holds the application of this process, made at the first call unless one was installed."""

    def __init__(self) -> None:
        self._application: Application | None = None

    def install(self, application: Application) -> None:
        """Have handlers use this application instead of the one of the environment."""
        self._application = application

    def get(self) -> Application:
        """Return the application.

        Raises:
            InvalidSettingError: there is none yet, and the environment does not describe one.
        """
        if self._application is None:
            settings, clients = Settings.from_environment(os.environ), AwsClients()
            self._application = compose(settings, aws_adapters(settings, clients))
            clients.prepare()
        return self._application


root = CompositionRoot()


def application() -> Application:
    """Return the environment's application, made at the first call and kept while it is warm."""
    return root.get()


def prepare_in_lambda() -> None:
    """Make the application while Lambda initialises the environment, and nowhere else.

    Lambda developer guide, "Understanding the Lambda execution environment lifecycle": what the
    init phase makes is made once and takes nothing from the time of a request, whose budget is
    short. Elsewhere, in tests for one, importing a handler needs no settings.
    """
    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        application()


def aws_adapters(settings: Settings, clients: AwsClients) -> Adapters:
    """Make the adapters that speak to AWS."""
    return Adapters(
        customers=DynamoDBCustomers(clients, settings.customers_table),
        payments=DynamoDBPayments(
            clients,
            settings.disbursements_table,
            settings.idempotency_table,
            settings.daily_totals_table,
        ),
        idempotency=DynamoDBIdempotency(clients, settings.idempotency_table),
        queue=SqsSettlementQueue(clients, settings.settlement_queue_url),
        topic=SnsOutcomeTopic(clients, settings.outcome_topic_arn),
        paypal_credentials=ProviderSecret(
            clients, settings.paypal_secret_id, ("client_id", "client_secret"), ClientCredentials
        ),
        stripe_key=_key(clients, settings.stripe, "secret_key"),
        ach_key=_key(clients, settings.ach, "api_key"),
    )


def _key(
    clients: AwsClients, settings: KeyedProvider | None, member: str
) -> CredentialSource[str] | None:
    return None if settings is None else ProviderSecret(clients, settings.secret_id, (member,), str)


def compose(settings: Settings, adapters: Adapters) -> Application:
    """Make an application."""
    disburser = Disburser(
        payments=adapters.payments,
        providers=_providers(settings, adapters),
        topic=adapters.topic,
        now=_now,
    )
    settlement = Settlement(adapters.payments, disburser, _now)
    return Application(
        settings=settings,
        customers=CustomerRegistry(adapters.customers, _now),
        disbursements=Disbursements(
            customers=adapters.customers,
            payments=adapters.payments,
            idempotency=adapters.idempotency,
            queue=adapters.queue,
            disburser=disburser,
            now=_now,
            budget_seconds=settings.request_budget_seconds,
            limits=settings.daily_limits,
        ),
        settlement=settlement,
        inquiry=Inquiry(adapters.payments, disburser, settlement, _now),
        queue=adapters.queue,
    )


def _providers(settings: Settings, adapters: Adapters) -> dict[PaymentMethod, PayoutProvider]:
    """Make the clients of the providers whose address and credentials are both known."""
    providers: dict[PaymentMethod, PayoutProvider] = {
        PaymentMethod.PAYPAL: _paypal(settings, adapters.paypal_credentials)
    }
    if settings.stripe is not None and adapters.stripe_key is not None:
        api = _bearer_api("stripe", settings.stripe, adapters.stripe_key)
        providers[PaymentMethod.STRIPE] = StripeTransfers(api)
    if settings.ach is not None and adapters.ach_key is not None:
        api = _bearer_api("ach", settings.ach, adapters.ach_key)
        providers[PaymentMethod.ACH] = AchTransfers(api)
    return providers


def _bearer_api(name: str, settings: KeyedProvider, key: CredentialSource[str]) -> BearerApi:
    return BearerApi(
        name, settings.base_url, key, ProviderTransport(), debug_id="Request-Id", logger=logger
    )


def _paypal(settings: Settings, credentials: CredentialSource[ClientCredentials]) -> PayoutProvider:
    transport = ProviderTransport()
    tokens = AccessTokens(settings.paypal_base_url, credentials, transport)
    return PayPalPayouts(settings.paypal_base_url, tokens, transport, logger)


def _now() -> datetime:
    return datetime.now(UTC)
