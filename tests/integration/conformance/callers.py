"""Users, roles and sessions of a row's own, and tables that they may or may not read."""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore.config import Config

from tests.integration.conformance.laboratory import Laboratory

KEY = {"id": {"S": "1"}}


def document(*statements: dict[str, Any]) -> str:
    """A policy of these statements, which allow and concern everything unless they say not."""
    complete = [{"Effect": "Allow", "Resource": "*", **given} for given in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": complete})


class Caller:
    """A user or a role's session with credentials of its own."""

    def __init__(self, lab: Laboratory, name: str, keys: dict[str, str]) -> None:
        self._lab = lab
        self.name = name
        self._keys = keys

    def client(self, service: str, **changed: str) -> Any:
        """A client that signs with these credentials, or with changed ones."""
        keys: dict[str, Any] = {**self._keys, **changed}
        session: Any = boto3.session.Session(region_name=self._lab.region, **keys)
        config: Any = Config(retries={"total_max_attempts": 1}, read_timeout=40)
        return session.client(service, endpoint_url=self._lab.stack.endpoint_url, config=config)


def a_user(lab: Laboratory, *statements: dict[str, Any]) -> Caller:
    """A new user who may do this."""
    iam, name = lab.client("iam"), lab.name()
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
    made = iam.create_access_key(UserName=name)["AccessKey"]
    keys = {
        "aws_access_key_id": made["AccessKeyId"],
        "aws_secret_access_key": made["SecretAccessKey"],
    }
    return Caller(lab, name, keys)


def a_role(lab: Laboratory, *statements: dict[str, Any], **principal: str) -> str:
    """The ARN of a new role that may do this, assumed by the account unless it says by whom."""
    iam, name = lab.client("iam"), lab.name()
    trust = {
        "Effect": "Allow",
        "Principal": principal or {"AWS": lab.account_id},
        "Action": "sts:AssumeRole",
    }
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
    return str(made["Role"]["Arn"])


def assumed(lab: Laboratory, sts: Any, role: str, **session: Any) -> Caller:
    """A session of a role."""
    made = sts.assume_role(RoleArn=role, RoleSessionName="session", **session)["Credentials"]
    keys = {
        "aws_access_key_id": made["AccessKeyId"],
        "aws_secret_access_key": made["SecretAccessKey"],
        "aws_session_token": made["SessionToken"],
    }
    return Caller(lab, role.rpartition("/")[2], keys)


def a_table(lab: Laboratory) -> tuple[str, str]:
    """The name and ARN of a new table."""
    made = lab.client("dynamodb").create_table(
        TableName=lab.name(),
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]
    return made["TableName"], made["TableArn"]
