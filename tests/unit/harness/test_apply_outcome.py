from __future__ import annotations

import json
from typing import Any

from localtender.harness.apply_outcome import ApplyOutcome


def read(*events: dict[str, Any] | str) -> ApplyOutcome:
    outcome = ApplyOutcome()
    for event in events:
        outcome.read(event if isinstance(event, str) else json.dumps(event))
    return outcome


def completed(action: str) -> dict[str, Any]:
    return {"@level": "info", "type": "apply_complete", "hook": {"action": action}}


def planned(action: str) -> dict[str, Any]:
    return {"@level": "info", "type": "planned_change", "change": {"action": action}}


def test_resources_are_counted_and_data_sources_are_not() -> None:
    outcome = read(
        completed("read"), planned("create"), planned("read"), planned("update"), completed("read")
    )
    assert (outcome.done, outcome.planned) == (0, 2)
    assert outcome.read(json.dumps(completed("create")))
    assert (outcome.done, outcome.planned) == (1, 2)


def test_the_summary_of_the_plan_is_not_taken_for_that_of_the_apply() -> None:
    def summary(operation: str, add: int) -> dict[str, Any]:
        changes = {"add": add, "change": 0, "remove": 0, "operation": operation}
        return {"@level": "info", "type": "change_summary", "changes": changes}

    assert read(summary("plan", 3)).changes["add"] == 0
    assert read(summary("plan", 3), summary("apply", 2)).changes["add"] == 2


def test_an_error_is_told_with_its_resource_place_and_detail() -> None:
    outcome = read(
        {
            "@level": "error",
            "type": "diagnostic",
            "diagnostic": {
                "severity": "error",
                "address": "aws_sqs_queue.q",
                "summary": "Invalid value",
                "detail": "delay_seconds\nmust be less",
                "range": {"filename": "main.tf", "start": {"line": 7, "column": 1, "byte": 0}},
            },
        }
    )
    assert outcome.errors == [
        "  aws_sqs_queue.q: Invalid value (main.tf:7)\n    delay_seconds\n    must be less"
    ]


def test_a_warning_is_no_error() -> None:
    diagnostic = {"severity": "warning", "summary": "Deprecated", "detail": ""}
    assert read({"@level": "warn", "type": "diagnostic", "diagnostic": diagnostic}).errors == []


def test_lines_that_are_no_events_are_kept_apart() -> None:
    outcome = read("panic: out of memory\n", "\n", "[1]", '"text"')
    assert outcome.other == ["panic: out of memory", "[1]", '"text"']
    assert outcome.errors == []


def test_an_event_of_a_later_terraform_is_passed_over() -> None:
    outcome = read({"@level": "info", "type": "ephemeral_op_complete", "hook": {}})
    assert (outcome.errors, outcome.other, outcome.done) == ([], [], 0)
