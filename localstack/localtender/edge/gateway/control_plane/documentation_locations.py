"""What documentation can be about.

After "DocumentationPartLocation" of the API Gateway API reference: which members a location may
have depends on its type; where they are left out a location is of any path, method or status.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localtender.edge.gateway.control_plane.lookup import present
from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.state import DocumentationLocation, DocumentationPart

_OF_METHOD = ("path", "method")
_NAMED_PARAMETER = ("path", "method", "name")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "API": (),
    "AUTHORIZER": ("name",),
    "MODEL": ("name",),
    "RESOURCE": ("path",),
    "METHOD": _OF_METHOD,
    "PATH_PARAMETER": _NAMED_PARAMETER,
    "QUERY_PARAMETER": _NAMED_PARAMETER,
    "REQUEST_HEADER": _NAMED_PARAMETER,
    "REQUEST_BODY": _OF_METHOD,
    "RESPONSE": (*_OF_METHOD, "statusCode"),
    "RESPONSE_HEADER": (*_OF_METHOD, "statusCode", "name"),
    "RESPONSE_BODY": (*_OF_METHOD, "statusCode"),
}
_DEFAULTS = {"path": "/", "method": "*", "statusCode": "*"}


def checked_location(given: Mapping[str, Any]) -> DocumentationLocation:
    """The location that a request or a definition names; raises BadRequestException."""
    kind = given.get("type")
    fields = _FIELDS.get(str(kind))
    if fields is None:
        raise bad_request(
            f"Invalid documentation part type specified: {kind}. "
            f"Must be one of: [{', '.join(_FIELDS)}]"
        )
    for name in ("path", "method", "statusCode", "name"):
        if given.get(name) is not None and name not in fields:
            raise bad_request(f"Field '{name}' is not valid for documentation part type {kind}")
    if "name" in fields and not given.get("name"):
        raise bad_request(f"Field 'name' is required for documentation part type {kind}")
    values = {name: str(given.get(name) or _DEFAULTS.get(name)) for name in fields}
    return DocumentationLocation(
        type=str(kind),
        path=values.get("path"),
        method=values.get("method"),
        status_code=values.get("statusCode"),
        name=values.get("name"),
    )


def described_location(found: DocumentationLocation) -> dict[str, str]:
    """The DocumentationPartLocation shape."""
    return present(
        type=found.type,
        path=found.path,
        method=found.method,
        statusCode=found.status_code,
        name=found.name,
    )


def same_place(part: DocumentationPart, location: DocumentationLocation) -> bool:
    """Whether a part is about this place already; there is one for each."""
    return part.location == location
