"""The gateway's state on disk: every change is written before it is answered."""

from __future__ import annotations

from localtender.edge.gateway.state import RegionState
from localtender.edge.gateway.store import Store
from localtender.edge.snapshot import Snapshot


class PersistentStore(Store):
    """A store that begins with what an earlier run saved."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._snapshot = snapshot
        for (account_id, region), state in (snapshot.load() or {}).items():
            super().save(account_id, region, state)

    def save(self, account_id: str, region: str, state: RegionState) -> None:
        """Replace everything of an account in a region, on disk too."""
        super().save(account_id, region, state)
        self._snapshot.save(self._regions)
