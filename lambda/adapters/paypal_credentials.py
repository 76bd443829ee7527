"""PayPal's client id and secret from Secrets Manager, a JSON object kept in memory."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

from providers.paypal.access_token import ClientCredentials

if TYPE_CHECKING:
    from adapters.clients import AwsClients


class MalformedSecretError(Exception):
    """The secret is no JSON object with ``client_id`` and ``client_secret``."""


class PayPalSecret:
    """Implements ``providers.paypal.access_token.CredentialSource``."""

    def __init__(self, clients: AwsClients, secret_id: str) -> None:
        self._clients = clients
        self._secret_id = secret_id
        self._lock = threading.Lock()
        self._cached: ClientCredentials | None = None

    def current(self) -> ClientCredentials:
        """Return the credentials, read once.

        Raises:
            MalformedSecretError: the secret does not hold them.
        """
        with self._lock:
            if self._cached is None:
                self._cached = self._read()
            return self._cached

    def refreshed(self) -> ClientCredentials:
        """Return the credentials as they are stored now.

        Raises:
            MalformedSecretError: the secret does not hold them.
        """
        with self._lock:
            self._cached = self._read()
            return self._cached

    def _read(self) -> ClientCredentials:
        answer = self._clients.get("secretsmanager").get_secret_value(SecretId=self._secret_id)
        try:
            value = json.loads(answer["SecretString"])
            return ClientCredentials(str(value["client_id"]), str(value["client_secret"]))
        except (KeyError, TypeError, ValueError):
            # Not chained: the cause would quote the secret.
            raise MalformedSecretError(
                "the PayPal secret must be a JSON object with client_id and client_secret"
            ) from None
