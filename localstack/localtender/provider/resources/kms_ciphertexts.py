"""AWS KMS: encrypted texts.

Follows the documentation of ``aws_kms_ciphertext`` (resource and data source) and
``aws_kms_secrets``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime

from localtender.provider.call import Call
from localtender.provider.declaration import DataSource, Resource
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.values import UNKNOWN, Values


class Ciphertext(Resource):
    """``aws_kms_ciphertext``: encrypted once, at its creation; AWS keeps nothing of it."""

    type_name = "aws_kms_ciphertext"
    service = "kms"
    replaces = ("context", "key_id", "plaintext", "plaintext_wo_version")
    sensitive = ("plaintext", "plaintext_wo")
    exactly_one = (("plaintext", "plaintext_wo"),)

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that a write-only text comes with its version."""
        text, version = config.get("plaintext_wo"), config.get("plaintext_wo_version")
        if UNKNOWN not in (text, version) and (text is None) != (version is None):
            yield InvalidArgumentError(
                "plaintext_wo", "plaintext_wo and plaintext_wo_version go together"
            )

    def create(self, call: Call, planned: Values) -> Values:
        """Encrypt the text."""
        text = call.config.get("plaintext_wo") or planned["plaintext"] or ""
        return {"id": str(datetime.now(UTC)), "ciphertext_blob": encrypted(call, planned, text)}

    def read(self, call: Call, state: Values) -> Values | None:
        """Keep what is known."""
        return {}

    def delete(self, call: Call, state: Values) -> None:
        """Forget it."""


class CiphertextData(DataSource):
    """``aws_kms_ciphertext``: another text on every run, as encryption has it."""

    type_name = "aws_kms_ciphertext"
    service = "kms"
    sensitive = ("plaintext",)

    def read(self, call: Call, config: Values) -> Values:
        """Encrypt the text."""
        return {
            "ciphertext_blob": encrypted(call, config, config["plaintext"]),
            "id": str(datetime.now(UTC)),
        }


class SecretsData(DataSource):
    """``aws_kms_secrets``: the plain texts of encrypted ones, by name."""

    type_name = "aws_kms_secrets"
    service = "kms"
    sensitive = ("plaintext",)

    def read(self, call: Call, config: Values) -> Values:
        """Decrypt every secret."""
        return {"id": str(datetime.now(UTC)), "plaintext": decrypted(call, config["secret"])}


def decrypted(call: Call, secrets: list[Values]) -> dict[str, str]:
    """Return the plain texts of ``secret`` blocks by their names."""
    plain: dict[str, str] = {}
    for secret in secrets:
        try:
            payload = base64.b64decode(secret["payload"], validate=True)
        except ValueError as failure:
            raise OperationError(f"the payload of {secret['name']!r} is not base64") from failure
        request: Values = {"CiphertextBlob": payload}
        for argument, member in (
            ("context", "EncryptionContext"),
            ("encryption_algorithm", "EncryptionAlgorithm"),
            ("grant_tokens", "GrantTokens"),
            ("key_id", "KeyId"),
        ):
            if secret[argument]:
                request[member] = secret[argument]
        plain[secret["name"]] = call.client().decrypt(**request)["Plaintext"].decode()
    return plain


def encrypted(call: Call, values: Values, text: str) -> str:
    """Return a text encrypted with a key and, perhaps, a context; base64."""
    request: Values = {"KeyId": values["key_id"], "Plaintext": text.encode()}
    if values["context"]:
        request["EncryptionContext"] = values["context"]
    return base64.b64encode(call.client().encrypt(**request)["CiphertextBlob"]).decode()
