"""One provider over HTTP: journal, then faults, then the model's work, then the answer."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fault_injection.connection import connection_of
from fault_injection.effects import Hold, Reset, Truncate, Wait
from fault_injection.holding import RequestReleasedError, until_disconnected
from sandbox_mocks.server.asgi import (
    BodyTooLargeError,
    ClientGoneError,
    is_disconnected,
    read_body,
    read_request,
    send_answer,
)
from sandbox_mocks.shared.faults.answers import Reply, Rewrite
from sandbox_mocks.shared.messages import Answer

if TYPE_CHECKING:
    from fault_injection.effects import Action, When
    from fault_injection.holding import HeldRequests
    from fault_injection.rules import FiredFault
    from sandbox_mocks.server.asgi import Receive, Scope, Send
    from sandbox_mocks.shared.messages import Request
    from sandbox_mocks.shared.sandbox import ProviderSandbox

_log = logging.getLogger(__name__)


class _BrokenConnectionError(Exception):
    """A fault wants the connection broken."""


@dataclass(slots=True)
class _Call:
    request: Request
    receive: Receive
    answer: Answer | None = None
    sent_share: float = 1.0
    client_gone: bool = False


class ProviderEndpoint:
    """The ASGI application of one provider below its path prefix."""

    def __init__(self, sandbox: ProviderSandbox, held: HeldRequests) -> None:
        self._sandbox = sandbox
        self._held = held
        self._prefix = f"/{sandbox.model.name}"
        # The calls under an idempotency key whose work is still to be done.
        self._in_progress: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = time.perf_counter()
        try:
            body = await read_body(receive)
        except ClientGoneError:
            return
        except BodyTooLargeError:
            path = scope["path"][len(self._prefix) :]
            await send_answer(send, self._sandbox.model.fault_answer(413, path=path))
            await _end(scope, receive, broken=False)
            return
        request = read_request(scope, body, prefix=self._prefix)
        faults = self._sandbox.fire(request)
        entry = self._sandbox.journal.begin(self._sandbox.model.clock.now(), request, faults)
        call = _Call(request, receive)
        delivered = False
        try:
            call.answer = await self._work_on(call, faults)
            await self._carry_out(call, _actions(faults, "after"))
            await send_answer(send, call.answer, share=call.sent_share)
            delivered = call.sent_share == 1.0 and not call.client_gone
        except (_BrokenConnectionError, RequestReleasedError):
            await _end(scope, receive, broken=True)
        finally:
            self._sandbox.journal.complete(
                entry,
                call.answer,
                delivered=delivered,
                duration_ms=(time.perf_counter() - started) * 1000,
            )
        if call.answer is not None and call.sent_share < 1.0:
            await _end(scope, receive, broken=False)

    async def _work_on(self, call: _Call, faults: tuple[FiredFault, ...]) -> Answer:
        """Return the call's answer, a refusal when the same call is being worked on already."""
        model = self._sandbox.model
        before = _actions(faults, "before")
        # Without a fault nothing is waited for, and two calls are never in progress at once.
        key = model.progress_key(call.request) if before or self._in_progress else None
        if key is not None and key in self._in_progress:
            return model.busy_answer(call.request)
        if key is not None:
            self._in_progress.add(key)
        try:
            await self._carry_out(call, before)
            return call.answer or self._work(call.request)
        finally:
            if key is not None:
                self._in_progress.discard(key)

    def _work(self, request: Request) -> Answer:
        try:
            return self._sandbox.model.handle(request)
        except Exception:
            # The client gets an answer in the provider's shape; the cause is a defect of ours.
            _log.exception("the %s sandbox failed on %s", self._sandbox.model.name, request.path)
            return self._sandbox.model.fault_answer(500, path=request.path)

    async def _carry_out(self, call: _Call, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Wait(seconds):
                    await self._held.wait(seconds)
                    call.client_gone = await is_disconnected(call.receive)
                case Hold(seconds):
                    await self._held.until_client_goes(call.receive, seconds)
                    raise _BrokenConnectionError
                case Reset():
                    raise _BrokenConnectionError
                case Reply(status, headers, body):
                    call.answer = self._sandbox.model.fault_answer(
                        status, headers, body, path=call.request.path
                    )
                case Rewrite(rewrite) if call.answer is not None:
                    answer = call.answer
                    call.answer = Answer(answer.status, answer.headers, rewrite(answer.body))
                case Truncate(share):
                    call.sent_share = share


def _actions(faults: tuple[FiredFault, ...], when: When) -> list[Action]:
    return [fault.effect.action for fault in faults if fault.effect.when == when]


async def _end(scope: Scope, receive: Receive, *, broken: bool) -> None:
    connection = connection_of(scope)
    if broken:
        connection.reset()
    else:
        connection.close()
    # The server takes an application that returns before the end for a faulty one.
    await until_disconnected(receive)
