"""Answers of the API, failures included: ``{"message": ...}`` that never quotes what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from botocore.exceptions import BotoCoreError, ClientError

from adapters.dynamodb.transactions import CancelledError
from handlers import representation
from handlers.observability import logger
from handlers.request_body import InvalidBodyError, UnsupportedMediaTypeError
from payments.errors import (
    AccessDeniedError,
    BudgetExhaustedError,
    DailyLimitExceededError,
    EmailMismatchError,
    IdempotencyKeyReusedError,
    InvalidFieldError,
    MissingAccountError,
    RequestInProgressError,
    UnknownCustomerError,
    UnknownPaymentError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON: Final = "application/json"

_STATUSES: Final[Mapping[type[Exception], int]] = {
    InvalidFieldError: 400,
    InvalidBodyError: 400,
    AccessDeniedError: 403,
    UnknownCustomerError: 404,
    UnknownPaymentError: 404,
    EmailMismatchError: 409,
    MissingAccountError: 409,
    RequestInProgressError: 409,
    UnsupportedMediaTypeError: 415,
    IdempotencyKeyReusedError: 422,
    DailyLimitExceededError: 422,
    BudgetExhaustedError: 503,
}


def answer(
    status: int, body: Mapping[str, Any], headers: dict[str, str] | None = None
) -> Response[str]:
    """Make an answer with a JSON body."""
    return Response(status, JSON, representation.to_json(body), headers=headers)


def answer_error(error: Exception) -> Response[str]:
    """Make the answer to a failure and log the ones that are ours."""
    status = _STATUSES.get(type(error))
    if status is not None:
        return answer(status, {"message": str(error), **_details(error)}, _retry_after(error))
    if isinstance(error, NotFoundError):
        return answer(404, {"message": "Not found"})
    if isinstance(error, ClientError | BotoCoreError | CancelledError):
        # Only the code: the text of an AWS error may quote keys of the request.
        logger.error("AWS service failed", extra={"cause": cause(error)})
        message = (
            "Temporarily unavailable. Repeat the request; a payment with the same Idempotency-Key."
        )
        return answer(503, {"message": message}, {"Retry-After": "1"})
    # Frames without the text of the exception, which may hold what the client sent.
    logger.error("Unexpected failure", extra={"cause": cause(error), "at": _place(error)})
    return answer(500, {"message": "Internal server error"})


def cause(error: BaseException) -> str:
    """Name a failure by its AWS error code or class, without its text."""
    if isinstance(error, ClientError):
        return str(error.response["Error"].get("Code"))
    return type(error).__name__


def _details(error: Exception) -> dict[str, Any]:
    if not isinstance(error, DailyLimitExceededError):
        return {}
    limit = {
        "name": "daily_limit",
        "amount": float(error.limit),
        "currency": error.currency,
        "ends_at": error.ends_at.isoformat(),
    }
    return {"limit": limit}


def _retry_after(error: Exception) -> dict[str, str] | None:
    if isinstance(error, RequestInProgressError):
        return {"Retry-After": str(error.retry_after_seconds)}
    if isinstance(error, BudgetExhaustedError):
        return {"Retry-After": "1"}
    return None


def _place(error: Exception) -> list[str]:
    frames, traceback = [], error.__traceback__
    while traceback is not None:
        frames.append(f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return frames
