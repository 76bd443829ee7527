"""The stages that a request passes between the journal and the service that answers it.

```
arrival ──▶ stage ──▶ stage ──▶ service
   ◀────────  send  ◀──  send  ◀──┘
```

A stage may answer itself, hold a request up, or change what is sent back; whatever it does not
mind it passes on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Protocol

from localtender.edge.answer_buffer import AnswerBuffer
from localtender.edge.asgi_messages import read_request, replayed
from localtender.edge.gateway.data_plane.custom_domains import DomainRoute
from localtender.edge.protocol.credential_scope import CredentialScope
from localtender.edge.protocol.messages import HttpRequest, HttpResponse
from localtender.edge.protocol.service_calls import ServiceCall, ServiceCalls
from localtender.edge.routes import Route
from localtender.engines.port import Receive, Scope, Send


@dataclass(frozen=True)
class Arrival:
    """A request that was read whole, where it is bound, and who it says it is from.

    `domain` is the custom domain of API Gateway by which it came, if it did. `faults` are the
    names of those that struck it, for the journal.
    """

    scope: Scope
    receive: Receive
    body: bytes
    identity: CredentialScope
    route: Route
    request_id: str
    calls: ServiceCalls
    domain: DomainRoute | None = None
    faults: list[str] = field(default_factory=list)

    @cached_property
    def request(self) -> HttpRequest:
        """The request as the services of our own read it."""
        return read_request(self.scope, self.body, self.request_id)

    @cached_property
    def call(self) -> ServiceCall | None:
        """The operation of AWS's API that it calls; None for everything else, as a request to a
        deployed API, a function URL or a plain document.
        """
        if not self.route.is_api:
            return None
        return self.calls.read(self.request, self.identity.service or self.route.service)

    def replay(self) -> Receive:
        """The request's messages, from the beginning."""
        return replayed(self.body, self.receive)


Onward = Callable[[Arrival, Send], Awaitable[None]]


class Stage(Protocol):
    """One stage on the way."""

    async def serve(self, arrival: Arrival, send: Send, onward: Onward) -> None:
        """Answer the request, or have it answered by what comes after."""
        ...


async def answered(arrival: Arrival, onward: Onward) -> HttpResponse:
    """The answer of what comes after, held back, without its length, for a stage to change."""
    buffer = AnswerBuffer()
    await onward(arrival, buffer.take)
    response = buffer.response
    if response is None:
        return HttpResponse(500, (), b"")
    headers = tuple(pair for pair in response.headers if pair[0].lower() != "content-length")
    return replace(response, headers=headers)


def in_order(stages: Sequence[Stage], service: Onward) -> Onward:
    """The way through all stages, the first one first, to the service."""
    onward = service
    for stage in reversed(stages):
        onward = partial(_through, stage, onward)
    return onward


async def _through(stage: Stage, onward: Onward, arrival: Arrival, send: Send) -> None:
    await stage.serve(arrival, send, onward)
