"""AWS clients, made when first needed and kept for the life of the environment."""

from __future__ import annotations

import threading
from typing import Any, Final

import botocore.session
from botocore.config import Config

_POOL_SIZE: Final = 10
_SERVICES: Final = ("dynamodb", "secretsmanager", "sns", "sqs")
# Short enough that a stalled call leaves time to answer within the request's budget; a second
# attempt is safe because every write here is conditional or harmless to repeat.
_CONFIG: Final = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=_POOL_SIZE,
    # All input is built by the adapters; checking it again costs time on every call.
    parameter_validation=False,
    # CloudTrail then names the product, and botocore need not put its own text together twice in
    # every call, which takes a good tenth of the whole.
    user_agent="payments",
)


class AwsClients:
    """Makes each client once. Clients may be used by several threads at a time."""

    def __init__(self) -> None:
        # botocore without boto3: the same clients for a good part less to import.
        self._session = botocore.session.get_session()
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def get(self, service: str) -> Any:
        """Return the client of the service; region and credentials come from the environment."""
        client = self._clients.get(service)
        if client is None:
            with self._lock:
                client = self._clients.get(service)
                if client is None:
                    client = self._session.create_client(service, config=_CONFIG)
                    self._clients[service] = client
        return client

    def prepare(self) -> None:
        """Make every client that the adapters use, so that no request waits for that."""
        for service in _SERVICES:
            self.get(service)
