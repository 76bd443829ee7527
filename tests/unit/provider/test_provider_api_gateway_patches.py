from __future__ import annotations

import json

import pytest

from localtender.provider.declaration import Change
from localtender.provider.errors import OperationError
from localtender.provider.resources.api_gateway_names import identifier_parts
from localtender.provider.resources.api_gateway_patches import (
    argument_patches,
    entry_patches,
    listed_patches,
    member_patches,
)
from localtender.provider.resources.api_gateway_rest_api_policies import (
    api_policy_text,
    same_api_policy,
)


def test_changed_arguments_are_replaced_by_texts() -> None:
    change = Change(
        {"name": "a", "enabled": True, "description": "old", "uri": "same"},
        {"name": "b", "enabled": False, "description": None, "uri": "same"},
    )
    paths = {name: f"/{name}" for name in change.prior}
    assert list(argument_patches(change, paths)) == [
        {"op": "replace", "path": "/name", "value": "b"},
        {"op": "replace", "path": "/enabled", "value": "false"},
        {"op": "replace", "path": "/description", "value": ""},
    ]


def test_entries_of_maps_are_removed_added_and_replaced_with_escaped_keys() -> None:
    before = {"text/plain": "Gone", "application/json": "Old", "kept": "same"}
    after = {"application/json": "New", "kept": "same", "a~b": True}
    assert list(entry_patches("/requestModels", before, after)) == [
        {"op": "remove", "path": "/requestModels/text~1plain"},
        {"op": "replace", "path": "/requestModels/application~1json", "value": "New"},
        {"op": "add", "path": "/requestModels/a~0b", "value": "true"},
    ]


def test_members_of_sets_stand_in_the_value_or_in_the_path() -> None:
    assert list(member_patches("/providerARNs", ["a", "b"], ["b", "c"])) == [
        {"op": "remove", "path": "/providerARNs", "value": "a"},
        {"op": "add", "path": "/providerARNs", "value": "c"},
    ]
    assert list(listed_patches("/binaryMediaTypes", ["image/png"], None)) == [
        {"op": "remove", "path": "/binaryMediaTypes/image~1png"}
    ]


def test_the_last_part_of_an_import_id_may_hold_slashes() -> None:
    form = "REST-API-ID/STAGE-NAME/METHOD-PATH"
    assert identifier_parts("a/live/customers/GET", form) == ["a", "live", "customers/GET"]
    for wrong in ("a/live", "a//GET", ""):
        with pytest.raises(OperationError, match=form):
            identifier_parts(wrong, form)


def test_an_api_policy_is_the_same_with_its_own_arn_written_out() -> None:
    def policy(resource: str) -> str:
        statement = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke"}
        return json.dumps({"Statement": [{**statement, "Resource": resource}]})

    written_out = policy("arn:aws:execute-api:us-east-1:123456789012:abc123/live/*")
    assert same_api_policy(policy("execute-api:/live/*"), written_out)
    assert not same_api_policy(policy("execute-api:/test/*"), written_out)
    assert not same_api_policy(written_out.replace("abc123", "def456"), written_out)


def test_the_gateway_escapes_policies() -> None:
    text = json.dumps({"Version": "2012-10-17"})
    assert api_policy_text(json.dumps(text)[1:-1]) == text
    assert api_policy_text(text) == text
    assert api_policy_text(None) is None
