"""ImportApiKeys."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import Gateway, refusal

FIRST, SECOND = "a" * 24, "b" * 24


def test_keys_are_read_from_columns_in_any_order(gateway: Gateway) -> None:
    plan_id = gateway.client.create_usage_plan(name="p")["id"]
    text = (
        f'Key,Name,Enabled,Description,usageplanIds\n{FIRST},one,TRUE,"first, of all",{plan_id}\n'
        f"{SECOND},two,false,,\n"
    )
    answer = gateway.client.import_api_keys(body=text, format="csv")

    assert answer["warnings"] == []
    keys = gateway.client.get_api_keys(includeValues=True)["items"]
    assert [key["id"] for key in keys] == answer["ids"]
    assert [(key["name"], key["value"], key["enabled"]) for key in keys] == [
        ("one", FIRST, True),
        ("two", SECOND, False),
    ]
    assert keys[0]["description"] == "first, of all"
    (planned,) = gateway.client.get_usage_plan_keys(usagePlanId=plan_id)["items"]
    assert planned["id"] == answer["ids"][0]


def test_a_line_that_cannot_be_taken_is_a_warning(gateway: Gateway) -> None:
    text = f"name,key\none,short\ntwo,{SECOND}\n"
    answer = gateway.client.import_api_keys(body=text, format="csv")

    assert len(answer["ids"]) == 1
    assert answer["warnings"] == [
        "Skipped record: 1. API Key value should be at least 20 characters"
    ]


def test_a_warning_undoes_all_where_asked(gateway: Gateway) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.import_api_keys(
            body=f"name,key\ntwo,{SECOND}\none,short\n", format="csv", failOnWarnings=True
        )

    assert refusal(caught)[0] == "BadRequestException"
    assert gateway.client.get_api_keys()["items"] == []


@pytest.mark.parametrize("body", ["", "name\none\n"])
def test_a_file_without_its_columns_is_refused(gateway: Gateway, body: str) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.import_api_keys(body=body or b"\n", format="csv")

    assert refusal(caught)[0] == "BadRequestException"
