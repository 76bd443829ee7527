from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from fault_injection.effects import Action, Hold, Reset, Wait
from fault_injection.fields import FaultRuleError
from fault_injection.rules import FaultRules, UnknownFaultRuleError
from sandbox_mocks.shared.faults.answers import Reply
from sandbox_mocks.shared.faults.kinds import CALL, FAULT_KINDS

CALLED = {"happening": (CALL,)}
POST = {
    **CALLED,
    "method": ("POST",),
    "path": ("/v1/payments/payouts", "/paypal/v1/payments/payouts"),
}
GET = {**CALLED, "method": ("GET",), "path": ("/v1/payments/payouts/B1",)}


@pytest.fixture
def rules() -> FaultRules:
    return FaultRules(("method", "path"), FAULT_KINDS)


def fired(rules: FaultRules, call: Mapping[str, tuple[str, ...]] | None = None) -> list[str]:
    return [fault.kind for fault in rules.fire(call or POST)]


def test_without_rules_nothing_happens(rules: FaultRules) -> None:
    assert fired(rules) == []
    assert not rules


@pytest.mark.parametrize(
    ("match", "posts", "gets"),
    [
        ({}, 1, 1),
        ({"method": "POST"}, 1, 0),
        ({"path": "/v1/payments/payouts"}, 1, 0),
        ({"path": "/v1/payments/*"}, 1, 1),
        ({"path": "/paypal/v1/*"}, 1, 0),
        ({"method": "GET", "path": "/v1/payments/payouts/B?"}, 0, 1),
        ({"method": "P*"}, 1, 0),
        ({"path": "/v1"}, 0, 0),
    ],
)
def test_a_rule_strikes_the_calls_that_match_all_its_globs(
    rules: FaultRules, match: dict[str, str], posts: int, gets: int
) -> None:
    rules.add({"kind": "reset", **match})

    assert (len(fired(rules, POST)), len(fired(rules, GET))) == (posts, gets)


def test_nth_picks_among_the_matching_calls(rules: FaultRules) -> None:
    rules.add({"kind": "reset", "method": "POST", "nth": [2, 4]})
    strikes = []

    for _ in range(5):
        fired(rules, GET)
        strikes.append(len(fired(rules, POST)))

    assert strikes == [0, 1, 0, 1, 0]


def test_the_parts_of_a_call_that_rules_name_are_known(rules: FaultRules) -> None:
    rules.add({"kind": "reset", "method": "POST"})

    assert rules.match_on("path", "method")
    assert not rules.match_on("path")


def test_times_makes_a_burst(rules: FaultRules) -> None:
    rules.add({"kind": "status", "status": 503, "times": 2})

    assert [len(fired(rules)) for _ in range(4)] == [1, 1, 0, 0]


def test_probability_repeats_with_its_seed() -> None:
    def strikes(seed: int) -> list[int]:
        rules = FaultRules((), FAULT_KINDS)
        rules.add({"kind": "reset", "probability": 0.5, "seed": seed})
        return [len(rules.fire(CALLED)) for _ in range(64)]

    assert strikes(7) == strikes(7)
    assert strikes(7) != strikes(8)
    assert 0 < sum(strikes(7)) < 64


def test_a_seed_that_was_not_given_is_chosen_and_shown(rules: FaultRules) -> None:
    rules.add({"kind": "reset", "probability": 0.5})
    first = [fired(rules) for _ in range(32)]
    seed = rules.describe()[0]["seed"]

    rules.replace([{"kind": "reset", "probability": 0.5, "seed": seed}])

    assert [fired(rules) for _ in range(32)] == first


def test_rules_apply_in_order_up_to_one_that_ends_the_call(rules: FaultRules) -> None:
    rules.add_all(
        [
            {"kind": "latency", "milliseconds": 5},
            {"kind": "status", "status": 500},
            {"kind": "hang"},
        ]
    )

    assert fired(rules) == ["latency", "status"]
    assert [rule["fired"] for rule in rules.describe()] == [1, 1, 0]


def test_rules_read_back_with_how_often_they_fired(rules: FaultRules) -> None:
    rules.add({"kind": "reset", "when": "after", "path": "/v1/*", "nth": 2, "seed": 3})
    fired(rules)
    fired(rules)

    assert rules.describe() == [
        {
            "id": "fault-1",
            "kind": "reset",
            "path": "/v1/*",
            "nth": 2,
            "probability": 1.0,
            "seed": 3,
            "when": "after",
            "seen": 2,
            "fired": 1,
        }
    ]


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "latency", "milliseconds": 10},
        {"kind": "latency", "distribution": "uniform", "maximum_milliseconds": 10},
        {"kind": "latency", "distribution": "lognormal", "median_milliseconds": 5, "sigma": 1},
        {"kind": "hang", "seconds": 3, "when": "after"},
        {"kind": "status", "status": 502, "body": {"a": [1]}, "headers": {"X-A": "b"}},
        {"kind": "reset", "when": "after", "nth": [1, 3], "times": 1},
        {"kind": "rate-limit", "retry_after_seconds": 3},
        {"kind": "malformed"},
        {"kind": "truncated", "share": 0.25},
    ],
)
def test_what_is_read_back_can_be_given_again(rules: FaultRules, rule: dict[str, Any]) -> None:
    shown = json.loads(json.dumps(rules.add(rule).describe()))

    assert rules.add(shown).describe() == shown


