"""Connections of EventBridge: the secret that holds their credentials, and no credentials shown.

Follows "Connections for API targets in Amazon EventBridge": a connection's authorization
parameters are kept in a secret of its own, ``events!connection/NAME/UUID``, which goes with it, and
DescribeConnection answers without them (ConnectionAuthResponseParameters).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

from localtender.edge.engine_additions.calls import (
    Addition,
    Document,
    EngineCall,
    answered,
    succeeded,
    with_document,
)
from localtender.edge.engine_additions.memory import Memory
from localtender.edge.protocol.messages import HttpResponse
from localtender.engines.calls import EngineCalls
from localtender.engines.client import EngineCallError

_CONNECTION = "event-connection"
_SECRETS: Final = frozenset({"ApiKeyValue", "ClientSecret", "Password"})
_KEPT: Final = ("KmsKeyIdentifier",)


class EventConnectionAdditions:
    """Makes, keeps and deletes the secrets of connections."""

    def __init__(self, engine: EngineCalls, memory: Memory) -> None:
        self._engine = engine
        self._memory = memory

    def additions(self) -> Mapping[tuple[str, str], Addition]:
        """By service and operation."""
        operations = {
            "CreateConnection": self._create,
            "DeleteConnection": self._delete,
            "DescribeConnection": self._describe,
            "UpdateConnection": self._update,
        }
        return {("events", name): operation for name, operation in operations.items()}

    async def _create(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        if succeeded(response):
            name = str(call.document["Name"])
            made = await self._secret(
                call,
                "CreateSecret",
                Name=f"events!connection/{name}/{uuid.uuid4()}",
                SecretString=json.dumps(call.document.get("AuthParameters") or {}),
            )
            kept = {"SecretArn": made["ARN"], **_members(call)}
            self._memory.put(call.scope, _CONNECTION, name, kept)
        return response

    async def _update(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        name = str(call.document.get("Name"))
        kept = self._memory.get(call.scope, _CONNECTION, name)
        if succeeded(response) and kept is not None:
            self._memory.put(call.scope, _CONNECTION, name, {**kept, **_members(call)})
            if "AuthParameters" in call.document:
                text = json.dumps(call.document["AuthParameters"])
                await self._secret(
                    call, "PutSecretValue", SecretId=kept["SecretArn"], SecretString=text
                )
        return response

    async def _describe(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        if not succeeded(response):
            return response
        document = answered(response)
        kept = self._memory.get(call.scope, _CONNECTION, str(document["Name"])) or {}
        shown = {**document, "AuthParameters": _shown(document.get("AuthParameters") or {})}
        return with_document(response, {**shown, **kept})

    async def _delete(self, call: EngineCall) -> HttpResponse:
        response = await call.forward()
        name = str(call.document.get("Name"))
        kept = self._memory.remove(call.scope, _CONNECTION, name) if succeeded(response) else None
        if kept is not None:
            await self._secret(
                call,
                "DeleteSecret",
                SecretId=kept["SecretArn"],
                ForceDeleteWithoutRecovery=True,
            )
        return response

    async def _secret(self, call: EngineCall, operation: str, **parameters: Any) -> Document:
        account, region = call.scope
        try:
            return await self._engine.call(
                "secretsmanager", operation, parameters, account_id=account, region=region
            )
        except EngineCallError:
            # Somebody may have deleted the secret by hand; the connection lives on.
            if operation == "CreateSecret":
                raise
            return {}


def _members(call: EngineCall) -> Document:
    return {name: call.document[name] for name in _KEPT if call.document.get(name)}


def _shown(value: Any) -> Any:
    """What of the authorization parameters is shown: all but secrets."""
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if not isinstance(value, dict):
        return value
    hidden = _SECRETS | ({"Value"} if value.get("IsValueSecret") else set())
    return {name: _shown(item) for name, item in value.items() if name not in hidden}
