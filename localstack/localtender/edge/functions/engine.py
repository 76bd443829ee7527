"""The rest of AWS as the Lambda service uses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Engine(Protocol):
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
