"""Compressed payloads.

After "Payload compression for REST APIs in API Gateway" of the developer guide: with a
`minimumCompressionSize` an answer of at least so many bytes is compressed for a client that
accepts it, and a compressed request is unpacked before it goes on.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace

from localtender.edge.gateway.data_plane.errors import (
    BadRequestBodyError,
    RequestTooLargeError,
    UnsupportedMediaTypeError,
)
from localtender.edge.protocol.messages import HttpRequest, HttpResponse

_GZIP_OR_ZLIB = 47


def decompressed(request: HttpRequest, minimum_size: int | None, largest: int) -> HttpRequest:
    """The request with its body unpacked, where the API has compression on.

    Raises RequestTooLargeError when the body unpacks to more than `largest` bytes,
    UnsupportedMediaTypeError for an unknown encoding.
    """
    encoding = (request.header("Content-Encoding") or "identity").strip().lower()
    if minimum_size is None or encoding == "identity" or not request.body:
        return request
    if encoding not in ("gzip", "deflate"):
        raise UnsupportedMediaTypeError(reason=f"Content-Encoding {encoding} is not supported")
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        body = unpacker.decompress(request.body, largest + 1)
    except zlib.error as error:
        raise BadRequestBodyError(reason=f"The body is not {encoding}: {error}") from None
    if len(body) > largest:
        raise RequestTooLargeError
    if not unpacker.eof:
        raise BadRequestBodyError(reason=f"The body ends in the middle of its {encoding} data")
    headers = tuple(pair for pair in request.headers if pair[0].lower() != "content-encoding")
    return replace(request, headers=headers, body=body)


def compressed(
    response: HttpResponse, accepted: str | None, minimum_size: int | None
) -> HttpResponse:
    """The response, packed where the API, its size and the client want that."""
    codings = {part.split(";")[0].strip().lower() for part in (accepted or "").split(",")}
    encoded = any(name.lower() == "content-encoding" for name, _ in response.headers)
    if minimum_size is None or len(response.body) < minimum_size or encoded or not response.body:
        return response
    if "gzip" in codings:
        coding, body = "gzip", gzip.compress(response.body, mtime=0)
    elif "deflate" in codings:
        coding, body = "deflate", zlib.compress(response.body)
    else:
        return response
    return replace(response, headers=(*response.headers, ("Content-Encoding", coding)), body=body)
