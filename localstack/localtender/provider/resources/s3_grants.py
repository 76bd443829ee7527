"""Amazon S3: ``grant`` blocks of buckets and objects, which name a grantee and its permissions."""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Fields, request_of, state_of
from localtender.provider.values import Values

_GRANTEE: Final[Fields] = {"id": "ID", "type": "Type", "uri": "URI"}


def grants_request(blocks: list[Values]) -> list[Values]:
    """Return one grant for each permission, as the API has them."""
    return [
        {"Grantee": request_of(block, _GRANTEE), "Permission": permission}
        for block in blocks
        for permission in block["permissions"]
    ]


def grants_state(grants: list[Values]) -> list[Values]:
    """Return one block for each grantee, with all its permissions."""
    blocks: list[Values] = []
    for grant in grants:
        grantee = state_of(grant["Grantee"], _GRANTEE)
        known = next((each for each in blocks if each.items() >= grantee.items()), None)
        if known is None:
            known = {**grantee, "permissions": []}
            blocks.append(known)
        known["permissions"].append(grant["Permission"])
    return blocks
