from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import handlers.api
from handlers.composition import Application
from handlers.settings import Settings
from payments.customers import CustomerRegistry
from payments.limits import DailyLimits
from payments.payment import PaymentStatus
from tests.unit.handlers.gateway_events import Context, captured_logs, proxy_event
from tests.unit.payments.in_memory import World

PAYMENT = {"customer_id": "c-1", "email": "ada@example.com", "amount": 12.5, "currency": "USD"}
SETTINGS = Settings.from_environment(
    {
        "CUSTOMERS_TABLE": "Customers",
        "DISBURSEMENTS_TABLE": "Disbursements",
        "IDEMPOTENCY_TABLE": "IdempotencyKeys",
        "CIRCUITS_TABLE": "ProviderCircuits",
        "PAYPAL_SECRET_ID": "payments/paypal",
        "PAYPAL_BASE_URL": "https://paypal.test",
        "OUTCOME_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:outcomes",
        "SETTLEMENT_QUEUE_URL": "https://sqs.test/settlement",
        "REQUEST_BUDGET_SECONDS": "8",
        "DAILY_TOTALS_TABLE": "DailyTotals",
    }
)


class Api:
    """The handler over a world of fakes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.application = Application(
            settings=SETTINGS,
            customers=CustomerRegistry(world.customers, world.clock.now),
            disbursements=world.disbursements,
            settlement=world.settlement,
            inquiry=world.inquiry,
            queue=world.queue,  # type: ignore[arg-type]
        )

    def call(self, method: str, path: str, body: object = None, **options: Any) -> Answer:
        context: Any = Context()
        event = proxy_event(method, path, body, **options)
        return Answer(handlers.api.handler(event, context))

    def pay(self, body: object = PAYMENT, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call("POST", "/v1/api/payments", body, headers=sent)


class Answer:
    def __init__(self, result: dict[str, Any]) -> None:
        self.status = result["statusCode"]
        self.text = result["body"]
        self.json = json.loads(self.text)
        self.headers = {name: values[0] for name, values in result["multiValueHeaders"].items()}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def api(world: World, monkeypatch: pytest.MonkeyPatch) -> Api:
    made = Api(world)
    monkeypatch.setattr(handlers.api, "application", lambda: made.application)
    return made


def assert_untouched(world: World) -> None:
    assert world.payments.rows == {}
    assert world.queue.messages == []
    assert world.provider.calls == []


def test_a_customer_is_registered_shown_and_kept(api: Api) -> None:
    body = {"customer_id": "c-2", "email": "bob@example.com"}
    assert api.call("POST", "/v1/api/customer", body).status == 200
    assert api.call("POST", "/v1/api/customer", body).json == body
    assert api.call("GET", "/v1/api/customer/c-2").json == body
    conflict = api.call("POST", "/v1/api/customer", {**body, "email": "eve@example.com"})
    assert conflict.status == 409
    assert "@" not in conflict.text


def test_a_payment_is_answered_with_its_outcome(api: Api, world: World) -> None:
    answer = api.pay()
    assert answer.status == 200
    assert answer.json["status"] == "COMPLETED"
    assert answer.json["amount"] == 12.5
    [payment] = world.payments.rows.values()
    assert answer.json["payment_id"] == payment.payment_id


def test_a_pending_payment_says_where_to_look(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.provider, "_behaviours", iter(["lost after"]))
    answer = api.pay()
    assert answer.status == 202
    assert answer.json["status"] == "PENDING"
    place = urljoin("https://host/live/v1/api/payments", answer.headers["Location"])
    path = place.removeprefix("https://host/live")
    assert path == f"/v1/api/payment/c-1/{answer.json['payment_id']}"
    shown = api.call("GET", path)
    assert (shown.status, shown.json["status"]) == (200, "PENDING")


def test_an_encoded_payment_id_is_understood(api: Api) -> None:
    identifier = api.pay().json["payment_id"].replace(":", "%3A")
    assert api.call("GET", f"/v1/api/payment/c-1/{identifier}").status == 200


def test_a_failed_payment_is_an_outcome_with_a_reason(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.provider, "_behaviours", iter(["refused"]))
    answer = api.pay()
    assert answer.status == 200
    assert answer.json["status"] == "FAILED"
    assert answer.json["reason"] == "INSUFFICIENT_FUNDS"


@pytest.mark.parametrize("prefer", ["respond-async", "Respond-Async, wait=10", "x, respond-async"])
def test_a_client_that_prefers_not_to_wait_is_answered_at_once(
    api: Api, world: World, prefer: str
) -> None:
    answer = api.pay(Prefer=prefer)
    assert answer.status == 202
    assert answer.headers["Preference-Applied"] == "respond-async"
    assert world.provider.calls == []


def test_a_repeated_key_gets_the_very_same_answer(api: Api, world: World) -> None:
    first = api.pay(Idempotency_Key="key-1")
    again = api.pay(idempotency_key="key-1")
    assert (again.status, again.text) == (first.status, first.text)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(world.provider.payouts) == 1
    assert api.pay({**PAYMENT, "amount": 13}, Idempotency_Key="key-1").status == 422


def test_a_repeated_key_of_a_pending_payment_says_where_to_look_too(api: Api) -> None:
    first = api.pay(Idempotency_Key="key-1", Prefer="respond-async")
    again = api.pay(Idempotency_Key="key-1")
    assert (first.status, again.status) == (202, 202)
    assert again.headers["Location"] == first.headers["Location"]


def test_a_key_in_flight_is_told_when_to_come_back(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.disbursements.idempotency, "answer", lambda *_: None)
    api.pay(Idempotency_Key="key-1")
    again = api.pay(Idempotency_Key="key-1")
    assert again.status == 409
    assert again.headers["Retry-After"] == "10"


@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        ({"customer_id": None}, 400, "customer_id"),
        ({"customer_id": 7}, 400, "customer_id"),
        ({"email": None}, 400, "email"),
        ({"email": "nobody"}, 400, "email"),
        ({"amount": None}, 400, "amount"),
        ({"amount": 0}, 400, "amount"),
        ({"amount": -1}, 400, "amount"),
        ({"amount": 1000000.01}, 400, "amount"),
        ({"amount": 0.001}, 400, "amount"),
        ({"amount": True}, 400, "amount"),
        ({"amount": "lots"}, 400, "amount"),
        ({"amount": 1.5, "currency": "JPY"}, 400, "JPY"),
        ({"currency": "ZZZ"}, 400, "currency"),
        ({"currency": "KWD", "amount": 1}, 400, "currency"),
        ({"payment_method": "cash"}, 400, "payment_method"),
        ({"customer_id": "nobody"}, 404, "customer_id"),
        ({"email": "eve@example.com"}, 409, "email"),
    ],
)
def test_a_wrong_request_is_refused_and_leaves_no_trace(
    api: Api, world: World, changes: dict[str, object], status: int, word: str
) -> None:
    answer = api.pay({**PAYMENT, **changes})
    assert answer.status == status
    assert word in answer.json["message"]
    assert "@" not in answer.text
    assert_untouched(world)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        '{"amount": NaN}',
        '{"amount": Infinity}',
        '{"amount": 1e99999999999999999999}',
        "[" * 100_000,
        '{"a": "\\ud800"}{',
    ],
)
def test_a_body_that_is_no_json_object_is_refused(api: Api, world: World, body: str) -> None:
    answer = api.pay(body)
    assert answer.status == 400
    assert "JSON" in answer.json["message"]
    assert_untouched(world)


@pytest.mark.parametrize("repeated", ['"amount": 1', '"note": {"a": 1, "a": 2}'])
def test_a_body_that_names_a_field_twice_is_refused(api: Api, world: World, repeated: str) -> None:
    answer = api.pay(json.dumps(PAYMENT)[:-1] + f", {repeated}}}")
    assert answer.status == 400
    assert answer.json["message"] == "The request body names a field more than once"
    assert_untouched(world)


def test_an_amount_beyond_any_float_is_refused_by_its_size(api: Api) -> None:
    body = json.dumps(PAYMENT).replace("12.5", "1e400")
    assert api.pay(body).json["message"] == "amount: must not be more than 1000000"


def test_another_media_type_is_refused(api: Api, world: World) -> None:
    answer = api.call(
        "POST", "/v1/api/payments", "amount=1", headers={"Content-Type": "text/plain"}
    )
    assert answer.status == 415
    assert_untouched(world)


def test_a_binary_body_is_decoded(api: Api) -> None:
    event = proxy_event("POST", "/v1/api/payments")
    event["body"] = base64.b64encode(json.dumps(PAYMENT).encode()).decode()
    event["isBase64Encoded"] = True
    context: Any = Context()
    assert handlers.api.handler(event, context)["statusCode"] == 200


def test_payments_are_paged_by_an_opaque_token(api: Api, world: World) -> None:
    made = []
    for _ in range(3):
        made.append(api.pay().json["payment_id"])
        world.clock.pass_time(1)
    first = api.call("GET", "/v1/api/payment/c-1", query={"limit": "2"})
    token = first.json["next_token"]
    rest = api.call("GET", "/v1/api/payment/c-1", query={"limit": "2", "next_token": token})
    listed = [each["payment_id"] for each in first.json["payments"] + rest.json["payments"]]
    assert listed == made[::-1]
    assert "next_token" not in rest.json


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "-1"},
        {"limit": "ten"},
        {"limit": "²"},
        {"limit": "9" * 5000},
        {"next_token": "x"},
        {"next_token": "ü"},
        {"next_token": "Li4vLi4v"},
        {"next_token": "////"},
    ],
)
def test_a_wrong_page_is_refused(api: Api, query: dict[str, str]) -> None:
    answer = api.call("GET", "/v1/api/payment/c-1", query=query)
    assert answer.status == 400
    assert answer.json["message"].startswith(next(iter(query)))


def test_what_is_no_payment_id_is_not_asked_for(api: Api, world: World) -> None:
    def refuse(*_: str) -> None:
        raise AssertionError("asked for")

    world.payments.find = refuse  # type: ignore[method-assign, assignment]
    for payment_id in ("x" * 2000, "%00", "2026-11-23T04:55:38Z"):
        assert api.call("GET", f"/v1/api/payment/c-1/{payment_id}").status == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/api/customer/nobody", 404),
        ("/v1/api/payment/nobody", 404),
        ("/v1/api/payment/nobody/x", 404),
        ("/v1/api/payment/c-1/x", 404),
        ("/v1/api/payment/c%20x", 400),
        ("/v1/api/elsewhere", 404),
    ],
)
def test_what_does_not_exist_is_not_found(api: Api, path: str, status: int) -> None:
    answer = api.call("GET", path)
    assert answer.status == status
    assert answer.json["message"]


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "GetItem"), 503),
        (ConnectTimeoutError(endpoint_url="http://x"), 503),
        (RuntimeError("about ada@example.com"), 500),
    ],
)
def test_a_failure_of_ours_tells_the_client_nothing_about_it(
    api: Api,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    status: int,
) -> None:
    def find(customer_id: str) -> None:
        raise failure

    monkeypatch.setattr(world.customers, "find", find)
    with captured_logs() as logs:
        answer = api.pay()
    assert answer.status == status
    assert "ada" not in answer.text + logs.getvalue()
    assert_untouched(world)


def test_logs_and_metrics_name_the_payment_and_no_person(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    with captured_logs() as logs:
        identifier = api.pay(Idempotency_Key="secret-key").json["payment_id"]
    written = logs.getvalue() + capsys.readouterr().out
    lines = [json.loads(line) for line in written.splitlines()]
    assert any(
        line.get("payment_id") == identifier and line["correlation_id"] == "request-1"
        for line in lines
    )
    [metric] = [line for line in lines if "_aws" in line]
    assert metric["Status"] == PaymentStatus.COMPLETED.value
    assert not any(word in str(lines) for word in ("ada@example.com", "secret-key", "user-1"))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        name: JSON | st.just(value)
        for name, value in {**PAYMENT, "payment_method": "paypal"}.items()
    },
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=FIELDS)
def test_no_body_whatever_makes_the_function_fail(
    api: Api, world: World, body: dict[str, object]
) -> None:
    before = dict(world.payments.rows)
    answer = api.pay(body)
    assert answer.status in (200, 400, 404, 409)
    if answer.status != 200:
        assert world.payments.rows == before


def test_a_payment_beyond_the_daily_limit_is_refused_with_the_limit_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(limits=DailyLimits({"USD": Decimal("20.5")}))
    api = Api(world)
    monkeypatch.setattr(handlers.api, "application", lambda: api.application)
    assert api.pay().status == 200
    refused = api.pay(Idempotency_Key="k-1")
    assert refused.status == 422
    assert "daily limit of 20.5 USD" in refused.json["message"]
    assert refused.json["limit"] == {
        "name": "daily_limit",
        "amount": 20.5,
        "currency": "USD",
        "ends_at": "2026-11-24T00:00:00+00:00",
    }
    world.clock.pass_time(24 * 3600)
    assert api.pay(Idempotency_Key="k-1").status == 200
