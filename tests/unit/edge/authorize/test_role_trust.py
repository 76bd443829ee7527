"""Which services a role's trust policy lets in."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from localtender.edge.authorize.role_trust import trusts_service

LAMBDA, ACCOUNT = "lambda.amazonaws.com", "123456789012"


def policy(**changes: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": LAMBDA},
        "Action": "sts:AssumeRole",
        **changes,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize(
    "document",
    [
        policy(),
        json.dumps(policy()),
        quote(json.dumps(policy())),
        policy(Principal={"Service": ["ec2.amazonaws.com", LAMBDA]}),
        policy(Principal="*"),
        policy(Action="sts:*"),
        policy(Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
    ],
)
def test_a_service_that_is_named_is_trusted(document: Any) -> None:
    assert trusts_service(document, LAMBDA, source_account=ACCOUNT)


@pytest.mark.parametrize(
    "document",
    [
        policy(Principal={"Service": "ec2.amazonaws.com"}),
        policy(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
        policy(Effect="Deny"),
        policy(Action="sts:TagSession"),
        policy(Condition={"StringEquals": {"aws:SourceAccount": "999999999999"}}),
        {"Statement": [*policy()["Statement"], *policy(Effect="Deny")["Statement"]]},
        "no policy",
        None,
    ],
)
def test_any_other_is_not(document: Any) -> None:
    assert not trusts_service(document, LAMBDA, source_account=ACCOUNT)
