"""The payments application over memory instead of AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.composition import Adapters, Application, compose
from handlers.settings import Settings
from localtender.serve.memory import (
    CustomersInMemory,
    IdempotencyInMemory,
    PaymentsInMemory,
    PrintedOutcomes,
)
from localtender.serve.queue import QueueInMemory
from providers.paypal.access_token import ClientCredentials
from sandbox_mocks.paypal.authorization import Credentials

REQUEST_BUDGET_SECONDS = 8.0
# Names of things that are not there: nothing looks them up.
_NOWHERE = "in-memory"


@dataclass(frozen=True)
class SandboxCredentials:
    """Implements `providers.paypal.access_token.CredentialSource` with the sandbox's own."""

    credentials: ClientCredentials

    def current(self) -> ClientCredentials:
        """Return the credentials."""
        return self.credentials

    def refreshed(self) -> ClientCredentials:
        """Return the same: nobody rotates them."""
        return self.credentials


def application_in_memory(
    sandbox_url: str, queue: QueueInMemory, write: Callable[[str], None]
) -> Application:
    """The application; outcomes are told by `write`."""
    settings = Settings.from_environment(
        {
            "CUSTOMERS_TABLE": _NOWHERE,
            "DAILY_TOTALS_TABLE": _NOWHERE,
            "DISBURSEMENTS_TABLE": _NOWHERE,
            "IDEMPOTENCY_TABLE": _NOWHERE,
            "OUTCOME_TOPIC_ARN": _NOWHERE,
            "PAYPAL_BASE_URL": f"{sandbox_url}/paypal",
            "PAYPAL_SECRET_ID": _NOWHERE,
            "REQUEST_BUDGET_SECONDS": str(REQUEST_BUDGET_SECONDS),
            "SETTLEMENT_QUEUE_URL": _NOWHERE,
        }
    )
    keys = IdempotencyInMemory()
    sandbox = Credentials()
    adapters = Adapters(
        customers=CustomersInMemory(),
        payments=PaymentsInMemory(keys),
        idempotency=keys,
        queue=queue,
        topic=PrintedOutcomes(write),
        paypal_credentials=SandboxCredentials(
            ClientCredentials(sandbox.client_id, sandbox.client_secret)
        ),
    )
    return compose(settings, adapters)
