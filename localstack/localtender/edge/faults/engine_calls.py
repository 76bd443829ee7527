"""Faults of the calls that the emulator makes for functions in process: those of the pollers.

An event source mapping is Lambda's own client of SQS and DynamoDB Streams. Its calls are a client's
like all others to the rules, though no request of theirs passes the edge.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from fault_injection.effects import Action, Hold, Reset, Truncate, Wait
from localtender.edge.faults.actions import AnswerError
from localtender.edge.faults.calls import Call, api_call
from localtender.edge.faults.edge_faults import EdgeFaults, Strike
from localtender.edge.faults.queue_faults import QueueFaults
from localtender.edge.protocol.models import ServiceModels
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError


class FaultyEngineCalls:
    """Calls an engine under the faults in force; satisfies `EngineCalls`."""

    def __init__(self, engine: EngineCalls, faults: EdgeFaults, models: ServiceModels) -> None:
        self._engine = engine
        self._faults = faults
        self._models = models
        self._queues = QueueFaults(faults)

    async def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str,
        region: str,
    ) -> dict[str, Any]:
        """Call one operation. Raises EngineCallError, and httpx.HTTPError for what breaks."""
        if not self._faults:
            return await self._engine.call(
                service, operation, parameters, account_id=account_id, region=region
            )
        call = api_call(
            service,
            self._models.get(service).signing_name,
            operation,
            parameters,
            account_id=account_id,
            region=region,
        )
        strike = self._faults.strike(call)
        if strike is None:
            return await self._work(call, account_id, region)
        try:
            for action in strike.actions("before"):
                await _carry_out(action, call)
            output = await self._work(call, account_id, region)
            for action in strike.actions("after"):
                await _carry_out(action, call)
        except EngineCallError as error:
            self._note(call, strike, error.status)
            raise
        except httpx.HTTPError:
            self._note(call, strike, 0)
            raise
        self._note(call, strike, 200)
        return output

    def _note(self, call: Call, strike: Strike, status: int) -> None:
        self._faults.note(call, strike.names, target="engine", path="/", status=status)

    async def _work(self, call: Call, account_id: str, region: str) -> dict[str, Any]:
        if not self._queues.concern(call):
            return await self._engine.call(
                call.service, call.operation, call.parameters, account_id=account_id, region=region
            )
        again = self._queues.again(call)
        if again:
            return {"Messages": again}
        output = await self._engine.call(
            call.service, call.operation, call.parameters, account_id=account_id, region=region
        )
        messages, struck = self._queues.delivered(call, list(output.get("Messages") or ()))
        if struck is not None:
            self._faults.note(call, struck, target="engine", path="/", status=200)
        return {**output, "Messages": messages}


async def _carry_out(action: Action, call: Call) -> None:
    match action:
        case Wait(seconds):
            await asyncio.sleep(seconds)
        case Hold(seconds):
            await asyncio.sleep(seconds)
            raise httpx.ReadTimeout("a fault held the call")
        case Reset() | Truncate(_):
            raise httpx.ReadError("a fault broke the connection")
        case AnswerError(error):
            answered = error(call)
            raise EngineCallError(
                call.service, call.operation, answered.code, answered.message, answered.status
            )
