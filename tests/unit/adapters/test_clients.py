from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.clients import AwsClients


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


def test_threads_share_one_client_per_service() -> None:
    clients = AwsClients()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(clients.get, ["sqs"] * 8))
    assert len({id(client) for client in made}) == 1
    made[0].close()


def test_a_stalled_call_ends_within_the_requests_budget() -> None:
    client = AwsClients().get("sqs")
    config = client.meta.config
    attempts = config.retries["total_max_attempts"]
    assert attempts * (config.connect_timeout + config.read_timeout) <= 8
    client.close()


def test_prepared_clients_are_the_ones_that_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    clients = AwsClients()
    clients.prepare()
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    for service in ("dynamodb", "secretsmanager", "sns", "sqs"):
        # Without a region a new client could not be made.
        client = clients.get(service)
        assert client.meta.service_model.service_name == service
        client.close()
