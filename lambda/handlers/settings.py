"""What a function is told by its environment: names of things, never secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class InvalidSettingError(Exception):
    """An environment variable of the function is missing or wrong."""


@dataclass(frozen=True)
class Settings:
    """Configuration of both functions."""

    customers_table: str
    disbursements_table: str
    idempotency_table: str
    paypal_secret_id: str
    paypal_base_url: str
    outcome_topic_arn: str
    settlement_queue_url: str
    request_budget_seconds: float

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
            paypal_secret_id=required(environment, "PAYPAL_SECRET_ID"),
            paypal_base_url=required(environment, "PAYPAL_BASE_URL").rstrip("/"),
            outcome_topic_arn=required(environment, "OUTCOME_TOPIC_ARN"),
            settlement_queue_url=required(environment, "SETTLEMENT_QUEUE_URL"),
            request_budget_seconds=_seconds(environment, "REQUEST_BUDGET_SECONDS"),
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
