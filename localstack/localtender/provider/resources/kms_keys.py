"""AWS KMS: keys, and replicas of keys in other regions.

Arguments, defaults and replace rules follow the documentation of ``aws_kms_key`` and
``aws_kms_replica_key``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import between, is_arn, length, one_of
from localtender.provider.declaration import Change, Plan
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.kms_key_settings import (
    KEY_CHECKS,
    ManagedKey,
    creation_request,
    find_key,
    key_state,
    require_kind,
    rotation,
)
from localtender.provider.values import Values, is_given

KEY_SPECS: Final = (
    "SYMMETRIC_DEFAULT",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_NIST_EDWARDS25519",
    "ECC_SECG_P256K1",
    "HMAC_224",
    "HMAC_256",
    "HMAC_384",
    "HMAC_512",
    "ML_DSA_44",
    "ML_DSA_65",
    "ML_DSA_87",
    "SM2",
)
KEY_USAGES: Final = ("SIGN_VERIFY", "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT")
_ROTATION: Final = ("enable_key_rotation", "rotation_period_in_days")


class Key(ManagedKey):
    """``aws_kms_key``."""

    type_name = "aws_kms_key"
    replaces = (
        "custom_key_store_id",
        "customer_master_key_spec",
        "key_usage",
        "multi_region",
        "xks_key_id",
    )
    defaults = {
        "bypass_policy_lockout_safety_check": False,
        "customer_master_key_spec": "SYMMETRIC_DEFAULT",
        "enable_key_rotation": False,
        "is_enabled": True,
        "key_usage": "ENCRYPT_DECRYPT",
    }
    checks = {
        **KEY_CHECKS,
        "custom_key_store_id": length(1, 22),
        "customer_master_key_spec": one_of(*KEY_SPECS),
        "key_usage": one_of(*KEY_USAGES),
        "rotation_period_in_days": between(90, 2560),
        "xks_key_id": length(1, 128),
    }
    enabled_argument = "is_enabled"

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check what needs another argument beside it."""
        for argument, needed in (
            ("rotation_period_in_days", "enable_key_rotation"),
            ("xks_key_id", "custom_key_store_id"),
        ):
            if is_given(config.get(argument)) and config.get(needed) is None:
                yield InvalidArgumentError(argument, f"needs {needed} beside it")

    def customize(self, call: Call, plan: Plan) -> None:
        """Expect KMS to choose the days between rotations when they are switched on or off."""
        if plan.config.get("rotation_period_in_days") is None and plan.changes(
            "enable_key_rotation"
        ):
            plan.make_unknown("rotation_period_in_days")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the key, then switch on its rotation and, at last, the key off."""
        request = creation_request(planned) | {
            "KeySpec": planned["customer_master_key_spec"],
            "KeyUsage": planned["key_usage"],
        }
        if planned["multi_region"]:
            request["MultiRegion"] = True
        if planned["custom_key_store_id"]:
            request |= {
                "Origin": "AWS_CLOUDHSM",
                "CustomKeyStoreId": planned["custom_key_store_id"],
            }
        if planned["xks_key_id"]:
            request |= {"Origin": "EXTERNAL_KEY_STORE", "XksKeyId": planned["xks_key_id"]}
        client = call.client()
        identifier = client.create_key(**request)["KeyMetadata"]["KeyId"]
        call.created({"id": identifier})
        if planned["enable_key_rotation"]:
            _rotate(client, identifier, planned)
        if planned["is_enabled"] is False:
            client.disable_key(KeyId=identifier)
        return {"id": identifier}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the key, its policy and its rotation."""
        metadata = find_key(call, state["id"])
        if metadata is None:
            return None
        require_kind(metadata, "PRIMARY")
        rotated: bool | None = None
        days: int | None = None
        if metadata["Origin"] == "AWS_KMS" and metadata["KeySpec"] == "SYMMETRIC_DEFAULT":
            rotated, days = rotation(call, metadata["KeyId"])
        return key_state(call, metadata) | {
            "custom_key_store_id": metadata.get("CustomKeyStoreId"),
            "customer_master_key_spec": metadata["KeySpec"],
            "enable_key_rotation": bool(rotated),
            "is_enabled": metadata["Enabled"],
            "multi_region": metadata.get("MultiRegion", False),
            "rotation_period_in_days": days,
            "xks_key_id": (metadata.get("XksKeyConfiguration") or {}).get("Id"),
        }

    def update_settings(self, call: Call, change: Change) -> None:
        """Switch the rotation on or off, or change the days between."""
        planned = change.planned
        if not change.has(*_ROTATION):
            return
        if planned["enable_key_rotation"]:
            _rotate(call.client(), change.prior["id"], planned)
        elif change.has("enable_key_rotation"):
            call.client().disable_key_rotation(KeyId=change.prior["id"])


class ReplicaKey(ManagedKey):
    """``aws_kms_replica_key``: the key of another region, in the resource's own region."""

    type_name = "aws_kms_replica_key"
    replaces = ("primary_key_arn",)
    defaults = {
        "bypass_policy_lockout_safety_check": False,
        "deletion_window_in_days": 30,
        "enabled": True,
    }
    checks = {**KEY_CHECKS, "primary_key_arn": is_arn}

    def create(self, call: Call, planned: Values) -> Values:
        """Replicate the key, which is asked for in the region of the primary one."""
        _arn, _partition, _kms, region, _account, resource = planned["primary_key_arn"].split(
            ":", 5
        )
        answer = call.client(region=region).replicate_key(
            KeyId=resource.removeprefix("key/"),
            ReplicaRegion=call.region,
            **creation_request(planned),
        )
        identifier = answer["ReplicaKeyMetadata"]["KeyId"]
        call.created({"id": identifier})
        call.wait(
            lambda: _replicated(call, identifier), awaited=f"replica key {identifier} to be there"
        )
        if planned["enabled"] is False:
            call.client().disable_key(KeyId=identifier)
        return {"id": identifier}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the replica; its rotation is the primary key's."""
        metadata = find_key(call, state["id"])
        if metadata is None:
            return None
        require_kind(metadata, "REPLICA")
        return key_state(call, metadata) | {
            "enabled": metadata["Enabled"],
            "key_rotation_enabled": rotation(call, metadata["KeyId"])[0],
            "key_spec": metadata["KeySpec"],
            "primary_key_arn": metadata["MultiRegionConfiguration"]["PrimaryKey"]["Arn"],
        }


def _replicated(call: Call, identifier: str) -> bool:
    metadata = call.client().describe_key(KeyId=identifier)["KeyMetadata"]
    return bool(metadata["KeyState"] not in ("Creating", "Updating"))


def _rotate(client: Any, identifier: str, planned: Values) -> None:
    period: Values = {}
    if planned["rotation_period_in_days"]:
        period["RotationPeriodInDays"] = planned["rotation_period_in_days"]
    client.enable_key_rotation(KeyId=identifier, **period)
