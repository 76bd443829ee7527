from __future__ import annotations

from typing import Any

import pytest


def test_a_known_client_gets_a_bearer_token_for_nine_hours(paypal: Any) -> None:
    status, token = paypal.request_token()

    assert status == 200
    assert token["token_type"] == "Bearer"
    assert token["expires_in"] == 32_400
    assert {"scope", "access_token", "app_id", "nonce"} <= token.keys()


@pytest.mark.parametrize("user", ["sandbox-client-id:wrong", "nobody:sandbox-client-secret", ""])
def test_an_unknown_client_is_refused(paypal: Any, user: str) -> None:
    assert paypal.request_token(user) == (
        401,
        {"error": "invalid_client", "error_description": "Client Authentication failed"},
    )


@pytest.mark.parametrize("header", ["Basic %%%", "Basic", "Bearer abc", ""])
def test_a_client_without_basic_credentials_is_refused(paypal: Any, header: str) -> None:
    status, _ = paypal.send("POST", "/v1/oauth2/token", b"", {"Authorization": header})

    assert status == 401


@pytest.mark.parametrize("body", ["", "grant_type=password"])
def test_only_client_credentials_are_granted(paypal: Any, body: str) -> None:
    status, error = paypal.request_token(body=body)

    assert (status, error["error"]) == (400, "unsupported_grant_type")


def test_a_call_without_a_token_fails_in_paypals_shape(paypal: Any) -> None:
    status, error = paypal.send("GET", "/v1/payments/payouts/X", b"", {})

    assert (status, error["name"]) == (401, "AUTHENTICATION_FAILURE")
    assert error["debug_id"] == paypal.last.header("Paypal-Debug-Id")


def test_a_token_that_was_never_issued_is_invalid(paypal: Any) -> None:
    paypal.token = "A21AAmadeup"

    status, error = paypal.call("GET", "/v1/payments/payouts/X")

    assert (status, error["error"]) == (401, "invalid_token")


def test_a_token_expires_by_the_virtual_clock(paypal: Any) -> None:
    paypal.clock.advance(32_399)
    assert paypal.call("GET", "/v1/payments/payouts/X")[0] == 404

    paypal.clock.advance(1)

    assert paypal.call("GET", "/v1/payments/payouts/X") == (
        401,
        {"error": "invalid_token", "error_description": "Access Token not found in cache"},
    )


def test_credentials_can_be_rotated_and_are_never_shown(paypal: Any) -> None:
    paypal.model.change_settings({"client_secret": "rotated"})

    assert paypal.request_token()[0] == 401
    assert paypal.request_token("sandbox-client-id:rotated")[0] == 200
    assert "rotated" not in str(paypal.model.settings())


def test_every_answer_carries_a_debug_id(paypal: Any) -> None:
    seen = set()
    for method, path in (("POST", "/v1/oauth2/token"), ("GET", "/nowhere"), ("PUT", "/v1/x")):
        paypal.send(method, path, b"", {})
        seen.add(paypal.last.header("paypal-debug-id"))

    assert len(seen) == 3
    assert None not in seen


def test_an_unknown_route_is_a_404_in_paypals_shape(paypal: Any) -> None:
    status, error = paypal.call("GET", "/v2/checkout/orders/1")

    assert (status, error["name"]) == (404, "RESOURCE_NOT_FOUND")
