"""What depends on functions and has to stay in step: readers, ready environments, shadows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localtender.edge.functions.control.provisioned_concurrency import (
        ProvisionedConcurrencyOperations,
    )
    from localtender.edge.functions.engine_triggers.shadows import ShadowFunctions
    from localtender.edge.functions.event_source_mapping import MappingRegistry
    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.functions.sources.pollers import Pollers


class Dependents:
    """Follows every change of what can be called."""

    def __init__(
        self,
        functions: FunctionRegistry,
        mappings: MappingRegistry,
        *,
        provisioned: ProvisionedConcurrencyOperations,
        pollers: Pollers,
        shadows: ShadowFunctions | None,
    ) -> None:
        self._functions = functions
        self._mappings = mappings
        self._provisioned = provisioned
        self._pollers = pollers
        self._shadows = shadows

    async def follow(self, reference: FunctionReference) -> None:
        """Bring what depends on a function's versions and aliases in step with them."""
        function = self._functions.find(reference)
        if function is not None:
            self._provisioned.reconcile(function)
        if self._shadows is not None:
            await self._shadows.follow(reference)

    async def resume(self) -> None:
        """Go on with what an earlier run left."""
        for mapping in self._mappings.everywhere():
            if self._functions.find(mapping.function) is not None:
                self._pollers.follow(mapping)
        for function in self._functions.everywhere():
            await self.follow(function.reference)
