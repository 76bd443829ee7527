from __future__ import annotations

import json
from typing import Any

import pytest

from localtender.edge.engine_additions.state_machine_definitions import diagnostics

LAST = {"Type": "Succeed"}


def problems(definition: Any) -> list[tuple[str, str]]:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    return [(each["code"], each["location"]) for each in diagnostics(text)]


def machine(**states: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


def test_a_definition_of_every_type_of_state_is_one() -> None:
    inner = machine(Done=LAST)
    assert (
        problems(
            machine(
                Work={
                    "Type": "Task",
                    "Resource": "arn:aws:states:::sqs:sendMessage",
                    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}],
                    "Next": "Choose",
                },
                Choose={
                    "Type": "Choice",
                    "Choices": [{"Variable": "$.a", "IsPresent": True, "Next": "Pause"}],
                    "Default": "Each",
                },
                Pause={"Type": "Wait", "Seconds": 1, "Next": "Both"},
                Each={"Type": "Map", "ItemProcessor": inner, "Next": "Both"},
                Both={"Type": "Parallel", "Branches": [inner], "Next": "Done"},
                Done={"Type": "Pass", "End": True},
                Failed={"Type": "Fail"},
            )
        )
        == []
    )


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("{", ("INVALID_JSON_DESCRIPTION", "/")),
        ([], ("SCHEMA_VALIDATION_FAILED", "/")),
        ({"StartAt": "A"}, ("SCHEMA_VALIDATION_FAILED", "/States")),
        ({"States": {"A": LAST}}, ("SCHEMA_VALIDATION_FAILED", "/StartAt")),
        (
            {"StartAt": "B", "States": {"A": LAST}},
            ("MISSING_TRANSITION_TARGET", "/StartAt"),
        ),
        (
            machine(A={"Type": "Pass", "Next": "B"}),
            ("MISSING_TRANSITION_TARGET", "/States/A/Next"),
        ),
        (machine(A={"Type": "Pass"}), ("SCHEMA_VALIDATION_FAILED", "/States/A")),
        (machine(A={"Type": "Sleep"}), ("SCHEMA_VALIDATION_FAILED", "/States/A/Type")),
        (
            machine(A={"Type": "Task", "End": True}),
            ("SCHEMA_VALIDATION_FAILED", "/States/A/Resource"),
        ),
        (
            machine(A={"Type": "Map", "ItemProcessor": {"StartAt": "X"}, "End": True}),
            ("SCHEMA_VALIDATION_FAILED", "/States/A/ItemProcessor/States"),
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(definition: Any, expected: tuple[str, str]) -> None:
    assert problems(definition) == [expected]
