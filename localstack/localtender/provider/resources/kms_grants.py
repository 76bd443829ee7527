"""AWS KMS: grants.

Arguments, defaults and replace rules follow the documentation of ``aws_kms_grant``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import each_of, matches
from localtender.provider.declaration import Resource
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.resources.kms_key_settings import GONE
from localtender.provider.values import UNKNOWN, Values, is_given

_GRANT_OPERATIONS: Final = (
    "CreateGrant",
    "Decrypt",
    "DeriveSharedSecret",
    "DescribeKey",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "GetPublicKey",
    "ReEncryptFrom",
    "ReEncryptTo",
    "RetireGrant",
    "Sign",
    "Verify",
    "VerifyMac",
)
_PRINCIPAL: Final = matches(
    r"arn:[\w-]+:[\w-]+:[^:]*:[^:]*:.+|[\w.-]+\.amazonaws\.com(\.cn)?",
    "expected an ARN or the name of a service such as lambda.amazonaws.com",
)
_CONSTRAINTS: Final = {
    "encryption_context_equals": "EncryptionContextEquals",
    "encryption_context_subset": "EncryptionContextSubset",
}


class Grant(Resource):
    """``aws_kms_grant``; its id is ``KEY:GRANT``."""

    type_name = "aws_kms_grant"
    service = "kms"
    gone = GONE
    replaces = (
        "constraints",
        "grant_creation_tokens",
        "grantee_principal",
        "key_id",
        "name",
        "operations",
        "retire_on_delete",
        "retiring_principal",
    )
    sensitive = ("grant_token",)
    defaults = {"retire_on_delete": False}
    checks = {
        "grantee_principal": _PRINCIPAL,
        "name": matches(r"[a-zA-Z0-9:/_-]{1,256}", "expected 1 to 256 letters, digits or :/_-"),
        "operations": each_of(*_GRANT_OPERATIONS),
        "retiring_principal": _PRINCIPAL,
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that there is one constraint at most."""
        blocks = config.get("constraints")
        if isinstance(blocks, list) and UNKNOWN not in blocks:
            given = [name for block in blocks for name in _CONSTRAINTS if is_given(block.get(name))]
            if len(given) > 1:
                yield InvalidArgumentError(
                    "constraints",
                    "encryption_context_equals and encryption_context_subset exclude each other",
                )

    def create(self, call: Call, planned: Values) -> Values:
        """Create the grant."""
        key = planned["key_id"]
        request: Values = {
            "GranteePrincipal": planned["grantee_principal"],
            "Operations": sorted(planned["operations"]),
        }
        for argument, member in (
            ("grant_creation_tokens", "GrantTokens"),
            ("name", "Name"),
            ("retiring_principal", "RetiringPrincipal"),
        ):
            if planned[argument]:
                request[member] = planned[argument]
        for block in planned["constraints"] or []:
            request["Constraints"] = {
                member: block[name] for name, member in _CONSTRAINTS.items() if block[name]
            }
        answer = call.client().create_grant(KeyId=key, **request)
        return {"id": f"{key}:{answer['GrantId']}", "grant_token": answer["GrantToken"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Look for the grant among those of its key; its token is told at its creation only."""
        key, identifier = _grant_parts(state["id"])
        grant = next((each for each in _grants(call, key) if each["GrantId"] == identifier), None)
        if grant is None:
            return None
        constraints = grant.get("Constraints") or {}
        block = {name: constraints.get(member) for name, member in _CONSTRAINTS.items()}
        return {
            "constraints": [block] if any(block.values()) else [],
            "grant_id": identifier,
            "grantee_principal": grant["GranteePrincipal"],
            "key_id": key,
            "name": grant.get("Name"),
            "operations": grant["Operations"],
            "retiring_principal": grant.get("RetiringPrincipal"),
        }

    def delete(self, call: Call, state: Values) -> None:
        """Retire or revoke the grant."""
        key, identifier = _grant_parts(state["id"])
        if state["retire_on_delete"]:
            call.client().retire_grant(KeyId=key, GrantId=identifier)
        else:
            call.client().revoke_grant(KeyId=key, GrantId=identifier)


def _grants(call: Call, key: str) -> Iterable[Any]:
    for page in call.client().get_paginator("list_grants").paginate(KeyId=key):
        yield from page["Grants"]


def _grant_parts(identifier: str) -> tuple[str, str]:
    key, _, grant = identifier.rpartition(":")
    if not key or not grant or "/" in grant:
        raise OperationError(f"expected an id of the form KEY:GRANT, got {identifier!r}")
    return key, grant
