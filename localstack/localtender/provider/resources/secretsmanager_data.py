"""AWS Secrets Manager: looking up secrets, their versions and rotations; random passwords.

Follows the documentation of the data sources ``aws_secretsmanager_secret``,
``aws_secretsmanager_secrets``, ``aws_secretsmanager_secret_version``,
``aws_secretsmanager_secret_versions``, ``aws_secretsmanager_secret_rotation`` and
``aws_secretsmanager_random_password``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import between, is_arn
from localtender.provider.declaration import DataSource
from localtender.provider.errors import OperationError
from localtender.provider.moments import moment_text
from localtender.provider.resources.secretsmanager import says_deleted
from localtender.provider.resources.secretsmanager_rotations import rotation_state
from localtender.provider.service_errors import error_code
from localtender.provider.tags import tag_map
from localtender.provider.values import Values

_CURRENT: Final = "AWSCURRENT"
_DEFAULT_LENGTH: Final = 32
_CHARACTERS: Final = {
    "exclude_lowercase": "ExcludeLowercase",
    "exclude_numbers": "ExcludeNumbers",
    "exclude_punctuation": "ExcludePunctuation",
    "exclude_uppercase": "ExcludeUppercase",
    "include_space": "IncludeSpace",
    "require_each_included_type": "RequireEachIncludedType",
}


class SecretData(DataSource):
    """``aws_secretsmanager_secret``; its id is the secret's ARN."""

    type_name = "aws_secretsmanager_secret"
    service = "secretsmanager"
    exactly_one = (("arn", "name"),)
    checks = {"arn": is_arn}

    def read(self, call: Call, config: Values) -> Values:
        """Describe the secret."""
        secret = _describe(call, config["arn"] or config["name"])
        policy = call.client().get_resource_policy(SecretId=secret["ARN"])
        return {
            "arn": secret["ARN"],
            "created_date": moment_text(secret.get("CreatedDate")),
            "description": secret.get("Description"),
            "id": secret["ARN"],
            "kms_key_id": secret.get("KmsKeyId"),
            "last_changed_date": moment_text(secret.get("LastChangedDate")),
            "name": secret["Name"],
            "policy": policy.get("ResourcePolicy") or "",
            "tags": tag_map(secret.get("Tags")),
            "type": secret.get("Type"),
        }


class SecretsData(DataSource):
    """``aws_secretsmanager_secrets``; its id is the region."""

    type_name = "aws_secretsmanager_secrets"
    service = "secretsmanager"

    def read(self, call: Call, config: Values) -> Values:
        """List the secrets that the filters leave."""
        asked = [
            {"Key": block["name"], "Values": block["values"]} for block in config["filter"] or []
        ]
        found = call.pages("list_secrets", "SecretList", Filters=asked)
        return {
            "arns": [each["ARN"] for each in found],
            "id": call.region,
            "names": [each["Name"] for each in found],
        }


class SecretVersionData(DataSource):
    """``aws_secretsmanager_secret_version``; its id is ``SECRET_ID|VERSION``."""

    type_name = "aws_secretsmanager_secret_version"
    service = "secretsmanager"
    sensitive = ("secret_binary", "secret_string")

    def read(self, call: Call, config: Values) -> Values:
        """Read the value of a version, of the current one unless another is named."""
        secret, version = config["secret_id"], config["version_id"]
        stage = config["version_stage"] or _CURRENT
        named = {"VersionId": version} if version else {"VersionStage": stage}
        try:
            found = call.client().get_secret_value(SecretId=secret, **named)
        except Exception as failure:
            if error_code(failure) != "ResourceNotFoundException" and not says_deleted(failure):
                raise
            raise OperationError(
                f"there is no version {version or stage} of the secret {secret} in {call.region}"
            ) from failure
        binary: bytes = found.get("SecretBinary") or b""
        return {
            "arn": found["ARN"],
            "created_date": moment_text(found.get("CreatedDate")),
            "id": f"{secret}|{version or stage}",
            "secret_arn": found["ARN"],
            # Unlike in the resource this is the value itself, which Terraform takes for text.
            "secret_binary": binary.decode(errors="replace"),
            "secret_string": found.get("SecretString", ""),
            "version_id": found["VersionId"],
            "version_stage": stage,
            "version_stages": found.get("VersionStages") or [],
        }


class SecretVersionsData(DataSource):
    """``aws_secretsmanager_secret_versions``."""

    type_name = "aws_secretsmanager_secret_versions"
    service = "secretsmanager"

    def read(self, call: Call, config: Values) -> Values:
        """List the versions that carry a label, or all of them."""
        secret = _describe(call, config["secret_id"])
        found = call.pages(
            "list_secret_version_ids",
            "Versions",
            SecretId=secret["ARN"],
            IncludeDeprecated=bool(config["include_deprecated"]),
        )
        return {
            "arn": secret["ARN"],
            "name": secret["Name"],
            "secret_arn": secret["ARN"],
            "secret_name": secret["Name"],
            "versions": [
                {
                    "created_time": moment_text(each.get("CreatedDate")),
                    "last_accessed_date": moment_text(each.get("LastAccessedDate")),
                    "version_id": each["VersionId"],
                    "version_stages": each.get("VersionStages") or [],
                }
                for each in found
            ],
        }


class SecretRotationData(DataSource):
    """``aws_secretsmanager_secret_rotation``; its id is the secret's."""

    type_name = "aws_secretsmanager_secret_rotation"
    service = "secretsmanager"

    def read(self, call: Call, config: Values) -> Values:
        """Describe how the secret is rotated."""
        return {**rotation_state(_describe(call, config["secret_id"])), "id": config["secret_id"]}


class RandomPasswordData(DataSource):
    """``aws_secretsmanager_random_password``; its id is the password, a new one in every run."""

    type_name = "aws_secretsmanager_random_password"
    service = "secretsmanager"
    checks = {"password_length": between(1, 4096)}

    def read(self, call: Call, config: Values) -> Values:
        """Have a password made."""
        length = config["password_length"] or _DEFAULT_LENGTH
        answer = call.client().get_random_password(
            PasswordLength=length,
            ExcludeCharacters=config["exclude_characters"] or "",
            **{member: bool(config[name]) for name, member in _CHARACTERS.items()},
        )
        password = answer["RandomPassword"]
        return {"id": password, "password_length": length, "random_password": password}


def _describe(call: Call, identifier: str) -> Any:
    try:
        secret = call.client().describe_secret(SecretId=identifier)
    except Exception as failure:
        if error_code(failure) != "ResourceNotFoundException":
            raise
        raise OperationError(f"there is no secret {identifier} in {call.region}") from failure
    if secret.get("DeletedDate"):
        raise OperationError(f"the secret {identifier} is scheduled for deletion; restore it first")
    return secret
