from __future__ import annotations

import pytest

from localtender.provider.errors import InvalidArgumentError
from localtender.provider.moments import is_moment, same_moment
from localtender.provider.resources.s3_bucket_lifecycle_rules import (
    lifecycle_request,
    lifecycle_state,
)
from localtender.provider.resources.s3_bucket_parts import PARTS
from localtender.provider.resources.s3_grants import grants_request, grants_state
from localtender.provider.resources.s3_lifecycles import rule_request, rule_state
from localtender.provider.resources.s3_names import parse_setting_id, setting_id
from localtender.provider.values import Values

RULE: Values = {
    "abort_incomplete_multipart_upload": [],
    "expiration": [],
    "filter": [],
    "id": "rule",
    "noncurrent_version_expiration": [],
    "noncurrent_version_transition": [],
    "prefix": "",
    "status": "Enabled",
    "transition": [],
}
FILTER: Values = {
    "and": [],
    "object_size_greater_than": None,
    "object_size_less_than": None,
    "prefix": None,
    "tag": [],
}
EXPIRATION: Values = {"date": None, "days": 0, "expired_object_delete_marker": False}


def test_the_id_of_a_setting_names_the_bucket_and_perhaps_its_owner() -> None:
    assert setting_id("ledger", None) == "ledger"
    assert parse_setting_id(setting_id("ledger", "123456789012")) == ("ledger", "123456789012")
    assert parse_setting_id("ledger") == ("ledger", "")
    with pytest.raises(InvalidArgumentError, match="BUCKET,EXPECTED_BUCKET_OWNER"):
        parse_setting_id("ledger,private")


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ({}, {"Filter": {}}),
        ({"prefix": "log/"}, {"Prefix": "log/"}),
        ({"filter": [{**FILTER, "prefix": ""}]}, {"Filter": {"Prefix": ""}}),
        ({"filter": [{**FILTER, "prefix": "log/"}]}, {"Filter": {"Prefix": "log/"}}),
        (
            {"filter": [{**FILTER, "tag": [{"key": "a", "value": "b"}]}]},
            {"Filter": {"Tag": {"Key": "a", "Value": "b"}}},
        ),
        (
            {
                "filter": [
                    {
                        **FILTER,
                        "and": [
                            {
                                "object_size_greater_than": 500,
                                "object_size_less_than": 0,
                                "prefix": "log/",
                                "tags": {"a": "b"},
                            }
                        ],
                    }
                ]
            },
            {
                "Filter": {
                    "And": {
                        "ObjectSizeGreaterThan": 500,
                        "Prefix": "log/",
                        "Tags": [{"Key": "a", "Value": "b"}],
                    }
                }
            },
        ),
        ({"expiration": [{**EXPIRATION, "days": 9}]}, {"Filter": {}, "Expiration": {"Days": 9}}),
        (
            {"expiration": [EXPIRATION]},
            {"Filter": {}, "Expiration": {"ExpiredObjectDeleteMarker": False}},
        ),
        (
            {"transition": [{"date": None, "days": 0, "storage_class": "GLACIER"}]},
            {"Filter": {}, "Transitions": [{"Days": 0, "StorageClass": "GLACIER"}]},
        ),
    ],
)
def test_a_lifecycle_rule_comes_back_as_it_was_written(written: Values, asked: Values) -> None:
    rule = {**RULE, **written}
    request = rule_request(rule)
    assert request == {"ID": "rule", "Status": "Enabled", **asked}
    assert rule_state(request) == rule


def test_a_lifecycle_rule_inside_of_a_bucket_filters_by_prefix_and_tags() -> None:
    rule: Values = {
        "abort_incomplete_multipart_upload_days": 7,
        "enabled": True,
        "expiration": [{"date": None, "days": 90, "expired_object_delete_marker": None}],
        "id": "log",
        "noncurrent_version_expiration": [{"days": 30}],
        "noncurrent_version_transition": [],
        "prefix": "log/",
        "tags": {"a": "b"},
        "transition": [{"date": None, "days": 30, "storage_class": "GLACIER"}],
    }
    request = lifecycle_request([rule])
    wanted = {"And": {"Prefix": "log/", "Tags": [{"Key": "a", "Value": "b"}]}}
    assert request["Rules"][0]["Filter"] == wanted
    assert lifecycle_state(request) == [rule]
    unnamed = lifecycle_request([{**rule, "id": None}])
    assert unnamed["Rules"][0]["ID"].startswith("tf-s3-lifecycle-")


def test_a_website_that_redirects_everything_keeps_the_protocol() -> None:
    website = next(part for part in PARTS if part.argument == "website")
    block = {
        "error_document": None,
        "index_document": None,
        "redirect_all_requests_to": "https://shop.example",
        "routing_rules": None,
    }
    request = website.request([block])
    assert request == {"RedirectAllRequestsTo": {"HostName": "shop.example", "Protocol": "https"}}
    assert website.state(request) == [block]


def test_the_permissions_of_one_grantee_stand_in_one_block() -> None:
    blocks: list[Values] = [
        {"id": "me", "type": "CanonicalUser", "uri": None, "permissions": ["READ", "WRITE"]},
        {"id": None, "type": "Group", "uri": "http://acs", "permissions": ["READ"]},
    ]
    assert len(grants_request(blocks)) == 3
    assert grants_state(grants_request(blocks)) == blocks


def test_moments_are_the_same_in_any_zone() -> None:
    assert same_moment("2026-01-31T00:00:00Z", "2026-01-31T01:00:00+01:00")
    assert not same_moment("2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z")
    assert is_moment("2026-01-31T00:00:00Z") is None
    assert "2026-01-31" in str(is_moment("2026-01-31"))
