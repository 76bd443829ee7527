"""AWS KMS: aliases and policies of keys.

Arguments, defaults and replace rules follow the documentation of ``aws_kms_alias`` and
``aws_kms_key_policy``.
"""

from __future__ import annotations

import json
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import every, length, matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, same_policy
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.resources.kms_key_settings import (
    GONE,
    POLICY_NAME,
    find_key,
    put_policy,
    same_key,
)
from localtender.provider.values import Values

_ALIAS_NAME: Final = matches(
    r"alias/(?!aws/)[a-zA-Z0-9/_-]+",
    "must begin with alias/, not with alias/aws/, and go on with letters, digits or any of /_-",
)


class Alias(Resource):
    """``aws_kms_alias``; its id is its name, ``alias/...``."""

    type_name = "aws_kms_alias"
    service = "kms"
    gone = GONE
    replaces = ("name", "name_prefix")
    conflicts = (("name", "name_prefix"),)
    equivalent = {"target_key_id": same_key}
    recomputed = {"target_key_arn": ("target_key_id",)}
    checks = {
        "name": every(length(1, 256), _ALIAS_NAME),
        "name_prefix": every(length(1, 230), _ALIAS_NAME),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the alias."""
        prefix = planned["name_prefix"] or "alias/"
        name = configured_name(planned | {"name_prefix": prefix})
        call.client().create_alias(AliasName=name, TargetKeyId=planned["target_key_id"])
        return {"id": name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Look for the alias among all."""
        found = find_alias(call, state["id"])
        if found is None:
            return None
        return {
            "arn": found["AliasArn"],
            "name": found["AliasName"],
            "name_prefix": prefix_of(found["AliasName"]),
            "target_key_arn": target_arn(found),
            "target_key_id": found["TargetKeyId"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Let the alias name another key."""
        call.client().update_alias(
            AliasName=change.prior["id"], TargetKeyId=change.planned["target_key_id"]
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the alias; the key stays."""
        call.client().delete_alias(AliasName=state["id"])


class KeyPolicy(Resource):
    """``aws_kms_key_policy``; its id is the key's."""

    type_name = "aws_kms_key_policy"
    service = "kms"
    gone = GONE
    replaces = ("key_id",)
    equivalent = {"key_id": same_key, "policy": same_policy}
    defaults = {"bypass_policy_lockout_safety_check": False}
    checks = {"key_id": length(1, 2048), "policy": is_policy}

    def create(self, call: Call, planned: Values) -> Values:
        """Put the policy."""
        put_policy(call.client(), planned["key_id"], planned)
        return {"id": planned["key_id"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the policy; that of a key that is to be deleted counts as gone."""
        metadata = find_key(call, state["id"])
        if metadata is None:
            return None
        answer = call.client().get_key_policy(KeyId=state["id"], PolicyName=POLICY_NAME)
        return {"key_id": metadata["KeyId"], "policy": answer["Policy"]}

    def update(self, call: Call, change: Change) -> None:
        """Put the changed policy."""
        if change.has("policy"):
            put_policy(call.client(), change.prior["id"], change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Give the key back the policy that keys have by default; it can't be without one."""
        if not state["bypass_policy_lockout_safety_check"]:
            put_policy(call.client(), state["id"], state | {"policy": default_policy(call)})


def find_alias(call: Call, name: str) -> Any:
    """Return an alias's entry in the list of all; None if there is none of the name."""
    for page in call.client().get_paginator("list_aliases").paginate():
        for alias in page["Aliases"]:
            if alias["AliasName"] == name:
                return alias
    return None


def target_arn(alias: Any) -> str:
    """Return the ARN of the key that an alias names."""
    return f"{alias['AliasArn'].rpartition(':')[0]}:key/{alias['TargetKeyId']}"


def default_policy(call: Call) -> str:
    """Return the policy that the API gives a key: the account decides, by its identities' own."""
    root = f"arn:{call.partition}:iam::{call.account_id}:root"
    statement = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": root},
        "Action": "kms:*",
        "Resource": "*",
    }
    document = {"Version": "2012-10-17", "Id": "default", "Statement": [statement]}
    return json.dumps(document)
