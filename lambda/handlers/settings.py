"""What a function is told by its environment: names of things, never secrets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from payments.currency import DECIMALS
from payments.limits import DailyLimits

if TYPE_CHECKING:
    from collections.abc import Mapping


class InvalidSettingError(Exception):
    """An environment variable of the function is missing or wrong."""


@dataclass(frozen=True)
class KeyedProvider:
    """A provider that knows its clients by a secret key."""

    base_url: str
    secret_id: str


@dataclass(frozen=True)
class Settings:
    """Configuration of both functions; a provider that is None is not offered."""

    customers_table: str
    disbursements_table: str
    idempotency_table: str
    circuits_table: str
    paypal_secret_id: str
    paypal_base_url: str
    stripe: KeyedProvider | None
    ach: KeyedProvider | None
    outcome_topic_arn: str
    settlement_queue_url: str
    request_budget_seconds: float
    daily_totals_table: str
    daily_limits: DailyLimits

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings.

        Raises:
            InvalidSettingError: naming the variable.
        """
        return cls(
            customers_table=required(environment, "CUSTOMERS_TABLE"),
            disbursements_table=required(environment, "DISBURSEMENTS_TABLE"),
            idempotency_table=required(environment, "IDEMPOTENCY_TABLE"),
            circuits_table=required(environment, "CIRCUITS_TABLE"),
            paypal_secret_id=required(environment, "PAYPAL_SECRET_ID"),
            paypal_base_url=required(environment, "PAYPAL_BASE_URL").rstrip("/"),
            stripe=_keyed_provider(environment, "STRIPE"),
            ach=_keyed_provider(environment, "ACH"),
            outcome_topic_arn=required(environment, "OUTCOME_TOPIC_ARN"),
            settlement_queue_url=required(environment, "SETTLEMENT_QUEUE_URL"),
            request_budget_seconds=_seconds(environment, "REQUEST_BUDGET_SECONDS"),
            daily_totals_table=required(environment, "DAILY_TOTALS_TABLE"),
            daily_limits=_limits(environment, "DAILY_LIMITS"),
        )


def required(environment: Mapping[str, str], name: str) -> str:
    """Return a variable that must be set.

    Raises:
        InvalidSettingError: it is missing or empty.
    """
    value = environment.get(name, "")
    if not value:
        raise InvalidSettingError(f"environment variable {name} is not set")
    return value


def _keyed_provider(environment: Mapping[str, str], name: str) -> KeyedProvider | None:
    """Read ``<name>_SECRET_ID`` and ``<name>_BASE_URL``: both, or neither."""
    secret_id = environment.get(f"{name}_SECRET_ID", "")
    if not secret_id and not environment.get(f"{name}_BASE_URL"):
        return None
    return KeyedProvider(
        base_url=required(environment, f"{name}_BASE_URL").rstrip("/"),
        secret_id=required(environment, f"{name}_SECRET_ID"),
    )


def _limits(environment: Mapping[str, str], name: str) -> DailyLimits:
    """Read a JSON object of amounts by currency; absent means no limits."""
    rule = f"environment variable {name} must be a JSON object of amounts above 0 by currency"
    try:
        amounts = json.loads(environment.get(name) or "{}", parse_float=Decimal, parse_int=Decimal)
        checked = {str(code): Decimal(amount) for code, amount in amounts.items()}
    except (AttributeError, TypeError, ValueError, InvalidOperation) as error:
        raise InvalidSettingError(rule) from error
    if not all(
        code in DECIMALS and amount.is_finite() and amount > 0 for code, amount in checked.items()
    ):
        raise InvalidSettingError(rule)
    return DailyLimits(checked)


def _seconds(environment: Mapping[str, str], name: str) -> float:
    try:
        value = float(required(environment, name))
    except ValueError as error:
        raise InvalidSettingError(
            f"environment variable {name} must be a number of seconds"
        ) from error
    if not 0 < value < 29:
        raise InvalidSettingError(
            f"environment variable {name} must be more than 0 and less than 29"
        )
    return value
