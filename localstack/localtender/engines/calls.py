"""The port to an engine's services: one call of one operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class EngineCalls(Protocol):
    """What is needed of `localtender.engines.client.EngineClient`."""

    async def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        account_id: str,
        region: str,
    ) -> dict[str, Any]:
        """Call one operation. Raises EngineCallError when it answers with an error."""
        ...
