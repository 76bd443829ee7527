from __future__ import annotations

from typing import Any

import pytest

from localtender.provider.declaration import Resource
from localtender.provider.documents import same_json
from localtender.provider.planning import Planner
from localtender.provider.schema.model import Attribute, Block, NestedBlock
from localtender.provider.settling import Settler
from localtender.provider.values import UNKNOWN, Value, Values

OPTIONAL = Attribute("string", optional=True)
COMPUTED = Attribute("string", computed=True)
EITHER = Attribute("string", optional=True, computed=True)
RULE = Block(
    {"name": Attribute("string", required=True), "size": OPTIONAL, "arn": COMPUTED, "kind": EITHER}
)
BLOCK = Block(
    {
        "id": EITHER,
        "name": Attribute("string", required=True),
        "version": COMPUTED,
        "description": OPTIONAL,
        "policy": EITHER,
        "retention": Attribute("number", optional=True),
        "members": Attribute(["set", "string"], optional=True),
    },
    {
        "rule": NestedBlock("set", RULE),
        "step": NestedBlock("list", RULE),
        "defaults": NestedBlock("list", RULE, max_items=1),
    },
)


class Thing(Resource):
    type_name = "aws_thing"
    service = "thing"
    replaces = ("name", "step.name", "rule.name")
    defaults = {"retention": 7, "rule.size": "small"}  # noqa: RUF012
    equivalent = {"policy": same_json}  # noqa: RUF012
    computed_blocks = ("defaults",)
    recomputed = {"version": ("description",)}  # noqa: RUF012
    element_keys = {"rule": ("name",)}  # noqa: RUF012

    def create(self, call: Any, planned: Values) -> Values:
        return {}

    def read(self, call: Any, state: Values) -> Values:
        return {}

    def delete(self, call: Any, state: Values) -> None: ...


PLANNER = Planner(Thing(), BLOCK)
SETTLER = Settler(Thing(), BLOCK)


def configured(**values: Value) -> Values:
    return BLOCK.complete({"name": "n", **values})


def state(**values: Value) -> Values:
    return BLOCK.complete(
        {"id": "1", "name": "n", "version": "3", "policy": "", "retention": 7, **values}
    )


def plan(config: Values, prior: Values | None) -> Values:
    return PLANNER.finish(PLANNER.planned_state(config, prior), prior)


def rule(name: str = "r", **values: Value) -> Values:
    return RULE.complete({"name": name, **values})


def test_a_new_object_is_known_where_it_is_configured_and_unknown_where_aws_decides() -> None:
    planned = plan(configured(rule=[rule()]), None)
    assert planned["name"] == "n"
    assert planned["retention"] == 7
    assert planned["description"] is None
    assert [planned[name] for name in ("id", "version", "policy", "defaults")] == [UNKNOWN] * 4
    assert planned["rule"] == [{"name": "r", "size": "small", "arn": UNKNOWN, "kind": UNKNOWN}]
    assert planned["step"] == []


def test_without_a_change_the_plan_is_the_prior_state() -> None:
    prior = state(
        rule=[rule(size="small", arn="arn:r", kind="k")],
        policy='{"a": 1}',
        members=["b", "a"],
        defaults=[rule("d")],
    )
    config = configured(rule=[rule()], policy='{ "a":1 }', members=["a", "b"])
    assert plan(config, prior) is prior


@pytest.mark.parametrize("zero", ["", None])
def test_null_and_the_zero_value_of_an_argument_are_the_same(zero: str | None) -> None:
    other = "" if zero is None else None
    prior = state(description=other)
    assert plan(configured(description=zero), prior) is prior


def test_an_empty_text_leaves_the_value_to_aws() -> None:
    assert plan(configured(policy=""), None)["policy"] is UNKNOWN


def test_an_update_keeps_computed_values_but_those_that_it_recomputes() -> None:
    planned = plan(configured(description="new"), state())
    assert planned["id"] == "1"
    assert planned["version"] is UNKNOWN
    assert plan(configured(retention=9), state())["version"] == "3"


def test_an_element_of_a_set_is_known_by_its_key() -> None:
    prior = state(rule=[rule("a", size="small", arn="arn:a", kind="k"), rule("b", size="small")])
    planned = plan(configured(rule=[rule("b"), rule("a", size="big"), rule("c")]), prior)
    assert planned["rule"][1] == rule("a", size="big", arn="arn:a", kind="k")
    assert planned["rule"][2]["arn"] is UNKNOWN


def test_an_unknown_block_stays_unknown() -> None:
    assert plan(configured(step=UNKNOWN), None)["step"] is UNKNOWN


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"name": "m"}, [("name",)]),
        ({"description": "d"}, []),
        ({"step": [rule("s", size="x")]}, []),
        ({"step": [rule("t")]}, [("step", 0, "name")]),
        ({"step": [rule("s"), rule("t")]}, [("step",)]),
        ({"rule": [rule("q")]}, [("rule",)]),
        ({"rule": [rule("r", size="big")]}, []),
    ],
)
def test_replacement_is_planned_where_it_is_declared(
    changed: Values, paths: list[tuple[str | int, ...]]
) -> None:
    unchanged = {"step": [rule("s")], "rule": [rule("r", size="small")]}
    prior = state(**unchanged)
    planned = plan(configured(**{**unchanged, **changed}), prior)
    assert PLANNER.replacement_paths(planned, prior) == paths


def test_what_aws_leaves_out_keeps_its_value_and_what_it_says_is_taken() -> None:
    known = state(description="d", rule=[rule("a", size="1")])
    settled = SETTLER.settle(known, {"version": 4, "rule": [{"name": "a", "arn": "arn:a"}]})
    assert settled["description"] == "d"
    assert settled["version"] == "4"
    assert settled["rule"] == [rule("a", size="1", arn="arn:a")]


def test_the_known_spelling_of_an_equal_value_is_kept() -> None:
    known = state(policy='{ "a":1 }', description="", members=["b", "a"])
    answer = {"policy": '{"a": 1}', "description": None, "members": ["a", "b"]}
    settled = SETTLER.settle(known, answer)
    assert (settled["policy"], settled["description"]) == ('{ "a":1 }', "")
    assert settled["members"] == ["b", "a"]


def test_after_an_import_arguments_that_aws_does_not_return_take_their_defaults() -> None:
    settled = SETTLER.settle(BLOCK.complete({"id": "1"}), {"name": "n", "description": ""})
    assert settled["retention"] == 7
    assert settled["description"] is None


def test_what_came_out_other_than_planned_is_named() -> None:
    planned = state(version=UNKNOWN)
    assert SETTLER.unexpected(planned, state(version="9", policy="x")) == ["policy"]
