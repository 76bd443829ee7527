"""Secrets of webhooks from Secrets Manager, JSON objects kept in memory."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from payments.errors import UnverifiableDeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.clients import AwsClients
    from payments.deadline import MonotonicClock

# A forged delivery makes us look whether the secret has changed; many must not each do so.
_SHORTEST_PAUSE_SECONDS: Final = 10.0


class WebhookSecret:
    """Implements ``providers.webhook_secret.WebhookSecretSource``."""

    def __init__(
        self, clients: AwsClients, secret_id: str, clock: MonotonicClock = time.monotonic
    ) -> None:
        self._clients = clients
        self._secret_id = secret_id
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: Mapping[str, str] | None = None
        self._read_at = 0.0

    def current(self) -> Mapping[str, str]:
        """Return the secret, read once.

        Raises:
            UnverifiableDeliveryError: there is none yet, or it can't be had.
        """
        with self._lock:
            return self._read() if self._kept is None else self._kept

    def refreshed(self) -> Mapping[str, str]:
        """Return the secret as it is stored now, or was a moment ago.

        Raises:
            UnverifiableDeliveryError: there is none any more, or it can't be had.
        """
        with self._lock:
            if self._kept is None or self._clock() - self._read_at >= _SHORTEST_PAUSE_SECONDS:
                return self._read()
            return self._kept

    def _read(self) -> Mapping[str, str]:
        try:
            answer = self._clients.get("secretsmanager").get_secret_value(SecretId=self._secret_id)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ResourceNotFoundException":
                raise UnverifiableDeliveryError("no webhook is registered yet") from error
            raise UnverifiableDeliveryError(f"the secret can't be read: {code}") from error
        except BotoCoreError as error:
            raise UnverifiableDeliveryError("the secret can't be read") from error
        try:
            value = json.loads(answer["SecretString"])
            kept = {str(name): str(member) for name, member in value.items()}
        except (KeyError, AttributeError, ValueError):
            # Not chained: the cause would quote the secret.
            raise UnverifiableDeliveryError("the secret is no JSON object") from None
        self._kept, self._read_at = kept, self._clock()
        return kept
