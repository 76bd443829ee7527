from __future__ import annotations

from localtender.provider.blocks import Converted, Fields, Structure, request_of, state_of
from localtender.provider.tags import tag_list, tag_map

FILTERS: Fields = {
    "filter_criteria": Structure(
        "FilterCriteria", {"filter": Structure("Filters", {"pattern": "Pattern"}, many=True)}
    )
}
NETWORK: Fields = {
    "assign_public_ip": Converted(
        "Network.Vpc.AssignPublicIp",
        request=lambda given: "ENABLED" if given else "DISABLED",
        state=lambda answer: answer == "ENABLED",
    ),
    "subnets": "Network.Vpc.Subnets",
}


def test_nested_blocks_become_structures_and_back() -> None:
    blocks = {"filter_criteria": [{"filter": [{"pattern": "a"}, {"pattern": "b"}]}]}
    answer = {"FilterCriteria": {"Filters": [{"Pattern": "a"}, {"Pattern": "b"}]}}
    assert request_of(blocks, FILTERS) == answer
    assert state_of(answer, FILTERS) == blocks
    assert state_of({"FilterCriteria": {}}, FILTERS) == {"filter_criteria": []}
    assert request_of({"filter_criteria": []}, FILTERS) == {}


def test_a_dotted_member_reaches_into_structures_and_a_converted_one_changes_its_form() -> None:
    values = {"assign_public_ip": False, "subnets": ["a"]}
    answer = {"Network": {"Vpc": {"AssignPublicIp": "DISABLED", "Subnets": ["a"]}}}
    assert request_of(values, NETWORK) == answer
    assert state_of(answer, NETWORK) == values
    assert state_of({}, NETWORK) == {"assign_public_ip": None, "subnets": None}


def test_tags_become_a_list_of_structures_and_back() -> None:
    assert tag_list({"team": "payments"}) == [{"Key": "team", "Value": "payments"}]
    assert tag_list(None) == []
    assert tag_map([{"key": "team", "value": "x"}], key="key", value="value") == {"team": "x"}
