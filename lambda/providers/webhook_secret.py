"""What the signatures of a provider's webhooks are checked with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from payments.errors import MalformedDeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payments.notices import Delivery


class WebhookSecretSource(Protocol):
    """Knows the secret of one provider's webhooks: a JSON object whose members are texts."""

    def current(self) -> Mapping[str, str]:
        """Return the secret, possibly remembered from before.

        Raises:
            UnverifiableDeliveryError: there is none yet.
        """

    def refreshed(self) -> Mapping[str, str]:
        """Return the secret as it is stored now, or was a moment ago.

        Raises:
            UnverifiableDeliveryError: there is none yet.
        """


def event_of(delivery: Delivery) -> dict[str, Any]:
    """Return the JSON object that a delivery carries, whose signature must have held.

    Raises:
        MalformedDeliveryError: it is none.
    """
    try:
        value = json.loads(delivery.body)
    except (ValueError, RecursionError) as error:
        raise MalformedDeliveryError("the body is not valid JSON") from error
    if not isinstance(value, dict):
        raise MalformedDeliveryError("the body must be a JSON object")
    return value


def member(value: Any, *path: str) -> Any:
    """Return what stands at a path of member names, None where there is nothing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text_member(value: Any, *path: str) -> str | None:
    """Return the text at a path of member names, None where there is no text or an empty one."""
    found = member(value, *path)
    return found if isinstance(found, str) and found else None


def required_text(value: Any, *path: str) -> str:
    """Return the text at a path of member names.

    Raises:
        MalformedDeliveryError: there is none, or it is too long for a name.
    """
    found = text_member(value, *path)
    if found is None or len(found) > 255:
        raise MalformedDeliveryError(f"{'.'.join(path)} must be a text of at most 255 characters")
    return found
