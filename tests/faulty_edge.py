"""A running emulator that a test can tell to misbehave."""

from __future__ import annotations

from typing import Any

import boto3
import requests
from botocore.config import Config

from tests.running_edge import REGION, RunningEdge

ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=20)


class FaultyEdge:
    """A running edge that can be told to misbehave."""

    def __init__(self, edge: RunningEdge) -> None:
        self.edge = edge
        self._faults = f"{edge.endpoint_url}/_localtender/faults"

    def client(self, service: str, config: Config = ONCE) -> Any:
        """A boto3 client that tries nothing twice, unless it is configured to."""
        session: Any = boto3.session.Session("test", "test", region_name=REGION)
        return session.client(service, endpoint_url=self.edge.endpoint_url, config=config)

    def add(self, kind: str, **rule: Any) -> str:
        """Add a rule; its id."""
        answer = requests.post(self._faults, json={"kind": kind, **rule}, timeout=10)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def fired(self, rule_id: str) -> int:
        """How often a rule has struck."""
        return int(requests.get(f"{self._faults}/{rule_id}", timeout=10).json()["fired"])

    def clear(self) -> None:
        """Remove all rules."""
        requests.delete(self._faults, timeout=10)

    def struck(self, service: str) -> list[str]:
        """What struck calls of a service, by the journal."""
        return [
            str(entry["fault"])
            for entry in self.journal()
            if entry["service"] == service and entry["fault"]
        ]

    def journal(self) -> list[dict[str, Any]]:
        """What went through the edge."""
        answer = requests.get(f"{self.edge.endpoint_url}/_localtender/requests", timeout=10)
        return list(answer.json())
