"""API keys out of a file: ImportApiKeys.

After "API Gateway API key file format" of the developer guide: comma-separated values whose first
line names the columns `name`, `key`, `description`, `enabled` and `usageplanIds`, in any order.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from localtender.edge.gateway.control_plane.api_keys import ApiKeys
from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.control_plane.usage_plan_keys import UsagePlanKeys
from localtender.edge.gateway.openapi.findings import Findings
from localtender.edge.gateway.store import Store
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_REQUIRED = ("name", "key")


class ApiKeyImport:
    """The operation that imports API keys."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys = ApiKeys(store)
        self._plans = UsagePlanKeys(store)

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {"ImportApiKeys": self.import_api_keys}

    async def import_api_keys(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The keys of a file; a line that cannot be taken is a warning."""
        before = self._store.state_of(caller)
        findings = Findings()
        identifiers: list[str] = []
        for number, row in enumerate(_rows(parameters["body"]), start=1):
            try:
                identifiers.append(await self._import(caller, row))
            except ServiceError as error:
                findings.warnings.append(f"Skipped record: {number}. {error.message}")
        try:
            findings.check(fail_on_warnings=bool(parameters.get("failOnWarnings")))
        except ServiceError:
            self._store.save_for(caller, before)
            raise
        return {"ids": identifiers, "warnings": findings.warnings}

    async def _import(self, caller: Caller, row: Mapping[str, str]) -> str:
        key = await self._keys.create_api_key(
            caller,
            {
                "name": row["name"],
                "value": row["key"],
                "description": row.get("description"),
                "enabled": row.get("enabled", "").lower() == "true",
            },
        )
        identifier: str = key["id"]
        for plan_id in row.get("usageplanids", "").split(","):
            if plan_id.strip():
                await self._plans.create_usage_plan_key(
                    caller,
                    {"usagePlanId": plan_id.strip(), "keyId": identifier, "keyType": "API_KEY"},
                )
        return identifier


def _rows(body: bytes) -> list[dict[str, str]]:
    try:
        lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), skipinitialspace=True))
    except (UnicodeDecodeError, csv.Error):
        raise bad_request("Invalid API key file specified") from None
    lines = [line for line in lines if line]
    if not lines:
        raise bad_request("Invalid API key file specified: it is empty")
    names = [name.strip().lower() for name in lines[0]]
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        raise bad_request(f"Invalid API key file specified: column {', '.join(missing)} is missing")
    return [dict(zip(names, (value.strip() for value in line), strict=False)) for line in lines[1:]]