def test_a_rule_with_a_known_id_replaces_it(rules: FaultRules) -> None:
    rules.add({"id": "slow", "kind": "latency", "milliseconds": 5})
    rules.add({"id": "slow", "kind": "hang"})

    assert fired(rules) == ["hang"]


def test_chosen_ids_do_not_collide_with_given_ones(rules: FaultRules) -> None:
    rules.add({"id": "fault-1", "kind": "hang"})
    rules.add({"kind": "reset"})

    assert len(rules) == 2


def test_rules_can_be_removed(rules: FaultRules) -> None:
    rules.add({"id": "slow", "kind": "hang"})
    rules.remove("slow")

    assert fired(rules) == []
    with pytest.raises(UnknownFaultRuleError):
        rules.remove("slow")


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ("hang", "rule"),
        ({}, "kind"),
        ({"kind": 5}, "kind"),
        ({"kind": "boom"}, "kind"),
        ({"kind": "reset", "table": "Customers"}, "table"),
        ({"kind": "reset", "path": ""}, "path"),
        ({"kind": "reset", "method": ["POST"]}, "method"),
        ({"kind": "reset", "when": "later"}, "when"),
        ({"kind": "reset", "when": []}, "when"),
        ({"kind": "reset", "nth": 0}, "nth"),
        ({"kind": "reset", "nth": []}, "nth"),
        ({"kind": "reset", "nth": True}, "nth"),
        ({"kind": "reset", "times": 0}, "times"),
        ({"kind": "reset", "times": 1.5}, "times"),
        ({"kind": "reset", "probability": 1.1}, "probability"),
        ({"kind": "reset", "probability": float("nan")}, "probability"),
        ({"kind": "reset", "probability": True}, "probability"),
        ({"kind": "reset", "seed": -1}, "seed"),
        ({"kind": "latency"}, "milliseconds"),
        ({"kind": "latency", "milliseconds": -1}, "milliseconds"),
        ({"kind": "latency", "milliseconds": 600_001}, "milliseconds"),
        ({"kind": "latency", "milliseconds": "5"}, "milliseconds"),
        ({"kind": "latency", "distribution": "normal"}, "distribution"),
        (
            {
                "kind": "latency",
                "distribution": "uniform",
                "minimum_milliseconds": 9,
                "maximum_milliseconds": 8,
            },
            "maximum_milliseconds",
        ),
        ({"kind": "latency", "distribution": "lognormal"}, "median_milliseconds"),
        ({"kind": "hang", "seconds": 601}, "seconds"),
        ({"kind": "status"}, "status"),
        ({"kind": "status", "status": 99}, "status"),
        ({"kind": "status", "status": 600}, "status"),
        ({"kind": "status", "status": 500, "headers": []}, "headers"),
        ({"kind": "status", "status": 500, "headers": {"X": "a\r\nb"}}, "headers"),
        ({"kind": "status", "status": 500, "headers": {"a b": "c"}}, "headers"),
        ({"kind": "rate-limit", "retry_after_seconds": -1}, "retry_after_seconds"),
        ({"kind": "truncated", "share": 1}, "share"),
    ],
)
def test_a_bad_rule_names_its_field_and_what_is_allowed(
    rules: FaultRules, rule: Any, field: str
) -> None:
    with pytest.raises(FaultRuleError) as refused:
        rules.add(rule)

    assert refused.value.field == field
    assert refused.value.document()["allowed"]
    assert len(rules) == 0


def test_several_rules_are_taken_all_or_none(rules: FaultRules) -> None:
    rules.add({"id": "kept", "kind": "hang"})

    for change in (rules.add_all, rules.replace):
        with pytest.raises(FaultRuleError):
            change([{"kind": "reset"}, {"kind": "boom"}])

    assert [rule["id"] for rule in rules.describe()] == ["kept"]


def test_each_kind_says_what_it_wants_done(rules: FaultRules) -> None:
    wanted: dict[str, tuple[dict[str, Any], str, Action]] = {
        "latency": ({"milliseconds": 1500}, "before", Wait(1.5)),
        "hang": ({"seconds": 2, "when": "after"}, "after", Hold(2)),
        "status": (
            {"status": 500, "body": "no"},
            "before",
            Reply(500, (), b"no"),
        ),
        "reset": ({}, "before", Reset()),
        "rate-limit": ({}, "before", Reply(429, (("Retry-After", "1"),))),
    }
    for kind, (parameters, when, action) in wanted.items():
        rules.replace([{"kind": kind, **parameters}])

        [fault] = rules.fire(POST)

        assert (fault.kind, fault.effect.when, fault.effect.action) == (kind, when, action)
