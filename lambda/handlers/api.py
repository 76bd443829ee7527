"""The REST API behind API Gateway (Lambda proxy integration).

====== ============================================ =========================================
POST   /v1/api/customer                             200; 409 with another e-mail address
GET    /v1/api/customer/{customer_id}               200; 404
POST   /v1/api/payments                             200 with the outcome, 202 while PENDING;
                                                    422 beyond the daily limit
GET    /v1/api/payment/{customer_id}                200, newest first, paged; 404
GET    /v1/api/payment/{customer_id}/{payment_id}   200; 404
====== ============================================ =========================================

The caller's groups decide who may: ``payments.access``. 403 for anybody else.

FAILED is an outcome like COMPLETED, so it is answered with 200: the request was carried out, the
payment was not. Errors are ``{"message": ...}`` and never quote what was sent.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver, Response
from botocore.exceptions import BotoCoreError, ClientError

from handlers import page_token, representation
from handlers.answers import JSON, answer, answer_error, cause
from handlers.authorization import authorize, caller_claims
from handlers.composition import application, prepare_in_lambda
from handlers.observability import count_outcome, logger
from handlers.request_body import json_object
from payments.customers import parse_accounts, parse_customer_id, parse_email
from payments.deadline import Deadline
from payments.errors import InvalidFieldError
from payments.idempotency import IdempotencyClaim, RecordedAnswer, claim
from payments.payment_request import PaymentRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from payments.disbursement import Acceptance

_PAGE_SIZE: Final = 20
_LARGEST_PAGE: Final = 100
# Kept back from the function's own time-out for storing the state reached and answering.
_FUNCTION_RESERVE_SECONDS: Final = 1.0

app = APIGatewayRestResolver()
app.exception_handler(Exception)(answer_error)
app.use(middlewares=[authorize])
prepare_in_lambda()


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)


@app.post("/v1/api/customer")
def add_customer() -> Response[str]:
    """Register a customer; the same again is fine."""
    body = json_object(app.current_event)
    customer_id = parse_customer_id(body.get("customer_id"))
    email = parse_email(body.get("email"))
    registered = application().customers.register(customer_id, email, parse_accounts(body))
    return answer(200, representation.customer(registered))


@app.get("/v1/api/customer/<customer_id>")
def show_customer(customer_id: str) -> Response[str]:
    """Show a customer."""
    found = application().customers.find(parse_customer_id(unquote(customer_id)))
    return answer(200, representation.customer(found))


@app.post("/v1/api/payments")
def add_payment() -> Response[str]:
    """Pay a customer."""
    current = application()
    remaining = app.lambda_context.get_remaining_time_in_millis() / 1000
    deadline = Deadline.after(
        min(current.settings.request_budget_seconds, remaining - _FUNCTION_RESERVE_SECONDS)
    )
    request = PaymentRequest.parse(json_object(app.current_event))
    idempotency = _claim(request)
    accepted = current.disbursements.accept(
        request, deadline, claim=idempotency, respond_async=_prefers_async()
    )
    if accepted.replayed is not None:
        return _replayed(accepted.replayed)
    response = _accepted(accepted)
    if idempotency is not None:
        _remember(idempotency, response)
    return response


@app.get("/v1/api/payment/<customer_id>")
def list_payments(customer_id: str) -> Response[str]:
    """List a customer's payments, newest first."""
    parameters = app.current_event.query_string_parameters
    token = parameters.get("next_token")
    page = application().disbursements.list(
        parse_customer_id(unquote(customer_id)),
        limit=_limit(parameters.get("limit")),
        after=None if token is None else page_token.decode(token),
    )
    body: dict[str, Any] = {"payments": [representation.payment(each) for each in page.payments]}
    if page.last_payment_id is not None:
        body["next_token"] = page_token.encode(page.last_payment_id)
    return answer(200, body)


@app.get("/v1/api/payment/<customer_id>/<payment_id>")
def show_payment(customer_id: str, payment_id: str) -> Response[str]:
    """Show a payment."""
    found = application().disbursements.find(
        parse_customer_id(unquote(customer_id)), unquote(payment_id)
    )
    return answer(200, representation.payment(found))


def _replayed(given: RecordedAnswer) -> Response[str]:
    headers = {"Idempotent-Replayed": "true"}
    if given.status == 202:
        headers["Location"] = _location(json.loads(given.body))
    return Response(given.status, JSON, given.body, headers=headers)


def _accepted(accepted: Acceptance) -> Response[str]:
    payment = accepted.payment
    if payment is None:
        raise AssertionError("an acceptance is a payment or a replayed answer")
    logger.info(
        "Payment accepted",
        extra={"payment_id": payment.payment_id, "status": payment.status.value},
    )
    if accepted.interruption is not None:
        logger.error(
            "Payment left to settlement",
            extra={"payment_id": payment.payment_id, "cause": cause(accepted.interruption)},
        )
    count_outcome(payment, "api")
    shown = representation.payment(payment)
    if payment.status.is_final:
        return answer(200, shown)
    headers = {"Location": _location(shown)}
    if _prefers_async():
        headers["Preference-Applied"] = "respond-async"
    return answer(202, shown, headers)


def _location(shown: Mapping[str, Any]) -> str:
    """Where a payment is found: relative, so right behind a stage, a custom domain and a proxy."""
    return f"../../v1/api/payment/{shown['customer_id']}/{shown['payment_id']}"


def _remember(idempotency: IdempotencyClaim, response: Response[str]) -> None:
    given = RecordedAnswer(response.status_code, response.body or "")
    try:
        application().disbursements.remember(idempotency, given)
    except (ClientError, BotoCoreError) as error:
        # The payment is safe without it; a repetition is then answered from the ledger.
        logger.warning("First answer not kept", extra={"cause": cause(error)})


def _claim(request: PaymentRequest) -> IdempotencyClaim | None:
    key = app.current_event.headers.get("Idempotency-Key")
    if key is None:
        return None
    return claim(_caller(), key, request.as_text())


def _caller() -> str:
    """Who calls: the user of the token, and behind no authorizer the API key."""
    identity = (app.current_event.get("requestContext") or {}).get("identity") or {}
    return f"{caller_claims(app).get('sub', '')}/{identity.get('apiKeyId') or ''}"


def _prefers_async() -> bool:
    """Whether the client prefers not to wait (RFC 7240, ``respond-async``)."""
    preferences = app.current_event.headers.get("Prefer", "").split(",")
    return any(each.partition(";")[0].strip().lower() == "respond-async" for each in preferences)


def _limit(value: str | None) -> int:
    if value is None:
        return _PAGE_SIZE
    if not (value.isascii() and value.isdigit() and len(value) <= 3):
        raise InvalidFieldError("limit", f"must be a number from 1 to {_LARGEST_PAGE}")
    limit = int(value)
    if not 1 <= limit <= _LARGEST_PAGE:
        raise InvalidFieldError("limit", f"must be a number from 1 to {_LARGEST_PAGE}")
    return limit
