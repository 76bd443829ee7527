"""What is delivered, to whom, and what has come of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from sandbox_mocks.shared.json_documents import JsonObject

DeliveryStatus = Literal["waiting", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """Something that happened, at `time` in seconds since the epoch of the virtual clock.

    `document` is the body that is sent, before it is serialised.
    """

    id: str
    type: str
    time: float
    document: JsonObject


@dataclass(frozen=True, slots=True)
class Subscription:
    """An address that wants events; `event_types` are names or globs such as ``transfer.*``."""

    id: str
    url: str
    event_types: tuple[str, ...]
    secret: str = field(default="", repr=False)

    def wants(self, event_type: str) -> bool:
        """Say whether events of a type go to this address."""
        return any(fnmatchcase(event_type, wanted) for wanted in self.event_types)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when, and the status that came back, or what went wrong instead."""

    time: float
    status: int | None
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Providers take any 2xx for success."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Delivery:
    """An event on its way to one address; `due` is when it is tried next.

    A `forged` one carries a signature that does not hold.
    """

    id: str
    event: WebhookEvent
    subscription: Subscription
    due: float
    forged: bool = False
    attempts: list[Attempt] = field(default_factory=list)
    status: DeliveryStatus = "waiting"

    def document(self) -> dict[str, Any]:
        """Return the delivery as it is shown to whoever inspects the sandbox."""
        return {
            "id": self.id,
            "event_id": self.event.id,
            "event_type": self.event.type,
            "subscription_id": self.subscription.id,
            "url": self.subscription.url,
            "status": self.status,
            "forged": self.forged,
            "attempts": [
                {"time": attempt.time, "status": attempt.status, "error": attempt.error}
                for attempt in self.attempts
            ],
        }


def is_deliverable(url: Any) -> bool:
    """Say whether a URL is on this machine: a sandbox never calls anybody else."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
