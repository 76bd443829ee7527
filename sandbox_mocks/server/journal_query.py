"""The filters of the journal, from the query of a control request."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox_mocks.server.control_errors import bad_request
from sandbox_mocks.shared.journal import JournalFilter

if TYPE_CHECKING:
    from starlette.requests import Request


def journal_filter(request: Request) -> JournalFilter:
    """Read ``method``, ``path``, ``since`` and ``limit``; raises ControlError."""
    wanted = dict(request.query_params)
    method = wanted.pop("method", None)
    path = wanted.pop("path", None)
    since = wanted.pop("since", None)
    limit = wanted.pop("limit", None)
    for name in wanted:
        raise bad_request(name, "is not a filter; known are method, path, since, limit")
    paths: tuple[str, ...] = ()
    if path is not None:
        prefix = f"/{request.path_params['provider']}"
        paths = (path, path.removeprefix(prefix)) if path.startswith(prefix) else (path,)
    after_id, after_time = _since(since)
    count = None
    if limit is not None:
        if not (limit.isascii() and limit.isdigit() and len(limit) <= 9):
            raise bad_request("limit", "must be a whole number")
        count = int(limit)
    return JournalFilter(method, paths, after_id, after_time, count)


def _since(text: str | None) -> tuple[int | None, float | None]:
    if text is None:
        return None, None
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text), None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise bad_request("since", "must be the id of a request or an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise bad_request("since", "needs a time zone, for instance Z")
    return None, moment.timestamp()
