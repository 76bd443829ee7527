from __future__ import annotations

import json
from typing import Any

import pytest

from localtender.provider.errors import OperationError
from localtender.provider.resources.iam_policy_statements import (
    Condition,
    PolicyDocument,
    Principal,
    Statement,
    one_or_sorted,
    read_document,
)


def rendered(*statements: Statement) -> list[dict[str, Any]]:
    document = PolicyDocument("2012-10-17", statements=statements)
    found: list[dict[str, Any]] = json.loads(document.to_json())["Statement"]
    return found


def test_one_value_is_a_text_and_several_are_a_list_sorted_backwards() -> None:
    assert one_or_sorted(["a"]) == "a"
    assert one_or_sorted(["a", "c", "b"]) == ["c", "b", "a"]


def test_elements_stand_in_the_real_providers_order() -> None:
    statement = Statement(
        sid="All",
        effect="Deny",
        not_actions="iam:*",
        not_resources="*",
        not_principals=(Principal("AWS", "*"),),
        conditions=(Condition("Bool", "aws:SecureTransport", "false"),),
    )
    assert list(rendered(statement)[0]) == [
        "Sid",
        "Effect",
        "NotAction",
        "NotResource",
        "NotPrincipal",
        "Condition",
    ]


@pytest.mark.parametrize(
    ("principals", "written"),
    [
        ([Principal("*", "*")], "*"),
        ([Principal("*", ["*"])], "*"),
        ([Principal("AWS", "*")], {"AWS": "*"}),
        ([Principal("Service", "b"), Principal("AWS", "a")], {"AWS": "a", "Service": "b"}),
        ([Principal("AWS", "a"), Principal("AWS", "b")], {"AWS": ["a", "b"]}),
        ([Principal("AWS", "z"), Principal("AWS", ["a", "b"])], {"AWS": ["z", "b", "a"]}),
    ],
)
def test_principals_of_one_type_come_together(principals: list[Principal], written: Any) -> None:
    assert rendered(Statement(principals=tuple(principals)))[0]["Principal"] == written


def test_conditions_on_one_key_come_together_in_order() -> None:
    conditions = (
        Condition("StringLike", "s3:prefix", ["b", "a"]),
        Condition("StringLike", "s3:prefix", "c"),
        Condition("Bool", "aws:SecureTransport", ["true"]),
    )
    assert rendered(Statement(conditions=conditions))[0]["Condition"] == {
        "Bool": {"aws:SecureTransport": "true"},
        "StringLike": {"s3:prefix": ["b", "a", "c"]},
    }


def test_a_statement_replaces_the_one_with_its_sid_where_that_stands() -> None:
    first = PolicyDocument(
        "2012-10-17", "one", (Statement(sid="A"), Statement(), Statement(sid="B"))
    )
    second = PolicyDocument(
        "2008-10-17", "", (Statement(sid="A", effect="Deny"), Statement(), Statement(sid="C"))
    )
    merged = first.merged_with(second)
    assert merged.version == "2012-10-17"
    assert merged.id == "one"
    assert [statement.sid for statement in merged.statements] == ["A", "", "B", "", "C"]
    assert merged.statements[0].effect == "Deny"


def test_json_is_written_as_go_writes_it() -> None:
    document = PolicyDocument(statements=(Statement(actions="<a&b>\u2028é"), Statement()))
    assert document.to_json(minified=True) == (
        '{"Statement":[{"Action":"\\u003ca\\u0026b\\u003e\\u2028é"},{}]}'
    )
    assert PolicyDocument().to_json() == "{}"


def test_a_document_read_and_written_is_the_same_but_for_what_the_data_source_normalises() -> None:
    source = {
        "version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["b", "a"],
                "Resource": "*",
                "Principal": {"Service": ["x", "y"], "AWS": "1"},
                "Condition": {"Bool": {"aws:SecureTransport": True}, "StringLike": {"k": ["v"]}},
                "Comment": "dropped",
            }
        ],
    }
    written = json.loads(read_document(json.dumps(source)).to_json())
    assert written == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["b", "a"],
                "Resource": "*",
                "Principal": {"AWS": "1", "Service": ["y", "x"]},
                "Condition": {"Bool": {"aws:SecureTransport": "true"}, "StringLike": {"k": "v"}},
            }
        ],
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "not valid JSON"),
        ("[]", "a policy must be a JSON object"),
        ('{"Statement": {}}', ""),
        ('{"Statement": {"Effect": "Allow"}}', "Statement must be a list"),
        ('{"Statement": ["Allow"]}', "a statement must be a JSON object"),
        ('{"Version": 1}', "Version must be a string"),
        ('{"Statement": [{"Principal": 1}]}', "a principal must be a string or an object"),
        ('{"Statement": [{"Principal": {"AWS": 1}}]}', "principals of type AWS must be strings"),
        ('{"Statement": [{"Condition": []}]}', "Condition must be an object"),
        (
            '{"Statement": [{"Condition": {"NumericLessThan": {"k": 1}}}]}',
            "the values of the condition k must be written as strings",
        ),
    ],
)
def test_what_is_no_policy_is_refused_by_name(text: str, complaint: str) -> None:
    if not complaint:
        assert read_document(text).statements == ()
        return
    with pytest.raises(OperationError, match=complaint):
        read_document(text)
