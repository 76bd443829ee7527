"""Webhooks of the payment providers: ``POST /v1/api/webhooks/{provider}``.

There is no token and no API key: the provider's signature over the raw body is the credential.

====== ====================================================================================
200    taken, or nothing to be done: came before, or is about no payment of ours
400    signed, but no event
401    no signature, or one that does not hold; nothing was written
404    no such provider
413    longer than 256 KB
415    declared as something else than JSON
503    the signature can't be checked just now, or AWS did not answer: send it again
====== ====================================================================================

Providers send again whatever is not answered with 2xx.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from handlers import representation
from handlers.answers import JSON, cause
from handlers.observability import count_delivery, logger
from handlers.webhook_composition import inbox, prepare_in_lambda
from payments.deadline import Deadline
from payments.errors import (
    DeliveryError,
    MalformedDeliveryError,
    UnknownProviderError,
    UnsignedDeliveryError,
    UntrustedDeliveryError,
    UnverifiableDeliveryError,
)
from payments.notices import Delivery, Reception

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

_LONGEST_BODY: Final = 256 * 1024
_FUNCTION_RESERVE_SECONDS: Final = 2.0
_RETRY: Final = {"Retry-After": "60"}
# What is counted as the result, and how it is answered. The caller is told no more than this: why
# a signature does not hold helps only who forges one.
_REFUSALS: Final[Mapping[type[DeliveryError], tuple[str, int, str]]] = {
    UnknownProviderError: ("unknown-provider", 404, "Not found"),
    UnsignedDeliveryError: ("unsigned", 401, "The signature is missing"),
    UntrustedDeliveryError: ("rejected", 401, "The signature does not hold"),
    MalformedDeliveryError: ("malformed", 400, "The body is no event of this provider"),
    UnverifiableDeliveryError: ("unverifiable", 503, "Temporarily unavailable; send it again"),
}

prepare_in_lambda()


class _UnusableRequestError(Exception):
    """The request can't be a webhook, whoever sent it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one delivery."""
    named = str((event.get("pathParameters") or {}).get("provider"))
    provider = named if named in inbox().readers else "unknown"
    try:
        delivery = _delivery(event)
        remaining = context.get_remaining_time_in_millis() / 1000 - _FUNCTION_RESERVE_SECONDS
        reception, notice = inbox().take(named, delivery, Deadline.after(remaining))
    except _UnusableRequestError as error:
        count_delivery(provider, "unusable")
        return _answer(error.status, {"message": str(error)})
    except DeliveryError as error:
        result, status, message = _REFUSALS[type(error)]
        logger.warning(
            "Webhook not taken",
            extra={"provider": provider, "result": result, "reason": str(error)},
        )
        count_delivery(provider, result)
        return _answer(status, {"message": message}, _RETRY if status == 503 else None)
    except (ClientError, BotoCoreError) as error:
        logger.error("AWS service failed", extra={"provider": provider, "cause": cause(error)})
        count_delivery(provider, "failed")
        message = "Temporarily unavailable; send it again"
        return _answer(503, {"message": message}, _RETRY)
    logger.info(
        "Webhook taken",
        extra={
            "provider": provider,
            "result": reception.value,
            "event_id": notice.event_id,
            "event_type": notice.event_type,
            # Of what is none of ours, nothing may be known to be no personal data.
            "payment_id": None if reception is Reception.IGNORED else notice.payment_id,
        },
    )
    count_delivery(provider, reception.value)
    return _answer(200, {"result": reception.value})


def _delivery(event: Mapping[str, Any]) -> Delivery:
    headers = {
        str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()
    }
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise _UnusableRequestError(415, "Content-Type must be application/json")
    body = _raw_body(event)
    if len(body) > _LONGEST_BODY:
        raise _UnusableRequestError(413, f"The body is longer than {_LONGEST_BODY} bytes")
    return Delivery(headers, body)


def _raw_body(event: Mapping[str, Any]) -> bytes:
    """Return the bytes that were signed.

    API Gateway passes a body as text, or in base64 when its type is one of the API's binary media
    types (API Gateway developer guide, "Working with binary media types for REST APIs").
    """
    body = event.get("body") or ""
    try:
        if event.get("isBase64Encoded"):
            return base64.b64decode(body, validate=True)
        return str(body).encode()
    except (binascii.Error, UnicodeEncodeError) as error:
        raise _UnusableRequestError(400, "The body can't be read") from error


def _answer(
    status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"Content-Type": JSON, **(headers or {})},
        "body": representation.to_json(body),
        "isBase64Encoded": False,
    }
