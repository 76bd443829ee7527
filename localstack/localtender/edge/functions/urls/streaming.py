"""The HTTP response of a function URL whose invoke mode is RESPONSE_STREAM.

Follows "Response streaming for Lambda functions": a response of the content type
``application/vnd.awslambda.http-integration-response`` begins with a prelude, JSON with statusCode,
headers and cookies, then eight NUL bytes, then the body. Any other is passed on as it is, with
status 200 and its own content type; a proxy result in it is not interpreted.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from localtender.edge.functions.urls.result import MalformedResultError, url_response
from localtender.edge.protocol.messages import BrokenBodyError

if TYPE_CHECKING:
    from localtender.edge.functions.response_stream import ResponseStream

_WITH_PRELUDE = "application/vnd.awslambda.http-integration-response"
_DELIMITER = bytes(8)
_MAXIMUM_PRELUDE_BYTES = 1024 * 1024


async def streamed_url_response(
    stream: ResponseStream,
) -> tuple[int, list[tuple[str, str]], AsyncIterator[bytes]]:
    """Status, headers and body of a response that has begun.

    The body raises BrokenBodyError where the function fails after its beginning. Raises
    MalformedResultError where it fails, or says nothing that can be sent, before.
    """
    chunks = stream.chunks()
    if stream.content_type.partition(";")[0].strip().lower() == _WITH_PRELUDE:
        prelude, rest = await _prelude(chunks)
        status, headers, _ = url_response(prelude)
        return status, headers, _body(stream, rest, chunks)
    first = await anext(chunks, None)
    if first is None and (await stream.result()).function_error is not None:
        raise MalformedResultError
    headers = [("Content-Type", stream.content_type)]
    return 200, headers, _body(stream, first or b"", chunks)


async def _prelude(chunks: AsyncIterator[bytes]) -> tuple[bytes, bytes]:
    read = bytearray()
    async for chunk in chunks:
        read += chunk
        end = read.find(_DELIMITER)
        if end >= 0:
            prelude = bytes(read[:end])
            try:
                document = json.loads(prelude)
            except ValueError as error:
                raise MalformedResultError from error
            if not isinstance(document, dict):
                raise MalformedResultError
            return json.dumps({"statusCode": 200, **document}).encode(), bytes(
                read[end + len(_DELIMITER) :]
            )
        if len(read) > _MAXIMUM_PRELUDE_BYTES:
            break
    raise MalformedResultError


async def _body(
    stream: ResponseStream, first: bytes, chunks: AsyncIterator[bytes]
) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for chunk in chunks:
        yield chunk
    if (await stream.result()).function_error is not None:
        raise BrokenBodyError
