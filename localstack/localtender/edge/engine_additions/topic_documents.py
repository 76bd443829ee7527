"""Data protection policies of SNS topics.

Follows the SNS API reference (PutDataProtectionPolicy, GetDataProtectionPolicy, CreateTopic). A
policy is kept and given back; messages are neither audited nor masked nor refused by it.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any, Final

from localtender.edge.engine_additions.calls import Addition, EngineCall, succeeded
from localtender.edge.engine_additions.memory import Memory
from localtender.edge.protocol.error_answers import write_error
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import HttpResponse
from localtender.edge.protocol.models import ServiceModels
from localtender.edge.protocol.query_protocol import write_xml
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError

_SERVICE: Final = "sns"
_POLICY: Final = "data-protection-policy"
_MEMBER: Final = "DataProtectionPolicy"
_MOST_CHARACTERS: Final = 30_720
_FIFO: Final = ".fifo"
_TOPIC: Final = re.compile(rb"<TopicArn>([^<]+)</TopicArn>")


class TopicDocumentAdditions:
    """Answers what the engine lacks about such policies."""

    def __init__(self, engine: EngineCalls, memory: Memory, models: ServiceModels) -> None:
        self._engine = engine
        self._memory = memory
        self._models = models

    def additions(self) -> Mapping[tuple[str, str], Addition]:
        """By service and operation."""
        operations = {
            "CreateTopic": self._create,
            "DeleteTopic": self._delete,
            "GetDataProtectionPolicy": self._get,
            "PutDataProtectionPolicy": self._put,
        }
        return {(_SERVICE, name): operation for name, operation in operations.items()}

    async def _put(self, call: EngineCall) -> HttpResponse:
        topic, policy = str(call.parameters.get("ResourceArn")), call.parameters.get(_MEMBER)
        try:
            await self._require(call, topic)
            _check(topic, policy)
        except ServiceError as error:
            return self._refusal(error)
        self._keep(call, topic, policy)
        return self._answer("PutDataProtectionPolicy", {})

    async def _get(self, call: EngineCall) -> HttpResponse:
        topic = str(call.parameters.get("ResourceArn"))
        try:
            await self._require(call, topic)
        except ServiceError as error:
            return self._refusal(error)
        policy = self._memory.get(call.scope, _POLICY, topic)
        return self._answer("GetDataProtectionPolicy", {_MEMBER: policy} if policy else {})

    async def _create(self, call: EngineCall) -> HttpResponse:
        name, policy = str(call.parameters.get("Name")), call.parameters.get(_MEMBER)
        if not policy:
            return await call.forward()
        try:
            _check(name, policy)
        except ServiceError as error:
            return self._refusal(error)
        response = await call.forward()
        made = _TOPIC.search(response.body)
        if succeeded(response) and made is not None:
            self._keep(call, made.group(1).decode(), policy)
        return response

    async def _delete(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        if succeeded(response):
            self._memory.remove(call.scope, _POLICY, str(call.parameters.get("TopicArn")))
        return response

    async def _require(self, call: EngineCall, topic: str) -> None:
        """See that a topic is there. Raises ServiceError."""
        try:
            await self._engine.call(
                _SERVICE,
                "GetTopicAttributes",
                {"TopicArn": topic},
                account_id=call.caller.account_id,
                region=call.caller.region,
            )
        except EngineCallError as error:
            raise ServiceError(error.code, error.message, error.status) from error

    def _keep(self, call: EngineCall, topic: str, policy: str | None) -> None:
        if policy:
            self._memory.put(call.scope, _POLICY, topic, policy)
        else:
            self._memory.remove(call.scope, _POLICY, topic)

    def _answer(self, operation: str, output: Mapping[str, Any]) -> HttpResponse:
        body = write_xml(self._models.get(_SERVICE), operation, output, str(uuid.uuid4()))
        return HttpResponse(200, (("Content-Type", "text/xml"),), body)

    def _refusal(self, error: ServiceError) -> HttpResponse:
        return write_error("query", self._models.get(_SERVICE), error, str(uuid.uuid4()))


def _check(topic: str, policy: str | None) -> None:
    """See that a topic can have a policy; an empty one takes it away. Raises ServiceError."""
    if topic.endswith(_FIFO):
        raise ServiceError(
            "InvalidParameter",
            "Invalid parameter: Data protection policies are not supported for FIFO topics",
        )
    if not policy:
        return
    if len(policy) > _MOST_CHARACTERS:
        raise ServiceError(
            "InvalidParameter",
            f"Invalid parameter: {_MEMBER} Reason: longer than {_MOST_CHARACTERS} characters",
        )
    try:
        document = json.loads(policy)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise ServiceError(
            "InvalidParameter", f"Invalid parameter: {_MEMBER} Reason: not a JSON object"
        )
