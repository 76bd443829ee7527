"""Stripe's own Python library against the sandbox, unmodified but for the address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses
import stripe

from sandbox_mocks.shared.sandbox import ProviderSandbox
from sandbox_mocks.stripe.model import StripeModel
from sandbox_mocks.testing import register

ADDRESS = "http://sandbox.test/stripe"


@pytest.fixture
def sandbox() -> Iterator[ProviderSandbox]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield register(mock, StripeModel(), ADDRESS)


@pytest.fixture
def client(sandbox: ProviderSandbox) -> stripe.StripeClient:
    assert sandbox.model.name == "stripe"
    return client_of("sk_test_sandbox")


def client_of(key: str, retries: int = 0) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": ADDRESS},
        max_network_retries=retries,
        http_client=stripe.RequestsClient(),
    )


def test_the_library_pays_out_and_pages_through_payouts(client: stripe.StripeClient) -> None:
    made = [
        client.v1.payouts.create({"amount": 100 + number, "currency": "usd"}).id
        for number in range(5)
    ]
    listed = client.v1.payouts.list({"limit": 2})
    assert [payout.id for payout in listed.auto_paging_iter()] == made[::-1]
    assert client.v1.balance.retrieve().available[0].amount == 100_000_000 - 510


def test_the_library_transfers_to_a_connected_account(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create({"type": "custom", "country": "US"})
    transfer = client.v1.transfers.create(
        {"amount": 700, "currency": "usd", "destination": account.id, "metadata": {"order": "7"}},
        {"idempotency_key": "payment-7"},
    )
    assert (transfer.object, transfer.metadata["order"]) == ("transfer", "7")
    balance = client.v1.balance.retrieve(options={"stripe_account": account.id})
    assert balance.available[0].amount == 700


def test_the_library_raises_its_own_exceptions(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as declined:
        client.v1.payment_intents.create(
            {
                "amount": 100,
                "currency": "usd",
                "payment_method": "pm_card_chargeDeclined",
                "confirm": True,
            }
        )
    assert declined.value.code == "card_declined"
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.payouts.retrieve("po_nothing")
    assert (missing.value.code, missing.value.http_status) == ("resource_missing", 404)
    with pytest.raises(stripe.AuthenticationError):
        client_of("sk_test_other").v1.balance.retrieve()
    client.v1.payouts.create({"amount": 1, "currency": "usd"}, {"idempotency_key": "k"})
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payouts.create({"amount": 2, "currency": "usd"}, {"idempotency_key": "k"})


def test_the_library_retries_what_is_lost_and_pays_once(sandbox: ProviderSandbox) -> None:
    sandbox.faults.add({"kind": "reset", "when": "after", "path": "/v1/payouts", "nth": 1})
    payout = client_of("sk_test_sandbox", retries=2).v1.payouts.create(
        {"amount": 100, "currency": "usd"}
    )
    assert [row["id"] for row in sandbox.model.listings()["payouts"]()] == [payout.id]
    assert len(sandbox.journal) == 2


def test_the_library_is_told_of_rate_limits(
    sandbox: ProviderSandbox, client: stripe.StripeClient
) -> None:
    sandbox.faults.add({"kind": "rate-limit", "times": 1})
    with pytest.raises(stripe.RateLimitError):
        client.v1.balance.retrieve()


def test_the_library_verifies_our_webhooks(
    sandbox: ProviderSandbox, client: stripe.StripeClient
) -> None:
    endpoint = client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9/hook", "enabled_events": ["payout.created"]}
    )
    client.v1.payouts.create({"amount": 100, "currency": "usd"})
    outbox = sandbox.model.webhooks
    assert outbox is not None
    [delivery] = outbox.take_due()
    headers, body = outbox.message(delivery)
    signature = dict(headers)["Stripe-Signature"]
    event: Any = client.construct_event(body, signature, str(endpoint.secret))
    assert (event.type, event.data.object.amount) == ("payout.created", 100)
    delivery.forged = True
    forged = dict(outbox.message(delivery)[0])["Stripe-Signature"]
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(body, forged, str(endpoint.secret))
