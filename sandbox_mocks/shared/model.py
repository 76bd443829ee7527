"""What a provider's behaviour model offers to the transports that carry its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Answer, Headers, Request
    from sandbox_mocks.shared.webhooks.outbox import Outbox


class SettingError(ValueError):
    """A setting has a name or a value that the model does not take."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class ProviderModel(Protocol):
    """The behaviour of one provider, free of any transport.

    ``handle`` does not wait for anything: on one event loop every call is atomic, so two calls
    that arrive together cannot both be the first.
    """

    @property
    def name(self) -> str:
        """The provider's name, which is also its path prefix (``paypal``)."""

    @property
    def clock(self) -> VirtualClock:
        """The clock by which the model tells the time."""

    @property
    def webhooks(self) -> Outbox | None:
        """What waits to be told to clients; None for a provider that tells nothing."""

    def settle(self) -> None:
        """Let happen what is due by the clock, though nobody asks."""

    def handle(self, request: Request) -> Answer:
        """Do what the request asks and answer as the provider would."""

    def fault_answer(self, status: int, headers: Headers = (), body: bytes | None = None) -> Answer:
        """Return an injected answer; without a body, the provider's own for that status."""

    def listings(self) -> Mapping[str, Callable[[], list[JsonObject]]]:
        """Return what a test may look at, by resource name."""

    def settings(self) -> JsonObject:
        """Return the settings in force, secrets left out."""

    def change_settings(self, changes: JsonObject) -> None:
        """Apply some settings, all or none.

        Raises:
            SettingError: a name or a value is not one this model takes.
        """

    def reset(self) -> None:
        """Forget all state and return to the first settings."""
