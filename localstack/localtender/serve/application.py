"""The payments application over memory instead of AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

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
from sandbox_mocks.ach.model import DEFAULT_API_KEY
from sandbox_mocks.paypal.authorization import Credentials
from sandbox_mocks.stripe.model import DEFAULT_SECRET_KEY

Known = TypeVar("Known")

REQUEST_BUDGET_SECONDS = 8.0
# Names of things that are not there: nothing looks them up.
_NOWHERE = "in-memory"


@dataclass(frozen=True)
class SandboxCredentials(Generic[Known]):
    """Implements `providers.credentials.CredentialSource` with what the sandbox accepts."""

    credentials: Known

    def current(self) -> Known:
        """Return the credentials."""
        return self.credentials

    def alternatives(self, refused: Known) -> Iterator[Known]:  # noqa: ARG002 - the port's
        """There are no others: nobody rotates them."""
        return iter(())

    def accepted(self, credentials: Known) -> None:
        """Nothing is learnt from that."""


def application_in_memory(
    sandbox_url: str, queue: QueueInMemory, write: Callable[[str], None]
) -> Application:
    """The application; outcomes are told by `write`."""
    settings = Settings.from_environment(
        {
            "ACH_BASE_URL": f"{sandbox_url}/ach",
            "ACH_SECRET_ID": _NOWHERE,
            "CIRCUITS_TABLE": _NOWHERE,
            "CUSTOMERS_TABLE": _NOWHERE,
            "DAILY_TOTALS_TABLE": _NOWHERE,
            "DISBURSEMENTS_TABLE": _NOWHERE,
            "IDEMPOTENCY_TABLE": _NOWHERE,
            "OUTCOME_TOPIC_ARN": _NOWHERE,
            "PAYPAL_BASE_URL": f"{sandbox_url}/paypal",
            "PAYPAL_SECRET_ID": _NOWHERE,
            "REQUEST_BUDGET_SECONDS": str(REQUEST_BUDGET_SECONDS),
            "SETTLEMENT_QUEUE_URL": _NOWHERE,
            "STRIPE_BASE_URL": f"{sandbox_url}/stripe",
            "STRIPE_SECRET_ID": _NOWHERE,
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
        stripe_key=SandboxCredentials(DEFAULT_SECRET_KEY),
        ach_key=SandboxCredentials(DEFAULT_API_KEY),
    )
    return compose(settings, adapters)
