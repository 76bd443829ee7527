"""What clients identify themselves with at each sandbox: the well-known defaults, or one's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox_mocks.ach.model import DEFAULT_API_KEY
from sandbox_mocks.paypal.authorization import Credentials
from sandbox_mocks.stripe.model import DEFAULT_SECRET_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class SandboxCredentials:
    """The credentials of all sandboxes."""

    paypal: Credentials = field(default_factory=Credentials)
    stripe_secret_key: str = field(default=DEFAULT_SECRET_KEY, repr=False)
    ach_api_key: str = field(default=DEFAULT_API_KEY, repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> SandboxCredentials:
        """Read ``SANDBOX_PAYPAL_CLIENT_ID`` and the others; one that is absent is the default."""
        defaults = cls()
        return cls(
            Credentials(
                environment.get("SANDBOX_PAYPAL_CLIENT_ID") or defaults.paypal.client_id,
                environment.get("SANDBOX_PAYPAL_CLIENT_SECRET") or defaults.paypal.client_secret,
            ),
            environment.get("SANDBOX_STRIPE_SECRET_KEY") or defaults.stripe_secret_key,
            environment.get("SANDBOX_ACH_API_KEY") or defaults.ach_api_key,
        )
