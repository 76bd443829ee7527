"""Lambda's state on disk: every change is written before it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localtender.edge.functions.event_source_mapping import MappingRegistry
    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.functions.function_url import FunctionUrls
    from localtender.edge.functions.layer import LayerRegistry
    from localtender.edge.snapshot import Snapshot

_READS = ("Get", "List", "Invoke")


class FunctionsState:
    """Functions, layers and mappings as one value; their code is on disk anyway."""

    def __init__(
        self,
        snapshot: Snapshot | None,
        *,
        functions: FunctionRegistry,
        layers: LayerRegistry,
        mappings: MappingRegistry,
        urls: FunctionUrls,
    ) -> None:
        """Without a snapshot nothing is saved or loaded."""
        self._snapshot = snapshot
        self._functions = functions
        self._layers = layers
        self._mappings = mappings
        self._urls = urls

    def load(self) -> None:
        """Begin with what an earlier run saved."""
        saved = self._snapshot.load() if self._snapshot is not None else None
        if saved is None:
            return
        self._functions.restore(saved["functions"])
        self._layers.restore(saved["layers"])
        self._mappings.restore(saved["mappings"])
        self._urls.restore(self._functions.everywhere())

    def save_after(self, operation: str) -> None:
        """Save, unless the operation only reads. Raises OSError."""
        if self._snapshot is None or operation.startswith(_READS):
            return
        self._snapshot.save(
            {
                "functions": self._functions.contents,
                "layers": self._layers.contents,
                "mappings": self._mappings.contents,
            }
        )
