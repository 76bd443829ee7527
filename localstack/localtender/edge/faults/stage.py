"""The stage in which faults strike requests: the first one, before anything is looked at.

```
arrival ── before: wait, hold, break, refuse ──▶ authorize, service
   ◀── after: wait, break, cut, answer an error ◀───┘  (the work is done)
```
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from fault_injection.connection import connection_of
from fault_injection.effects import Action, Hold, Reset, Truncate, Wait
from fault_injection.holding import HeldRequests, RequestReleasedError, until_disconnected
from localtender.edge.answer_buffer import AnswerBuffer
from localtender.edge.asgi_messages import send_response
from localtender.edge.faults.actions import AnswerError
from localtender.edge.faults.arriving_calls import ArrivingCalls
from localtender.edge.faults.calls import Call
from localtender.edge.faults.edge_faults import EdgeFaults, Strike
from localtender.edge.faults.error_responses import error_response
from localtender.edge.faults.queue_faults import QueueFaults
from localtender.edge.faults.received_messages import (
    deletion_answer,
    message_answer,
    read_messages,
    with_messages,
)
from localtender.edge.stages import Arrival, Onward
from localtender.engines.port import Send


class _BrokenConnectionError(Exception):
    """A fault wants the connection broken."""


@dataclass
class _Exchange:
    """A struck call on its way."""

    arrival: Arrival
    call: Call
    send: Send
    is_answered: bool = False
    sent_share: float = 1.0


class FaultStage:
    """Lets faults strike; without rules it costs nothing."""

    def __init__(self, faults: EdgeFaults, calls: ArrivingCalls) -> None:
        self._faults = faults
        self._calls = calls
        self._held = HeldRequests()
        self._queues = {form: QueueFaults(faults) for form in ("json", "query")}

    async def serve(self, arrival: Arrival, send: Send, onward: Onward) -> None:
        """Have the request answered as the rules want it."""
        if not self._faults:
            await onward(arrival, send)
            return
        with_caller = self._faults.rules.match_on("function", "role")
        call = await self._calls.of(arrival, with_caller=with_caller)
        if call is None:
            await onward(arrival, send)
            return
        if arrival.call is not None and arrival.call.protocol in self._queues:
            queues = self._queues[arrival.call.protocol]
            if queues.concern(call):
                onward = partial(_receive, queues, call, onward)
            elif queues.deletes_again(call):
                onward = partial(_delete, queues, call, onward)
        strike = self._faults.strike(call)
        if strike is None:
            await onward(arrival, send)
            return
        arrival.faults.append(strike.names)
        try:
            await self._carry_out(_Exchange(arrival, call, send), strike, onward)
        except (_BrokenConnectionError, RequestReleasedError):
            await _end(arrival, broken=True)

    async def _carry_out(self, exchange: _Exchange, strike: Strike, onward: Onward) -> None:
        arrival, send = exchange.arrival, exchange.send
        for action in strike.actions("before"):
            await self._act(exchange, action)
        if exchange.is_answered:
            return
        afterwards = strike.actions("after")
        if not afterwards:
            await onward(arrival, send)
            return
        buffer = AnswerBuffer()
        await onward(arrival, buffer.take)
        for action in afterwards:
            await self._act(exchange, action)
        if exchange.is_answered:
            return
        if exchange.sent_share == 1.0:
            await buffer.release(send)
        else:
            await buffer.release_share(send, exchange.sent_share)
            await _end(arrival, broken=False)

    async def _act(self, exchange: _Exchange, action: Action) -> None:
        match action:
            case Wait(seconds):
                await self._held.wait(seconds)
            case Hold(seconds):
                await self._held.until_client_goes(exchange.arrival.receive, seconds)
                raise _BrokenConnectionError
            case Reset():
                raise _BrokenConnectionError
            case Truncate(share):
                exchange.sent_share = share
            case AnswerError(error) if not exchange.is_answered:
                response = error_response(exchange.arrival, exchange.call, error(exchange.call))
                is_head = exchange.arrival.request.method == "HEAD"
                await send_response(response, exchange.send, head=is_head)
                exchange.is_answered = True


async def _receive(
    queues: QueueFaults, call: Call, onward: Onward, arrival: Arrival, send: Send
) -> None:
    """Have a queue answer, and deliver what faults make of its messages."""
    again = queues.again(call)
    if again:
        await send_response(message_answer(arrival, again), send, head=False)
        return
    buffer = AnswerBuffer()
    await onward(arrival, buffer.take)
    response = buffer.response
    if response is None or response.status != 200:
        await buffer.release(send)
        return
    messages, struck = queues.delivered(call, read_messages(response))
    if struck is not None:
        arrival.faults.append(struck)
    await send_response(with_messages(response, messages), send, head=False)


async def _delete(
    queues: QueueFaults, call: Call, onward: Onward, arrival: Arrival, send: Send
) -> None:
    """Have messages deleted, some of which may be gone since their first delivery."""
    buffer = AnswerBuffer()
    await onward(arrival, buffer.take)
    response = buffer.response
    if response is not None:
        answer = deletion_answer(arrival, call, response, queues.was_delivered_twice)
        await send_response(answer, send, head=False)


async def _end(arrival: Arrival, *, broken: bool) -> None:
    connection = connection_of(arrival.scope)
    if broken:
        connection.reset()
    else:
        connection.close()
    # The server takes an application that returns before the end for a faulty one.
    await until_disconnected(arrival.receive)
