"""Between binary and text payloads: `contentHandling` on both sides of an integration.

After "Content type conversions in API Gateway for REST APIs" of the developer guide, whose two
tables these functions are.
"""

from __future__ import annotations

import base64
import binascii

from localtender.edge.gateway.data_plane.errors import InternalServerError

TO_BINARY = "CONVERT_TO_BINARY"
TO_TEXT = "CONVERT_TO_TEXT"


def converted_request(body: bytes, handling: str | None, *, is_binary: bool) -> bytes:
    """The payload of a request as the integration gets it; `is_binary` by its Content-Type."""
    if is_binary and handling == TO_TEXT:
        return base64.b64encode(body)
    if not is_binary and handling == TO_BINARY:
        return _decoded(body)
    return body


def converted_response(
    body: bytes, handling: str | None, *, is_binary: bool, wants_binary: bool
) -> bytes:
    """The payload of an answer as the client gets it.

    `is_binary` is by the integration's Content-Type, `wants_binary` by the client's Accept.
    """
    if is_binary:
        as_text = handling == TO_TEXT or (handling is None and not wants_binary)
        return base64.b64encode(body) if as_text else body
    as_binary = handling == TO_BINARY or (handling is None and wants_binary)
    return _decoded(body) if as_binary else body


def _decoded(body: bytes) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise InternalServerError(
            reason="Execution failed due to configuration error: Unable to base64 decode the body."
        ) from None
