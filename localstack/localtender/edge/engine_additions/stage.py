"""The last stage before the services: calls to the engine that something is added to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from localtender.edge.answer_buffer import AnswerBuffer
from localtender.edge.asgi_messages import send_response
from localtender.edge.engine_additions.calls import Addition, EngineAdditions, EngineCall
from localtender.edge.engine_additions.event_bus_policies import EventBusPolicyAdditions
from localtender.edge.engine_additions.event_connections import EventConnectionAdditions
from localtender.edge.engine_additions.kept_members import KeptMembersAdditions
from localtender.edge.engine_additions.kinds import KEPT
from localtender.edge.engine_additions.kms_managed_keys import KmsManagedKeyAdditions
from localtender.edge.engine_additions.log_documents import LogDocumentAdditions
from localtender.edge.engine_additions.log_groups import LogGroupAdditions
from localtender.edge.engine_additions.log_subscriptions import (
    LogSubscriptionAdditions,
    SubscriptionFilters,
)
from localtender.edge.engine_additions.memory import Memory
from localtender.edge.engine_additions.state_machine_definitions import (
    StateMachineDefinitionAdditions,
)
from localtender.edge.engine_additions.topic_documents import TopicDocumentAdditions
from localtender.edge.engine_requests import json_document
from localtender.edge.protocol.messages import HttpResponse
from localtender.edge.routes import Target
from localtender.engines.port import Send

if TYPE_CHECKING:
    from localtender.edge.protocol.models import ServiceModels
    from localtender.edge.stages import Arrival, Onward
    from localtender.engines.calls import EngineCalls
    from localtender.telemetry.log_subscriptions import LogSubscriptions


class EngineAdditionsStage:
    """Hands the calls of the operations concerned to their additions, and passes on the others."""

    def __init__(self, additions: Iterable[EngineAdditions]) -> None:
        self._additions: dict[tuple[str, str], Addition] = {}
        for each in additions:
            self._additions.update(each.additions())
        self._services = frozenset(service for service, _ in self._additions)

    async def serve(self, arrival: Arrival, send: Send, onward: Onward) -> None:
        """Answer a call that concerns an addition."""
        addition = self._addition(arrival)
        if addition is None or arrival.call is None:
            await onward(arrival, send)
            return
        call = EngineCall(
            parameters=arrival.call.parameters,
            document=json_document(arrival.body),
            caller=arrival.identity.caller,
            forward=lambda: _collected(arrival, onward),
        )
        await send_response(await addition(call), send, head=False)

    def _addition(self, arrival: Arrival) -> Addition | None:
        if arrival.route.target is not Target.ENGINE or arrival.call is None:
            return None
        if arrival.call.service not in self._services:
            return None
        return self._additions.get((arrival.call.service, arrival.call.name))


def engine_additions(
    engine: EngineCalls,
    memory: Memory,
    filters: SubscriptionFilters,
    subscriptions: LogSubscriptions,
    models: ServiceModels,
) -> EngineAdditionsStage:
    """All additions as one stage, with the memory that they share."""
    return EngineAdditionsStage(
        (
            KeptMembersAdditions(memory, KEPT),
            EventBusPolicyAdditions(engine, memory),
            EventConnectionAdditions(engine, memory),
            KmsManagedKeyAdditions(engine, memory),
            LogDocumentAdditions(memory),
            LogGroupAdditions(engine, memory, filters),
            LogSubscriptionAdditions(engine, filters, subscriptions),
            StateMachineDefinitionAdditions(),
            TopicDocumentAdditions(engine, memory, models),
        )
    )


async def _collected(arrival: Arrival, onward: Onward) -> HttpResponse:
    buffer = AnswerBuffer()
    await onward(arrival, buffer.take)
    return buffer.response or HttpResponse(500, (), b"")
