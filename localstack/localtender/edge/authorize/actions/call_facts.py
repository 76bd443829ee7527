"""What the tables of actions read of a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localtender.edge.protocol.service_calls import ServiceCall


@dataclass(frozen=True)
class CallFacts:
    """A call and where it happens; `account_id` is the caller's."""

    call: ServiceCall
    account_id: str
    region: str

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The input of the operation by member names."""
        return self.call.parameters

    def value(self, path: str) -> Any:
        """The parameter at a dotted path (`Target.RoleArn`), None where there is none."""
        found: Any = self.parameters
        for name in path.split("."):
            if not isinstance(found, Mapping):
                return None
            found = found.get(name)
        return found

    def text(self, path: str) -> str | None:
        """The text at a dotted path, None where there is none or another type."""
        found = self.value(path)
        return found if isinstance(found, str) and found else None

    def items(self, path: str) -> list[Any]:
        """The list at a dotted path, empty where there is none."""
        found = self.value(path)
        return found if isinstance(found, list) else []

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource in the caller's account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"

    def global_arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of a service that has no regions."""
        return f"arn:aws:{service}::{self.account_id}:{resource}"
