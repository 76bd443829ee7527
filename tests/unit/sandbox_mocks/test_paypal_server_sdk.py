"""PayPal's own server SDK for Python against the running sandbox, unmodified."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses
from apimatic_core.exceptions.auth_validation_exception import AuthValidationException
from paypalserversdk.configuration import Environment
from paypalserversdk.exceptions.error_exception import ErrorException
from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
from paypalserversdk.models.amount_with_breakdown import AmountWithBreakdown
from paypalserversdk.models.capture_request import CaptureRequest
from paypalserversdk.models.card_request import CardRequest
from paypalserversdk.models.checkout_payment_intent import CheckoutPaymentIntent
from paypalserversdk.models.confirm_order_request import ConfirmOrderRequest
from paypalserversdk.models.money import Money
from paypalserversdk.models.order_request import OrderRequest
from paypalserversdk.models.patch import Patch
from paypalserversdk.models.patch_op import PatchOp
from paypalserversdk.models.payment_source import PaymentSource
from paypalserversdk.models.purchase_unit_request import PurchaseUnitRequest
from paypalserversdk.models.refund_request import RefundRequest
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

from sandbox_mocks.paypal.model import PayPalModel
from sandbox_mocks.rerouting import reroute
from sandbox_mocks.testing import register
from tests.running_sandbox import Server, running_sandbox

ADDRESS = "https://api-m.sandbox.paypal.com"
CAPTURE, AUTHORIZE = CheckoutPaymentIntent.CAPTURE, CheckoutPaymentIntent.AUTHORIZE


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    assert running.call("POST", "/_sandbox/reset")[0] == 200
    return running


@pytest.fixture
def sdk(server: Server) -> Iterator[PaypalServersdkClient]:
    with requests.Session() as session:
        reroute(session, ADDRESS, f"http://127.0.0.1:{server.port}/paypal")
        yield client(http_client_instance=session)


def client(secret: str = "sandbox-client-secret", **options: Any) -> PaypalServersdkClient:
    return PaypalServersdkClient(
        client_credentials_auth_credentials=ClientCredentialsAuthCredentials(
            o_auth_client_id="sandbox-client-id", o_auth_client_secret=secret
        ),
        environment=Environment.SANDBOX,
        timeout=20,
        **options,
    )


def order(intent: CheckoutPaymentIntent, value: str = "100.00", **fields: Any) -> OrderRequest:
    amount = AmountWithBreakdown(currency_code="USD", value=value)
    return OrderRequest(
        intent=intent, purchase_units=[PurchaseUnitRequest(amount=amount, **fields)]
    )


def approved(server: Server, sdk: PaypalServersdkClient, intent: CheckoutPaymentIntent) -> str:
    made = sdk.orders.create_order({"body": order(intent)})
    assert (made.status_code, made.body.status) == (201, "CREATED")
    status, _ = server.call("POST", f"/_sandbox/paypal/orders/{made.body.id}/approve")
    assert status == 200
    return str(made.body.id)


def captured(server: Server, sdk: PaypalServersdkClient) -> Any:
    paid = sdk.orders.capture_order({"id": approved(server, sdk, CAPTURE)})
    return paid.body.purchase_units[0].payments.captures[0]


def held(server: Server, sdk: PaypalServersdkClient) -> Any:
    done = sdk.orders.authorize_order({"id": approved(server, sdk, AUTHORIZE)})
    return done.body.purchase_units[0].payments.authorizations[0]


def test_the_sdk_has_an_order_approved_and_captured(
    server: Server, sdk: PaypalServersdkClient
) -> None:
    made = sdk.orders.create_order({"body": order(CAPTURE), "prefer": "return=representation"})
    assert made.body.purchase_units[0].amount.value == "100.00"
    assert "approve" in [link.rel for link in made.body.links]
    server.call("POST", f"/_sandbox/paypal/orders/{made.body.id}/approve")
    assert sdk.orders.get_order({"id": made.body.id}).body.status == "APPROVED"

    paid = sdk.orders.capture_order({"id": made.body.id}).body

    assert paid.status == "COMPLETED"
    capture = paid.purchase_units[0].payments.captures[0]
    shown = sdk.payments.get_captured_payment({"capture_id": capture.id}).body
    assert (shown.status, shown.amount.value) == ("COMPLETED", "100.00")
    assert shown.seller_receivable_breakdown.net_amount.value == "96.02"


def test_the_sdk_refunds_a_part_and_then_the_rest(
    server: Server, sdk: PaypalServersdkClient
) -> None:
    capture = captured(server, sdk)
    part = RefundRequest(amount=Money(currency_code="USD", value="40.00"))

    first = sdk.payments.refund_captured_payment({"capture_id": capture.id, "body": part})
    second = sdk.payments.refund_captured_payment(
        {"capture_id": capture.id, "prefer": "return=representation"}
    )

    assert (first.status_code, second.body.amount.value) == (201, "60.00")
    refund = sdk.payments.get_refund({"refund_id": first.body.id}).body
    assert (refund.status, refund.amount.value) == ("COMPLETED", "40.00")
    shown = sdk.payments.get_captured_payment({"capture_id": capture.id}).body
    assert shown.status == "REFUNDED"


def test_the_sdk_authorizes_captures_renews_and_voids(
    server: Server, sdk: PaypalServersdkClient
) -> None:
    first, second = held(server, sdk), held(server, sdk)
    part = CaptureRequest(amount=Money(currency_code="USD", value="30.00"), final_capture=False)
    taken = sdk.payments.capture_authorized_payment(
        {"authorization_id": first.id, "body": part, "prefer": "return=representation"}
    )
    assert taken.body.amount.value == "30.00"
    shown = sdk.payments.get_authorized_payment({"authorization_id": first.id}).body
    assert shown.status == "PARTIALLY_CAPTURED"

    server.call("POST", "/_sandbox/clock", {"advance_seconds": 4 * 86_400})
    with requests.Session() as session:
        reroute(session, ADDRESS, f"http://127.0.0.1:{server.port}/paypal")
        later = client(http_client_instance=session)
        renewed = later.payments.reauthorize_payment({"authorization_id": second.id})
        assert (renewed.status_code, renewed.body.status) == (201, "CREATED")
        voided = later.payments.void_payment({"authorization_id": first.id})
        assert voided.status_code == 204


def test_the_sdk_pays_by_card(sdk: PaypalServersdkClient) -> None:
    made = sdk.orders.create_order({"body": order(CAPTURE, invoice_id="I-1")}).body
    source = PaymentSource(card=CardRequest(number="4111111111111111", expiry="2030-01"))

    confirmed = sdk.orders.confirm_order(
        {"id": made.id, "body": ConfirmOrderRequest(payment_source=source)}
    )

    assert confirmed.body.status == "APPROVED"
    assert confirmed.body.payment_source.card.last_digits == "1111"
    assert sdk.orders.capture_order({"id": made.id}).body.status == "COMPLETED"


def test_the_sdk_patches_an_order(sdk: PaypalServersdkClient) -> None:
    made = sdk.orders.create_order({"body": order(CAPTURE)}).body
    path = "/purchase_units/@reference_id=='default'/description"

    answer = sdk.orders.patch_order(
        {"id": made.id, "body": [Patch(op=PatchOp.ADD, path=path, value="Three hats")]}
    )

    assert answer.status_code == 204
    shown = sdk.orders.get_order({"id": made.id}).body
    assert shown.purchase_units[0].description == "Three hats"


def test_the_sdk_repeats_a_request_without_a_second_order(
    server: Server, sdk: PaypalServersdkClient
) -> None:
    options = {"body": order(CAPTURE), "paypal_request_id": "once"}
    first, second = (sdk.orders.create_order(options) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.body.id == second.body.id
    assert len(server.call("GET", "/_sandbox/paypal/orders")[1]) == 1


def test_the_sdk_raises_its_errors_with_their_details(sdk: PaypalServersdkClient) -> None:
    made = sdk.orders.create_order({"body": order(CAPTURE)}).body
    with pytest.raises(ErrorException) as refused:
        sdk.orders.capture_order({"id": made.id})
    assert refused.value.response_code == 422
    assert refused.value.name == "UNPROCESSABLE_ENTITY"
    assert [each.issue for each in refused.value.details] == ["ORDER_NOT_APPROVED"]
    assert refused.value.debug_id

    with pytest.raises(ErrorException) as malformed:
        sdk.orders.create_order({"body": order(CAPTURE, "1,00")})
    assert malformed.value.response_code == 400
    assert malformed.value.details[0].field == "/purchase_units/0/amount/value"

    with pytest.raises(ErrorException) as missing:
        sdk.payments.get_captured_payment({"capture_id": "NONE"})
    assert missing.value.response_code == 404


def test_the_sdk_asks_for_errors_on_demand(sdk: PaypalServersdkClient) -> None:
    made = sdk.orders.create_order({"body": order(CAPTURE)}).body
    with pytest.raises(ErrorException) as declined:
        sdk.orders.capture_order(
            {
                "id": made.id,
                "paypal_mock_response": '{"mock_application_codes": "INSTRUMENT_DECLINED"}',
            }
        )
    assert [each.issue for each in declined.value.details] == ["INSTRUMENT_DECLINED"]


def test_the_sdk_is_refused_with_another_secret(server: Server) -> None:
    with requests.Session() as session:
        reroute(session, ADDRESS, f"http://127.0.0.1:{server.port}/paypal")
        stranger = client("another", http_client_instance=session)
        with pytest.raises(AuthValidationException):
            stranger.orders.get_order({"id": "X"})
    [asked] = server.call("GET", "/_sandbox/paypal/requests")[1]
    assert (asked["path"], asked["answer"]["status"]) == ("/v1/oauth2/token", 401)


def test_the_sdk_uses_one_token_for_many_calls(server: Server, sdk: PaypalServersdkClient) -> None:
    for _ in range(3):
        sdk.orders.create_order({"body": order(CAPTURE)})
    assert len(server.call("GET", "/_sandbox/paypal/requests?path=/v1/oauth2/token")[1]) == 1


def test_the_sdk_works_in_process_at_paypals_own_address() -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        sandbox = register(mock, PayPalModel(), ADDRESS)
        made = client().orders.create_order({"body": order(CAPTURE)}).body
        sandbox.model.actions()["orders", "approve"](str(made.id), None, ADDRESS)
        assert client().orders.capture_order({"id": made.id}).body.status == "COMPLETED"
