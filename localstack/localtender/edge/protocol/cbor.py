"""The Smithy RPC v2 CBOR protocol, as far as requests of any service are read in it.

Follows https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html. Botocore's parsers are
made for answers; they read a request where its operation's input is given as the shape.
"""

from __future__ import annotations

from typing import Any

from botocore.model import OperationModel
from botocore.parsers import ResponseParserError, create_parser

from localtender.edge.protocol.errors import SerializationError

_EMPTY = b"\xa0"


def read_cbor(operation: OperationModel, body: bytes) -> dict[str, Any]:
    """An operation's input out of a CBOR document. Raises SerializationError."""
    parser: Any = create_parser("smithy-rpc-v2-cbor")
    try:
        parsed: dict[str, Any] = parser.parse(
            {"status_code": 200, "headers": {}, "body": body or _EMPTY}, operation.input_shape
        )
    except (ResponseParserError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise SerializationError("The request's body can't be read") from error
    parsed.pop("ResponseMetadata", None)
    return parsed


def cbor_text(text: str) -> bytes:
    """A text string (RFC 8949, major type 3)."""
    encoded = text.encode()
    return b"\x7a" + len(encoded).to_bytes(4, "big") + encoded


def cbor_map(members: dict[str, str]) -> bytes:
    """A map of up to 23 texts (RFC 8949, major type 5)."""
    return bytes([0xA0 + len(members)]) + b"".join(
        cbor_text(text) for pair in members.items() for text in pair
    )
