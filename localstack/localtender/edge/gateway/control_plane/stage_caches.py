"""Emptying the caches of stages: FlushStageCache, FlushStageAuthorizersCache.

After these operations of the API Gateway API reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from localtender.edge.gateway.control_plane.lookup import stage
from localtender.edge.gateway.store import Store
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters


class StageCaches:
    """The operations on caches.

    `forget_responses` empties a stage's cache, `forget_authorizers` drops what authorizers decided
    for it; both take the API's id and the stage's name.
    """

    def __init__(
        self,
        store: Store,
        forget_responses: Callable[[str, str], None],
        forget_authorizers: Callable[[str, str], None],
    ) -> None:
        self._store = store
        self._forget_responses = forget_responses
        self._forget_authorizers = forget_authorizers

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "FlushStageCache": self.flush_stage_cache,
            "FlushStageAuthorizersCache": self.flush_stage_authorizers_cache,
        }

    async def flush_stage_cache(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Empty the stage's response cache."""
        api, found = stage(self._store, caller, parameters["restApiId"], parameters["stageName"])
        self._forget_responses(api.id, found.name)
        return {}

    async def flush_stage_authorizers_cache(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Ask authorizers anew from the next request on."""
        api, found = stage(self._store, caller, parameters["restApiId"], parameters["stageName"])
        self._forget_authorizers(api.id, found.name)
        return {}
