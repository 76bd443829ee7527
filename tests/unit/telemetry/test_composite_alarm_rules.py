from __future__ import annotations

import pytest

from localtender.telemetry.alarms.composite_rule import AlarmRuleError, parse_rule

STATES = {"down": "ALARM", "up": "OK", "new": "INSUFFICIENT_DATA", "two words": "ALARM"}


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("ALARM(down)", True),
        ('ALARM("two words")', True),
        ("ALARM(up) OR INSUFFICIENT_DATA(new)", True),
        ("ALARM(down) AND NOT OK(up)", False),
        ("NOT (ALARM(up) OR ALARM(new))", True),
        ("ALARM(up) AND ALARM(up) OR TRUE", True),
        ("FALSE", False),
        ("AT_LEAST(2, ALARM, (down, up, new))", False),
        ("AT_LEAST(2, NOT ALARM, (down, up, new))", True),
        ('AT_LEAST(50%, ALARM, (down, "two words", up))', True),
    ],
)
def test_a_rule_follows_the_states(rule: str, holds: bool) -> None:
    assert parse_rule(rule).holds(STATES.get) is holds


def test_the_alarms_of_a_rule_are_known() -> None:
    assert parse_rule('ALARM("a b") OR (OK(c) AND ALARM(c))').mentioned == ("a b", "c")


@pytest.mark.parametrize("rule", ["ALARM(", "ALARM()", "alarm(x)", "ALARM(x) OK(y)", "AND", ""])
def test_a_rule_that_can_not_be_read_is_refused(rule: str) -> None:
    with pytest.raises(AlarmRuleError, match="Unsupported token"):
        parse_rule(rule)
