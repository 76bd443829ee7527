from __future__ import annotations

from decimal import Decimal

import pytest

import handlers.composition
from handlers.composition import CompositionRoot, aws_adapters, compose
from handlers.settings import InvalidSettingError, Settings
from payments.limits import DailyLimits
from payments.payment import PaymentMethod
from tests.unit.adapters.stubbed_clients import StubbedClients

ENVIRONMENT = {
    "CUSTOMERS_TABLE": "Customers",
    "DISBURSEMENTS_TABLE": "Disbursements",
    "IDEMPOTENCY_TABLE": "IdempotencyKeys",
    "CIRCUITS_TABLE": "ProviderCircuits",
    "PAYPAL_SECRET_ID": "payments/paypal",
    "PAYPAL_BASE_URL": "https://paypal.test/",
    "STRIPE_SECRET_ID": "payments/stripe",
    "STRIPE_BASE_URL": "https://stripe.test/",
    "ACH_SECRET_ID": "payments/ach",
    "ACH_BASE_URL": "https://ach.test/",
    "OUTCOME_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:outcomes",
    "SETTLEMENT_QUEUE_URL": "https://sqs.test/settlement",
    "REQUEST_BUDGET_SECONDS": "8",
    "DAILY_TOTALS_TABLE": "DailyTotals",
}


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment(ENVIRONMENT)
    assert settings.customers_table == "Customers"
    assert settings.paypal_base_url == "https://paypal.test"
    assert settings.request_budget_seconds == 8


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
@pytest.mark.parametrize("empty", [True, False])
def test_a_missing_setting_is_named(name: str, empty: bool) -> None:
    environment = {key: value for key, value in ENVIRONMENT.items() if key != name}
    if empty:
        environment[name] = ""
    with pytest.raises(InvalidSettingError, match=name):
        Settings.from_environment(environment)


@pytest.mark.parametrize("value", ["soon", "0", "-1", "29", "inf", "nan"])
def test_a_budget_outside_of_the_gateways_patience_is_refused(value: str) -> None:
    with pytest.raises(InvalidSettingError, match="REQUEST_BUDGET_SECONDS"):
        Settings.from_environment({**ENVIRONMENT, "REQUEST_BUDGET_SECONDS": value})


def test_every_payment_method_that_is_offered_has_a_provider() -> None:
    settings = Settings.from_environment(ENVIRONMENT)
    application = compose(settings, aws_adapters(settings, StubbedClients()))
    assert set(application.disbursements.disburser.providers) == set(PaymentMethod)


def test_a_provider_without_settings_is_not_offered() -> None:
    environment = {
        name: value
        for name, value in ENVIRONMENT.items()
        if not name.startswith(("STRIPE_", "ACH_"))
    }
    settings = Settings.from_environment(environment)
    application = compose(settings, aws_adapters(settings, StubbedClients()))
    assert set(application.disbursements.disburser.providers) == {PaymentMethod.PAYPAL}


def test_composing_calls_nobody() -> None:
    clients = StubbedClients()
    settings = Settings.from_environment(ENVIRONMENT)
    compose(settings, aws_adapters(settings, clients))
    assert clients.stubbers == {}


@pytest.mark.parametrize(("in_lambda", "made"), [(True, 1), (False, 0)])
def test_the_application_is_made_while_lambda_initialises_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, in_lambda: bool, made: int
) -> None:
    monkeypatch.delenv("AWS_LAMBDA_RUNTIME_API", raising=False)
    if in_lambda:
        monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    calls: list[None] = []
    monkeypatch.setattr(handlers.composition, "application", lambda: calls.append(None))
    handlers.composition.prepare_in_lambda()
    assert len(calls) == made


def test_an_installed_application_is_used_and_the_environment_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    root = CompositionRoot()
    with pytest.raises(InvalidSettingError):
        root.get()
    settings = Settings.from_environment(ENVIRONMENT)
    installed = compose(settings, aws_adapters(settings, StubbedClients()))
    root.install(installed)
    assert root.get() is installed


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("", {}),
        ("{}", {}),
        ('{"USD": 1000.5, "JPY": 50000}', {"USD": Decimal("1000.5"), "JPY": Decimal(50000)}),
    ],
)
def test_daily_limits_are_exact_amounts_by_currency(text: str, limits: dict[str, Decimal]) -> None:
    settings = Settings.from_environment({**ENVIRONMENT, "DAILY_LIMITS": text})
    assert settings.daily_limits == DailyLimits(limits)


@pytest.mark.parametrize(
    "text",
    ["[]", "1", "{", '{"USD": 0}', '{"USD": -1}', '{"usd": 1}', '{"USD": "a"}', '{"USD": NaN}'],
)
def test_daily_limits_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InvalidSettingError, match="DAILY_LIMITS"):
        Settings.from_environment({**ENVIRONMENT, "DAILY_LIMITS": text})
