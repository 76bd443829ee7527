"""Lists in pages, as the GetXs operations cut them.

`limit` is 25 unless told, at most 500; `position` is opaque and comes from the page before.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.protocol.service import Parameters

Item = TypeVar("Item")
_DEFAULT_LIMIT = 25
_LARGEST_LIMIT = 500


def page(
    items: Sequence[Item],
    parameters: Parameters,
    key: Callable[[Item], str],
    describe: Callable[[Item], Parameters],
    member: str = "items",
) -> Parameters:
    """The page of the list that a request asks for, with the position of the next one."""
    limit = min(int(parameters.get("limit") or _DEFAULT_LIMIT), _LARGEST_LIMIT)
    if limit < 1:
        raise bad_request("Invalid limit specified")
    start = 0
    position = parameters.get("position")
    if position:
        last = _decoded(position)
        following = [index + 1 for index, item in enumerate(items) if key(item) == last]
        if not following:
            raise bad_request("Invalid position specified")
        start = following[0]
    chosen = items[start : start + limit]
    answer: Parameters = {member: [describe(item) for item in chosen]}
    if start + limit < len(items):
        answer["position"] = base64.b64encode(key(chosen[-1]).encode()).decode()
    return answer


def _decoded(position: str) -> str:
    try:
        return base64.b64decode(position, validate=True).decode()
    except ValueError:
        raise bad_request("Invalid position specified") from None
