"""The operations on dashboards.

Follows https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html.
"""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters
from localtender.edge.snapshot import Snapshot
from localtender.telemetry.cloudwatch.constraints import invalid_value
from localtender.telemetry.cloudwatch.paging import page

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_PAGE = 1000


@dataclass(frozen=True)
class Dashboard:
    """A dashboard; `body` is JSON, `modified_at` seconds since 1970."""

    name: str
    arn: str
    body: str
    modified_at: float


class DashboardOperations:
    """Keeps dashboards of every account; they belong to no region."""

    def __init__(
        self, clock: Callable[[], float] = time.time, snapshot: Snapshot | None = None
    ) -> None:
        """`clock` gives seconds since 1970; a snapshot makes dashboards survive the process."""
        self._clock = clock
        self._snapshot = snapshot
        self._accounts: defaultdict[str, dict[str, Dashboard]] = defaultdict(dict)
        self._accounts.update((snapshot.load() if snapshot is not None else None) or {})

    def operations(self) -> Mapping[str, Operation]:
        """By name."""
        return {
            "PutDashboard": self.put_dashboard,
            "GetDashboard": self.get_dashboard,
            "ListDashboards": self.list_dashboards,
            "DeleteDashboards": self.delete_dashboards,
        }

    async def put_dashboard(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Create a dashboard, or give one another body."""
        name, body = parameters["DashboardName"], parameters["DashboardBody"]
        if not _NAME.fullmatch(name):
            raise invalid_value(
                f"The value {name} for field DashboardName contains invalid characters. It can "
                "only contain alphanumerics, dash (-) and underscore (_)."
            )
        if not _is_object(body):
            raise ServiceError(
                "InvalidParameterInput",
                "The field DashboardBody must be a valid JSON object",
                400,
            )
        arn = f"arn:aws:cloudwatch::{caller.account_id}:dashboard/{name}"
        dashboard = Dashboard(name, arn, body, self._clock())
        self._accounts[caller.account_id][name] = dashboard
        self._save()
        return {"DashboardValidationMessages": []}

    async def get_dashboard(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Show a dashboard."""
        name = parameters["DashboardName"]
        found = self._accounts[caller.account_id].get(name)
        if found is None:
            raise _missing(name)
        return {
            "DashboardArn": found.arn,
            "DashboardBody": found.body,
            "DashboardName": found.name,
        }

    async def list_dashboards(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Name the dashboards."""
        prefix = parameters.get("DashboardNamePrefix") or ""
        known = sorted(self._accounts[caller.account_id].items())
        found = [dashboard for name, dashboard in known if name.startswith(prefix)]
        shown, token = page(found, _PAGE, parameters.get("NextToken"))
        entries = [
            {
                "DashboardName": each.name,
                "DashboardArn": each.arn,
                "LastModified": each.modified_at,
                "Size": len(each.body.encode()),
            }
            for each in shown
        ]
        return {"DashboardEntries": entries, "NextToken": token}

    async def delete_dashboards(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Delete dashboards: all that are named, or none when one does not exist."""
        known = self._accounts[caller.account_id]
        for name in parameters["DashboardNames"]:
            if name not in known:
                raise _missing(name)
        for name in parameters["DashboardNames"]:
            known.pop(name, None)
        self._save()
        return {}

    def _save(self) -> None:
        if self._snapshot is not None:
            self._snapshot.save(dict(self._accounts))


def _missing(name: str) -> ServiceError:
    return ServiceError("ResourceNotFound", f"Dashboard {name} does not exist", 404)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
