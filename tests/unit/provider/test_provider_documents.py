from __future__ import annotations

import json
from typing import Any

import pytest

from localtender.provider.documents import is_json, is_policy, policy_text, same_json, same_policy

STATEMENT = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}


def policy(*statements: dict[str, Any], **rest: Any) -> str:
    return json.dumps({"Version": "2012-10-17", **rest, "Statement": list(statements)})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Action": "sqs:*"}, {"Action": ["sqs:*"]}),
        ({"Action": ["a:B", "a:C"]}, {"Action": ["a:c", "a:b"]}),
        ({"Resource": ["x", "y"]}, {"Resource": ["y", "x"]}),
        ({"Principal": "*"}, {"Principal": {"AWS": "*"}}),
        (
            {"Principal": {"AWS": "123456789012"}},
            {"Principal": {"AWS": ["arn:aws:iam::123456789012:root"]}},
        ),
        ({"Sid": ""}, {}),
        (
            {"Condition": {"Bool": {"aws:SecureTransport": False}}},
            {"Condition": {"Bool": {"aws:securetransport": ["false"]}}},
        ),
    ],
)
def test_policies_that_mean_the_same_are_the_same(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert same_policy(policy({**STATEMENT, **one}), policy({**STATEMENT, **other}))


def test_one_statement_stands_for_a_list_of_one_and_order_means_nothing() -> None:
    assert same_policy(
        json.dumps({"Version": "2012-10-17", "Statement": STATEMENT}), policy(STATEMENT)
    )
    deny = {**STATEMENT, "Effect": "Deny"}
    assert same_policy(policy(STATEMENT, deny), policy(deny, STATEMENT))


@pytest.mark.parametrize(
    "other", [{"Effect": "Deny"}, {"Action": "sns:*"}, {"Resource": ["*", "x"]}, {"Sid": "x"}]
)
def test_policies_that_differ_are_not_the_same(other: dict[str, Any]) -> None:
    assert not same_policy(policy(STATEMENT), policy({**STATEMENT, **other}))


def test_what_is_no_json_is_compared_as_text() -> None:
    assert same_json("x", "x")
    assert not same_json("x", "y")
    assert not same_policy("[]", "{")


def test_texts_that_are_no_documents_are_complained_about() -> None:
    assert is_json("{") is not None
    assert is_policy("[]") is not None
    assert is_policy('{"Statement": []}') is None


def test_a_policy_is_text_however_aws_answers_it() -> None:
    assert policy_text({"a": 1}) == '{"a": 1}'
    assert policy_text("%7B%22a%22%3A1%7D") == '{"a":1}'
