"""What Localtender itself answers, under `/_localtender/`: health, the journal, IAM's report,
faults, functions' code. LocalStack's Chaos API is answered beside them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from localtender.edge.authorize.access_report import AccessReport
from localtender.edge.faults.chaos_api import ChaosApi
from localtender.edge.faults.control import PATH as FAULTS_PATH
from localtender.edge.faults.control import FaultControl
from localtender.edge.faults.edge_faults import EdgeFaults
from localtender.edge.functions.service import FunctionsService
from localtender.edge.journal import Journal
from localtender.edge.protocol.messages import HttpRequest, HttpResponse
from localtender.edge.routes import CHAOS_PATH

# Where GetFunction's Code.Location points.
_CODE_PATH = "/_localtender/functions/code/"


class ControlRoutes:
    """The routes of the harness; `health` is what a healthy edge says of itself."""

    def __init__(
        self,
        *,
        journal: Journal,
        functions: FunctionsService,
        health: Mapping[str, Any],
        faults: EdgeFaults | None = None,
        access_report: AccessReport | None = None,
    ) -> None:
        self._journal = journal
        self._functions = functions
        self._health = health
        self._faults = None if faults is None else FaultControl(faults.rules)
        self._chaos = None if faults is None else ChaosApi(faults.rules)
        self._access_report = access_report

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; an unknown route is a 404 that names it."""
        path = request.path
        if self._faults is not None and (path + "/").startswith(FAULTS_PATH + "/"):
            return self._faults.answer(request)
        if self._chaos is not None and path.startswith(CHAOS_PATH):
            return self._chaos.answer(request)
        match request.method, path:
            case "GET", "/_localtender/health":
                return _json(self._health)
            case "GET", "/_localtender/requests":
                return self._requests(request)
            case "DELETE", "/_localtender/requests":
                self._journal.clear()
                return _json({})
            case "GET", "/_localtender/iam" if self._access_report is not None:
                return _json(await self._access_report.document())
            case "DELETE", "/_localtender/iam" if self._access_report is not None:
                self._access_report.clear()
                return _json({})
            case "GET", path if path.startswith(_CODE_PATH):
                return self._code(path.removeprefix(_CODE_PATH).removesuffix(".zip"))
            case _:
                return _json({"message": f"No control route {request.method} {request.path}."}, 404)

    def _requests(self, request: HttpRequest) -> HttpResponse:
        query = dict(reversed(request.query))
        limit = query.get("limit", "0")
        if not limit.isdecimal():
            return _json({"message": "limit must be a whole number"}, 400)
        return _json(self._journal.entries(service=query.get("service"), limit=int(limit)))

    def _code(self, sha256_hex: str) -> HttpResponse:
        archive = self._functions.code_archive(sha256_hex)
        if archive is None:
            return _json({"message": "No function has this code."}, 404)
        return HttpResponse(200, (("Content-Type", "application/zip"),), archive)


def _json(document: Any, status: int = 200) -> HttpResponse:
    body = json.dumps(document).encode()
    return HttpResponse(status, (("Content-Type", "application/json"),), body)
