"""Bodies of requests to the API: JSON objects with exact numbers."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent


class InvalidBodyError(Exception):
    """The body is no JSON object."""


class UnsupportedMediaTypeError(Exception):
    """The body is declared as something else than JSON."""


def json_object(event: APIGatewayProxyEvent) -> dict[str, object]:
    """Read the body of the request; numbers become ``Decimal``, so nothing is rounded.

    Raises:
        UnsupportedMediaTypeError: Content-Type names another type than JSON.
        InvalidBodyError: the body is no JSON object, or names a field twice; the message does not
            quote it.
    """
    content_type = event.headers.get("Content-Type", "application/json")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise UnsupportedMediaTypeError("Content-Type must be application/json")
    try:
        value = json.loads(
            event.decoded_body or "",
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repetition,
        )
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise InvalidBodyError("The request body is not valid JSON") from error
    if not isinstance(value, dict):
        raise InvalidBodyError("The request body must be a JSON object")
    return value


def _without_repetition(members: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse a name that comes twice: which of two amounts is meant is not ours to choose.

    RFC 8259 leaves the meaning open and RFC 7493 (I-JSON, 2.3) forbids it.
    """
    value = dict(members)
    if len(value) != len(members):
        raise InvalidBodyError("The request body names a field more than once")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
