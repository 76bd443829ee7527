from __future__ import annotations

from typing import Any

import pytest

from localtender.provider.resources.dynamodb import Table
from localtender.provider.resources.dynamodb_states import table_state
from localtender.provider.schema.loading import load_schema
from localtender.provider.values import UNKNOWN, Values

BLOCK = load_schema().block("resource", "aws_dynamodb_table")
WARM = [{"read_units_per_second": 12000, "write_units_per_second": 4000}]


def config(**values: Any) -> Values:
    keys = {"hash_key": "id", "attribute": [{"name": "id", "type": "S"}]}
    return BLOCK.complete({"name": "Orders", **keys, **values})


def refused(**values: Any) -> list[str]:
    return [problem.argument for problem in Table().validate(config(**values))]


@pytest.mark.parametrize(
    ("described", "state"),
    [
        (
            {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"},
            WARM,
        ),
        ({"ReadUnitsPerSecond": 0, "WriteUnitsPerSecond": 0, "Status": "ACTIVE"}, []),
        ({}, []),
    ],
)
def test_an_engine_that_warms_nothing_gives_no_warm_throughput(
    described: Values, state: list[Values]
) -> None:
    table = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "TableArn": "arn",
        "TableName": "Orders",
        "WarmThroughput": described,
    }
    assert table_state(table)["warm_throughput"] == state


def test_a_plain_table_is_accepted() -> None:
    assert refused() == []


@pytest.mark.parametrize("argument", ["warm_throughput", "replica", "import_table"])
def test_a_block_that_the_engine_would_forget_is_refused_by_name(argument: str) -> None:
    assert refused(**{argument: [{}]}) == [argument]


def test_warm_throughput_of_an_index_is_refused_too() -> None:
    index = {"name": "by-id", "hash_key": "id", "projection_type": "ALL"}
    assert refused(global_secondary_index=[index]) == []
    assert refused(global_secondary_index=[{**index, "warm_throughput": WARM}]) == [
        "global_secondary_index.warm_throughput"
    ]


def test_blocks_that_are_not_known_yet_are_not_judged() -> None:
    assert refused(replica=UNKNOWN, warm_throughput=UNKNOWN, global_secondary_index=UNKNOWN) == []
