"""Policies, statement by statement."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localtender.edge.authorize.evaluation import (
    Decision,
    combined,
    evaluate_identity_policies,
    evaluate_resource_policy,
)
from localtender.edge.authorize.policy_documents import MalformedPolicyError, PolicyDocument
from localtender.edge.authorize.requests import (
    ANONYMOUS,
    AuthorizationRequest,
    Principal,
    principal_context,
)

ACCOUNT = "111122223333"
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/Customers"
ANA = Principal("User", f"arn:aws:iam::{ACCOUNT}:user/team/ana", ACCOUNT, "AIDAANA", "AKIAANA")
ROLE = Principal(
    "AssumedRole",
    f"arn:aws:sts::{ACCOUNT}:assumed-role/pay/session",
    ACCOUNT,
    "AROAPAY:session",
    "ASIAPAY",
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/pay",
)


def asked(
    action: str = "dynamodb:GetItem",
    resource: str = TABLE,
    principal: Principal = ANA,
    **context: str | tuple[str, ...],
) -> AuthorizationRequest:
    keys: dict[str, tuple[str, ...]] = dict(principal_context(principal))
    for name, value in context.items():
        key = name.replace("__", ":").lower()
        keys[key] = value if isinstance(value, tuple) else (value,)
    return AuthorizationRequest(principal, action, resource, keys)


def statement(**members: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "*", "Resource": "*", **members}


def policy(*statements: dict[str, Any]) -> PolicyDocument:
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)})


def identity(request: AuthorizationRequest, *statements: dict[str, Any]) -> Decision:
    return evaluate_identity_policies([policy(*statements)], request)


def test_nothing_said_is_an_implicit_denial() -> None:
    assert evaluate_identity_policies([], asked()) is Decision.IMPLICIT_DENY


def test_a_denial_goes_before_any_permission() -> None:
    allow, deny = statement(), statement(Effect="Deny", Action="dynamodb:*")

    assert identity(asked(), allow, deny) is Decision.EXPLICIT_DENY
    assert identity(asked("sqs:SendMessage"), allow, deny) is Decision.ALLOW


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("dynamodb:GetItem", True),
        ("DYNAMODB:getitem", True),
        ("dynamodb:Get*", True),
        ("dynamodb:?etItem", True),
        ("dynamodb:Put*", False),
        ("*", True),
    ],
)
def test_actions_match_by_wildcards_in_any_case(pattern: str, matches: bool) -> None:
    assert (identity(asked(), statement(Action=[pattern])) is Decision.ALLOW) is matches


def test_not_action_is_every_other_one() -> None:
    given = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}

    assert identity(asked(), given) is Decision.ALLOW
    assert identity(asked("iam:CreateUser"), given) is Decision.IMPLICIT_DENY


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        (TABLE, True),
        (f"arn:aws:dynamodb:*:{ACCOUNT}:table/Cust*", True),
        ("arn:aws:dynamodb:*:*:table/*", True),
        ("arn:aws:*:table/*", False),
        ("arn:aws:dynamodb", True),
        ("arn:aws:dynamodb:us-east-1:*:table/*", False),
        (f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/customers", False),
    ],
)
def test_resources_match_part_by_part(pattern: str, matches: bool) -> None:
    assert (identity(asked(), statement(Resource=pattern)) is Decision.ALLOW) is matches


def test_not_resource_is_every_other_one() -> None:
    given = {"Effect": "Deny", "Action": "*", "NotResource": TABLE}

    assert identity(asked(), statement(), given) is Decision.ALLOW
    assert identity(asked(resource=f"{TABLE}2"), statement(), given) is Decision.EXPLICIT_DENY


def test_a_variable_stands_for_the_callers_name() -> None:
    given = statement(Resource="arn:aws:s3:::bucket/${aws:username}/*")

    assert identity(asked(resource="arn:aws:s3:::bucket/ana/x"), given) is Decision.ALLOW
    assert identity(asked(resource="arn:aws:s3:::bucket/bob/x"), given) is Decision.IMPLICIT_DENY


def test_a_name_in_a_variable_is_no_wildcard() -> None:
    star = Principal("User", f"arn:aws:iam::{ACCOUNT}:user/*", ACCOUNT, "AIDA", "AKIA")
    given = statement(Resource="arn:aws:s3:::bucket/${aws:username}")

    request = asked(resource="arn:aws:s3:::bucket/bob", principal=star)
    assert identity(request, given) is Decision.IMPLICIT_DENY


def test_a_variable_without_a_value_matches_nothing() -> None:
    given = statement(Resource="arn:aws:s3:::bucket/${aws:username}")

    request = asked(resource="arn:aws:s3:::bucket/", principal=ROLE)
    assert identity(request, given) is Decision.IMPLICIT_DENY


CONDITIONS = [
    ({"StringEquals": {"aws:UserAgent": ["a", "b"]}}, {"aws__UserAgent": "b"}, True),
    ({"StringEquals": {"aws:UserAgent": "A"}}, {"aws__UserAgent": "a"}, False),
    ({"StringEqualsIgnoreCase": {"aws:UserAgent": "A"}}, {"aws__UserAgent": "a"}, True),
    ({"StringLike": {"aws:UserAgent": "curl/*"}}, {"aws__UserAgent": "curl/8"}, True),
    ({"StringNotEquals": {"aws:UserAgent": ["a", "b"]}}, {"aws__UserAgent": "b"}, False),
    ({"StringNotEquals": {"aws:UserAgent": "a"}}, {}, True),
    ({"StringNotLike": {"aws:UserAgent": "curl/*"}}, {"aws__UserAgent": "wget"}, True),
    ({"StringEquals": {"aws:UserAgent": "a"}}, {}, False),
    ({"StringEqualsIfExists": {"aws:UserAgent": "a"}}, {}, True),
    ({"StringEqualsIfExists": {"aws:UserAgent": "a"}}, {"aws__UserAgent": "b"}, False),
    ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, {"aws__SourceIp": "192.0.2.9"}, True),
    ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, {"aws__SourceIp": "198.51.100.1"}, False),
    ({"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}, {"aws__SourceIp": "192.0.2.9"}, False),
    ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, {"aws__SourceIp": "2001:db8::1"}, True),
    ({"NumericLessThan": {"s3:max-keys": "10"}}, {"s3__max-keys": "9"}, True),
    ({"NumericGreaterThanEquals": {"s3:max-keys": 10}}, {"s3__max-keys": "9"}, False),
    (
        {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}},
        {"aws__CurrentTime": "2026-01-01T00:00:00Z"},
        True,
    ),
    ({"DateGreaterThan": {"aws:EpochTime": "1700000000"}}, {"aws__EpochTime": "1600000000"}, False),
    ({"Bool": {"aws:SecureTransport": True}}, {"aws__SecureTransport": "true"}, True),
    ({"Bool": {"aws:SecureTransport": "true"}}, {"aws__SecureTransport": "false"}, False),
    ({"Null": {"aws:TokenIssueTime": "true"}}, {}, True),
    ({"Null": {"aws:TokenIssueTime": "false"}}, {}, False),
    (
        {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:pay-*"}},
        {"aws__SourceArn": "arn:aws:sns:eu-west-1:1:pay-out"},
        True,
    ),
    (
        {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["a", "b"]}},
        {"dynamodb__LeadingKeys": ("a", "b")},
        True,
    ),
    (
        {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["a"]}},
        {"dynamodb__LeadingKeys": ("a", "b")},
        False,
    ),
    ({"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["a"]}}, {}, True),
    (
        {"ForAnyValue:StringEquals": {"dynamodb:Attributes": ["a"]}},
        {"dynamodb__Attributes": ("a", "b")},
        True,
    ),
    ({"ForAnyValue:StringEquals": {"dynamodb:Attributes": ["a"]}}, {}, False),
    (
        {"StringEquals": {"aws:UserAgent": "a"}, "Bool": {"aws:SecureTransport": "true"}},
        {"aws__UserAgent": "a", "aws__SecureTransport": "false"},
        False,
    ),
]


@pytest.mark.parametrize(("condition", "context", "holds"), CONDITIONS)
def test_conditions_hold_as_their_operators_say(
    condition: dict[str, Any], context: dict[str, Any], holds: bool
) -> None:
    found = identity(asked(**context), statement(Condition=condition))

    assert (found is Decision.ALLOW) is holds


def test_an_unknown_operator_is_an_error_and_no_permission() -> None:
    with pytest.raises(MalformedPolicyError):
        identity(asked(aws__UserAgent="a"), statement(Condition={"Like": {"aws:UserAgent": "a"}}))


PRINCIPALS = [
    ("*", ANONYMOUS, True),
    ({"AWS": "*"}, ANONYMOUS, True),
    ({"AWS": ACCOUNT}, ANA, True),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, ROLE, True),
    ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, ANONYMOUS, False),
    ({"AWS": "arn:aws:iam::999999999999:root"}, ANA, False),
    ({"AWS": ANA.arn}, ANA, True),
    ({"AWS": ROLE.role_arn}, ROLE, True),
    ({"AWS": [ROLE.arn]}, ROLE, True),
    ({"AWS": ANA.arn}, ROLE, False),
    ({"Service": "sns.amazonaws.com"}, Principal("Service", "sns.amazonaws.com"), True),
    ({"Service": "sns.amazonaws.com"}, ANA, False),
]


@pytest.mark.parametrize(("named", "principal", "matches"), PRINCIPALS)
def test_a_resource_policy_names_its_callers(
    named: Any, principal: Principal, matches: bool
) -> None:
    document = policy(statement(Principal=named))

    found = evaluate_resource_policy(document, asked(principal=principal))
    assert (found is Decision.ALLOW) is matches


def test_not_principal_is_everybody_else() -> None:
    document = policy(statement(Effect="Deny", NotPrincipal={"AWS": ANA.arn}))

    assert evaluate_resource_policy(document, asked()) is Decision.IMPLICIT_DENY
    request = asked(principal=ROLE)
    assert evaluate_resource_policy(document, request) is Decision.EXPLICIT_DENY


def test_a_resource_policy_without_a_principal_names_nobody() -> None:
    assert evaluate_resource_policy(policy(statement()), asked()) is Decision.IMPLICIT_DENY


ALLOW, DENY, NEITHER = Decision.ALLOW, Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY


@pytest.mark.parametrize(
    ("own", "resource", "same_account", "other_account"),
    [
        (ALLOW, ALLOW, ALLOW, ALLOW),
        (ALLOW, NEITHER, ALLOW, NEITHER),
        (ALLOW, DENY, DENY, DENY),
        (NEITHER, ALLOW, ALLOW, NEITHER),
        (NEITHER, NEITHER, NEITHER, NEITHER),
        (NEITHER, DENY, DENY, DENY),
        (DENY, ALLOW, DENY, DENY),
        (DENY, NEITHER, DENY, DENY),
    ],
)
def test_identity_and_resource_combine_by_the_tables(
    own: Decision, resource: Decision, same_account: Decision, other_account: Decision
) -> None:
    assert combined(own, resource, same_account=True) is same_account
    assert combined(own, resource, same_account=False) is other_account


def test_a_document_may_come_percent_encoded() -> None:
    text = "%7B%22Statement%22%3A%20%7B%22Effect%22%3A%20%22Deny%22%7D%7D"

    assert PolicyDocument.parse(text).statements[0].effect == "Deny"


@pytest.mark.parametrize(
    "document",
    [
        "no",
        [],
        {"Statement": ["x"]},
        {"Statement": {"Effect": "Maybe"}},
        {"Statement": {"Effect": "Allow", "Principal": "ana"}},
        {"Statement": {"Effect": "Allow", "Condition": {"Bool": "x"}}},
    ],
)
def test_what_is_no_policy_is_refused(document: Any) -> None:
    with pytest.raises(MalformedPolicyError):
        PolicyDocument.parse(
            document if isinstance(document, str) else json.loads(json.dumps(document))
        )
