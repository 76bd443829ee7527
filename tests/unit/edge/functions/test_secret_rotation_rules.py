"""When Secrets Manager rotates, by "Schedule expressions in Secrets Manager rotation"."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from localtender.edge.functions.engine_triggers.secret_rotation.rules import (
    InvalidRotationRulesError,
    RotationRules,
)

# A Wednesday.
NOW = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("rules", "opens", "closes"),
    [
        ({"AutomaticallyAfterDays": 30}, at(2026, 12, 25), at(2026, 12, 25, 23, 59, 59)),
        ({"ScheduleExpression": "rate(10 days)"}, at(2026, 12, 5), at(2026, 12, 5, 23, 59, 59)),
        (
            {"ScheduleExpression": "rate(10 days)", "Duration": "3h"},
            at(2026, 12, 5),
            at(2026, 12, 5, 3),
        ),
        ({"ScheduleExpression": "rate(4 hours)"}, at(2026, 11, 25, 20), at(2026, 11, 25, 21)),
        (
            {"ScheduleExpression": "cron(0 8 1 * ? *)"},
            at(2026, 12, 1, 8),
            at(2026, 12, 1, 23, 59, 59),
        ),
        (
            {"ScheduleExpression": "cron(0 0/4 * * ? *)"},
            at(2026, 11, 25, 20),
            at(2026, 11, 25, 21),
        ),
        (
            {"ScheduleExpression": "cron(0 1 ? * SUN#1 *)", "Duration": "2h"},
            at(2026, 12, 6, 1),
            at(2026, 12, 6, 3),
        ),
        (
            {"ScheduleExpression": "cron(0 12 ? * 1 *)"},
            at(2026, 11, 29, 12),
            at(2026, 11, 29, 23, 59, 59),
        ),
        (
            {"ScheduleExpression": "cron(0 12 ? * 6L *)"},
            at(2026, 11, 27, 12),
            at(2026, 11, 27, 23, 59, 59),
        ),
        (
            {"ScheduleExpression": "cron(0 8 L * ? 2028)"},
            at(2028, 1, 31, 8),
            at(2028, 1, 31, 23, 59, 59),
        ),
    ],
)
def test_the_next_window_opens_and_closes_as_documented(
    rules: dict[str, object], opens: datetime, closes: datetime
) -> None:
    window = RotationRules.from_api(rules).window_after(NOW)
    assert window is not None
    assert (window.opens, window.closes) == (opens, closes)


def test_without_rules_nothing_is_scheduled() -> None:
    assert RotationRules().window_after(NOW) is None


@pytest.mark.parametrize(
    "rules",
    [
        {"AutomaticallyAfterDays": 7, "ScheduleExpression": "rate(7 days)"},
        {"AutomaticallyAfterDays": 0},
        {"AutomaticallyAfterDays": 1001},
        {"ScheduleExpression": "rate(3 hours)"},
        {"ScheduleExpression": "rate(5 minutes)"},
        {"ScheduleExpression": "cron(0 8 1 *)"},
        {"ScheduleExpression": "cron(0 8 1 * ? often)"},
        {"ScheduleExpression": "cron(0 99 1 * ? *)"},
        {"ScheduleExpression": "cron(0 8 1 * ? 1999)"},
        {"ScheduleExpression": "every day"},
        {"ScheduleExpression": "rate(7 days)", "Duration": "3 h"},
    ],
)
def test_rules_that_secrets_manager_does_not_take_are_refused(rules: dict[str, object]) -> None:
    with pytest.raises(InvalidRotationRulesError):
        RotationRules.from_api(rules)
