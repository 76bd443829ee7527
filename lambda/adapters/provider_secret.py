"""A provider's credentials from Secrets Manager: a JSON object, kept in memory.

Secrets Manager user guide, "Rotation by Lambda function": while a secret is rotated, its next
version has the stage AWSPENDING, and the provider may accept it, and it alone, before AWSCURRENT
moves there. So what the provider refuses is read again, and then the pending version is tried.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from adapters.clients import AwsClients

Credentials = TypeVar("Credentials")
_CURRENT: Final = "AWSCURRENT"
_PENDING: Final = "AWSPENDING"


class MalformedSecretError(Exception):
    """The secret is no JSON object with the members that are needed."""


class ProviderSecret(Generic[Credentials]):
    """Implements ``providers.credentials.CredentialSource``.

    ``members`` are the names of the object's texts that ``make`` takes, in its order; others stand
    there for other readers.
    """

    def __init__(
        self,
        clients: AwsClients,
        secret_id: str,
        members: tuple[str, ...],
        make: Callable[..., Credentials],
    ) -> None:
        self._clients = clients
        self._secret_id = secret_id
        self._members = members
        self._make = make
        self._lock = threading.Lock()
        self._cached: Credentials | None = None

    def current(self) -> Credentials:
        """Return the credentials that were accepted last, or else the stored ones.

        Raises:
            MalformedSecretError: the secret does not hold them.
        """
        with self._lock:
            if self._cached is None:
                self._cached = self._read(_CURRENT)
            return self._cached

    def alternatives(self, refused: Credentials) -> Iterator[Credentials]:
        """Go through what may be accepted instead: what is stored now, then what is coming.

        Raises:
            MalformedSecretError: the secret does not hold credentials.
        """
        stored = self._read(_CURRENT)
        if stored != refused:
            yield stored
        pending = self._read_pending()
        if pending is not None and pending not in (refused, stored):
            yield pending

    def accepted(self, credentials: Credentials) -> None:
        """Remember these."""
        with self._lock:
            self._cached = credentials

    def _read_pending(self) -> Credentials | None:
        try:
            return self._read(_PENDING)
        except MalformedSecretError:
            return None
        except ClientError as error:
            # There is no such version unless a rotation is under way.
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return None

    def _read(self, stage: str) -> Credentials:
        answer = self._clients.get("secretsmanager").get_secret_value(
            SecretId=self._secret_id, VersionStage=stage
        )
        return self._made(answer.get("SecretString"))

    def _made(self, secret: object) -> Credentials:
        try:
            value: Any = json.loads(secret) if isinstance(secret, str) else None
        except ValueError:
            value = None
        found = [value.get(name) if isinstance(value, Mapping) else None for name in self._members]
        if not all(isinstance(each, str) and each for each in found):
            # Nothing of the secret may stand in the message or its cause.
            raise MalformedSecretError(
                f"{self._secret_id} must be a JSON object with {' and '.join(self._members)}"
            )
        return self._make(*found)
