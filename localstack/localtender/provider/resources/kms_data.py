"""AWS KMS: data sources of keys and aliases.

Follows the documentation of ``aws_kms_key``, ``aws_kms_alias`` and ``aws_kms_public_key``.
"""

from __future__ import annotations

import base64

from localtender.provider.call import Call
from localtender.provider.checks import matches
from localtender.provider.declaration import DataSource
from localtender.provider.errors import OperationError
from localtender.provider.moments import moment_text
from localtender.provider.resources.kms_aliases import find_alias, target_arn
from localtender.provider.values import Values


class KeyData(DataSource):
    """``aws_kms_key``; it takes a key's or an alias's id or ARN."""

    type_name = "aws_kms_key"
    service = "kms"

    def read(self, call: Call, config: Values) -> Values:
        """Describe the key."""
        found = call.client().describe_key(**_named(config))["KeyMetadata"]
        regions = found.get("MultiRegionConfiguration")
        store = found.get("XksKeyConfiguration")
        return {
            "arn": found["Arn"],
            "aws_account_id": found.get("AWSAccountId") or found["Arn"].split(":")[4],
            "cloud_hsm_cluster_id": found.get("CloudHsmClusterId"),
            "creation_date": moment_text(found.get("CreationDate")),
            "custom_key_store_id": found.get("CustomKeyStoreId"),
            "customer_master_key_spec": found.get("CustomerMasterKeySpec") or found["KeySpec"],
            "deletion_date": moment_text(found.get("DeletionDate")),
            "description": found.get("Description"),
            "enabled": found["Enabled"],
            "expiration_model": found.get("ExpirationModel"),
            "id": found["KeyId"],
            "key_manager": found.get("KeyManager"),
            "key_spec": found["KeySpec"],
            "key_state": found["KeyState"],
            "key_usage": found["KeyUsage"],
            "multi_region": found.get("MultiRegion", False),
            "multi_region_configuration": [_regions(regions)] if regions else [],
            "origin": found.get("Origin"),
            "pending_deletion_window_in_days": found.get("PendingDeletionWindowInDays"),
            "valid_to": moment_text(found.get("ValidTo")),
            "xks_key_configuration": [{"id": store["Id"]}] if store else [],
        }


class AliasData(DataSource):
    """``aws_kms_alias``; its id is the alias's ARN."""

    type_name = "aws_kms_alias"
    service = "kms"
    checks = {"name": matches(r"alias/[a-zA-Z0-9/_-]+", "must begin with alias/")}

    def read(self, call: Call, config: Values) -> Values:
        """Look for the alias; one of AWS's own has no key until that is asked for."""
        alias = find_alias(call, config["name"])
        if alias is None:
            raise OperationError(f"there is no KMS alias {config['name']!r}")
        if "TargetKeyId" in alias:
            target, arn = alias["TargetKeyId"], target_arn(alias)
        else:
            metadata = call.client().describe_key(KeyId=config["name"])["KeyMetadata"]
            target, arn = metadata["KeyId"], metadata["Arn"]
        return {
            "arn": alias["AliasArn"],
            "id": alias["AliasArn"],
            "target_key_arn": arn,
            "target_key_id": target,
        }


class PublicKeyData(DataSource):
    """``aws_kms_public_key``; its id is the key's ARN."""

    type_name = "aws_kms_public_key"
    service = "kms"

    def read(self, call: Call, config: Values) -> Values:
        """Ask for the public key, and write it as PEM too."""
        found = call.client().get_public_key(**_named(config))
        text = base64.b64encode(found["PublicKey"]).decode()
        lines = [text[at : at + 64] for at in range(0, len(text), 64)]
        pem = ["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]
        return {
            "arn": found["KeyId"],
            "customer_master_key_spec": found.get("CustomerMasterKeySpec") or found["KeySpec"],
            "encryption_algorithms": found.get("EncryptionAlgorithms") or [],
            "id": found["KeyId"],
            "key_usage": found["KeyUsage"],
            "public_key": text,
            "public_key_pem": "\n".join(pem),
            "signing_algorithms": found.get("SigningAlgorithms") or [],
        }


def _named(config: Values) -> Values:
    request: Values = {"KeyId": config["key_id"]}
    if config["grant_tokens"]:
        request["GrantTokens"] = config["grant_tokens"]
    return request


def _regions(configuration: Values) -> Values:
    return {
        "multi_region_key_type": configuration["MultiRegionKeyType"],
        "primary_key": [_member(configuration["PrimaryKey"])],
        "replica_keys": [_member(each) for each in configuration["ReplicaKeys"]],
    }


def _member(answer: Values) -> Values:
    return {"arn": answer["Arn"], "region": answer["Region"]}
