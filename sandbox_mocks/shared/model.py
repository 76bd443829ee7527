"""What a provider's behaviour model offers to the transports that carry its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox_mocks.shared.clock import VirtualClock
    from sandbox_mocks.shared.json_documents import JsonObject
    from sandbox_mocks.shared.messages import Answer, Headers, Request
    from sandbox_mocks.shared.webhooks.outbox import Outbox


# Something that a test does in the place of somebody else, such as a payer: to the resource of an
# id, with a JSON document (or None), at the address of the provider's root; it returns the resource
# or raises ActionError.
Action: TypeAlias = "Callable[[str, Any, str], JsonObject]"


class SettingError(ValueError):
    """A setting has a name or a value that the model does not take."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class ActionError(Exception):
    """What a test wants done can't be done; `status` is that of the control API's answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
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

    def progress_key(self, request: Request) -> str | None:
        """Return what must not be in progress twice at once; None for a call that may be."""

    def busy_answer(self, request: Request) -> Answer:
        """Answer a request whose ``progress_key`` is in progress already."""

    def fault_answer(
        self, status: int, headers: Headers = (), body: bytes | None = None, *, path: str = ""
    ) -> Answer:
        """Return an injected answer; without a body, the provider's own for status and path."""

    def actions(self) -> Mapping[tuple[str, str], Action]:
        """Return what a test may do to what is listed, by listing and name of the action."""

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
