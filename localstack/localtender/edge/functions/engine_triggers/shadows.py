"""Keeps a shadow of every function in the engine's own Lambda, through its public API."""

from __future__ import annotations

import asyncio
import io
import logging
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from localtender.edge.functions.names import LATEST
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.engines.calls import EngineCalls

DELIVERY_PATH = "/_localtender/functions/deliveries/"

# The engine writes a log of its own for every call; kept out of the functions' log groups.
_LOG_GROUP = "/localtender/engine-triggers"
_PROXY_VARIABLE = "MINISTACK_LAMBDA_PROXY_URL"
_RUNTIME = "python3.12"
_LONGEST_TIMEOUT_SECONDS = 900
_log = logging.getLogger(__name__)


@dataclass
class _Shadow:
    """What the engine has of a function."""

    versions: int = 0
    aliases: dict[str, str] = field(default_factory=dict)


class ShadowFunctions:
    """Creates, changes and removes shadows as functions, versions and aliases come and go."""

    def __init__(self, engine: EngineCalls, registry: FunctionRegistry, endpoint_url: str) -> None:
        self._engine = engine
        self._registry = registry
        self._endpoint_url = endpoint_url
        self._shadows: dict[str, _Shadow] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._archive = _stub_archive()

    async def follow(self, reference: FunctionReference) -> None:
        """Bring a function's shadow in step. A failure is logged: the function itself works."""
        reference = reference.qualified(None)
        async with self._locks[reference.arn]:
            try:
                await self._follow(reference)
            except (EngineCallError, httpx.HTTPError, OSError) as error:
                _log.warning("Services of the engine may not reach %s: %s", reference.arn, error)

    async def _follow(self, reference: FunctionReference) -> None:
        function = self._registry.find(reference)
        shadow = self._shadows.get(reference.arn)
        if function is None:
            if self._shadows.pop(reference.arn, None) is not None:
                await self._call(reference, "DeleteFunction", {})
            return
        if shadow is None:
            await self._create(reference, function.latest.role)
            shadow = self._shadows[reference.arn] = _Shadow()
        while shadow.versions < function.last_version:
            # Without a change the engine would give the last version again.
            number = str(shadow.versions + 1)
            await self._call(reference, "UpdateFunctionConfiguration", {"Description": number})
            await self._call(reference, "PublishVersion", {})
            shadow.versions += 1
        wanted = {name: alias.version for name, alias in function.aliases.items()}
        for name in shadow.aliases.keys() - wanted.keys():
            await self._call(reference, "DeleteAlias", {"Name": name})
            del shadow.aliases[name]
        for name, version in wanted.items():
            if shadow.aliases.get(name) != version:
                operation = "UpdateAlias" if name in shadow.aliases else "CreateAlias"
                await self._call(
                    reference, operation, {"Name": name, "FunctionVersion": version or LATEST}
                )
                shadow.aliases[name] = version

    async def _create(self, reference: FunctionReference, role: str) -> None:
        address = (
            f"{self._endpoint_url}{DELIVERY_PATH}"
            f"{reference.account_id}/{reference.region}/{reference.name}"
        )
        try:
            await self._call(reference, "DeleteFunction", {})
        except EngineCallError as error:
            if error.status != 404:
                raise
        await self._call(
            reference,
            "CreateFunction",
            {
                "Runtime": _RUNTIME,
                "Handler": "shadow.handler",
                "Role": role,
                "Code": {"ZipFile": self._archive},
                "Timeout": _LONGEST_TIMEOUT_SECONDS,
                "Environment": {"Variables": {_PROXY_VARIABLE: address}},
                "LoggingConfig": {"LogGroup": _LOG_GROUP},
            },
        )

    async def _call(
        self, reference: FunctionReference, operation: str, parameters: dict[str, Any]
    ) -> None:
        await self._engine.call(
            "lambda",
            operation,
            {"FunctionName": reference.name, **parameters},
            account_id=reference.account_id,
            region=reference.region,
        )


def _stub_archive() -> bytes:
    """Code that never runs: the engine wants some."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "shadow.py", "def handler(event, context):\n    raise NotImplementedError\n"
        )
    return buffer.getvalue()
