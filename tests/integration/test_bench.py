"""The command that measures, with too few requests for its figures to mean anything."""

from __future__ import annotations

import json

from tests.lambda_workbench import an_invokable_runtime
from tests.running_stack import localtender


def test_the_gateway_is_measured_in_every_row_through_the_edge_and_the_engine() -> None:
    an_invokable_runtime()
    ended = localtender("bench", "gateway", "--json", "--requests", "10")
    assert ended.returncode == 0, ended.stderr
    report = json.loads(ended.stdout)
    figures = {figure["name"]: figure for figure in report["figures"]}
    for handler in ("silent", "printing"):
        for clients in ("sequential", "8 clients"):
            for statistic in ("p50", "p99", "rate"):
                figure = figures[f"{handler}, {clients}: {statistic}"]
                (engine,) = [mark for mark in figure["marks"] if mark["whose"] == "engine"]
                assert figure["value"] > 0
                assert engine["limit"] > 0
    assert figures["silent, sequential: times engine's rate"]["marks"] == [
        {"bound": "at least", "limit": 4.0, "whose": ""}
    ]
    assert report["machine"]["cores"] >= 1


def test_what_the_edge_adds_to_a_call_of_dynamodb_is_measured_and_shown() -> None:
    an_invokable_runtime()
    ended = localtender("bench", "dynamodb", "--requests", "10")
    assert ended.returncode == 0, ended.stderr
    for operation in ("GetItem", "PutItem"):
        assert f"{operation}: added by the edge" in ended.stdout
    assert "cores" in ended.stdout


def test_terraform_is_measured_on_sixty_resources() -> None:
    an_invokable_runtime()
    ended = localtender("bench", "terraform", "--json")
    assert ended.returncode == 0, ended.stderr
    figures = {figure["name"]: figure for figure in json.loads(ended.stdout)["figures"]}
    (apply,) = [name for name in figures if name.startswith("apply")]
    assert apply.startswith("apply, 60 resources (Terraform ")
    assert figures.keys() == {
        apply,
        "plan without a change",
        "destroy",
        "provider ready",
        "provider memory",
    }
    assert all(figure["value"] > 0 and figure["marks"] for figure in figures.values())
