"""AWS KMS: keys whose material comes from outside.

Arguments, defaults and replace rules follow the documentation of ``aws_kms_external_key``; how
material is wrapped for its import, "Importing key material" in the developer guide of KMS.
"""

from __future__ import annotations

import base64
import os
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import Change
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.moments import is_moment, moment, moment_text
from localtender.provider.resources.kms_key_settings import (
    KEY_CHECKS,
    ManagedKey,
    creation_request,
    find_key,
    key_state,
    require_kind,
)
from localtender.provider.resources.kms_keys import KEY_SPECS, KEY_USAGES
from localtender.provider.values import Values

_WRAPPING_KEY: Final = "RSA_4096"
_LONGEST_DIRECT_BYTES: Final = 256
_WITHOUT_MATERIAL: Final = "PendingImport"


class ExternalKey(ManagedKey):
    """``aws_kms_external_key``."""

    type_name = "aws_kms_external_key"
    replaces = ("key_material_base64", "key_spec", "key_usage", "multi_region")
    sensitive = ("key_material_base64",)
    defaults = {"bypass_policy_lockout_safety_check": False, "deletion_window_in_days": 30}
    recomputed = {
        "expiration_model": ("valid_to",),
        "key_state": ("enabled", "valid_to"),
    }
    checks = {
        **KEY_CHECKS,
        "key_spec": one_of(*KEY_SPECS),
        "key_usage": one_of(*KEY_USAGES),
        "valid_to": is_moment,
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the key, then import its material; without it there is nothing to disable."""
        request = creation_request(planned) | {
            "KeyUsage": planned["key_usage"] or "ENCRYPT_DECRYPT",
            "Origin": "EXTERNAL",
        }
        if planned["key_spec"]:
            request["KeySpec"] = planned["key_spec"]
        if planned["multi_region"]:
            request["MultiRegion"] = True
        client = call.client()
        identifier = client.create_key(**request)["KeyMetadata"]["KeyId"]
        call.created({"id": identifier})
        if planned["key_material_base64"]:
            _import_material(client, identifier, planned)
            if planned["enabled"] is False:
                client.disable_key(KeyId=identifier)
        return {"id": identifier}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the key; nobody can read its material."""
        metadata = find_key(call, state["id"])
        if metadata is None:
            return None
        if metadata["Origin"] != "EXTERNAL":
            raise OperationError(f"the material of KMS key {state['id']} is not from outside")
        require_kind(metadata, "PRIMARY")
        found = key_state(call, metadata)
        del found["key_id"]
        return found | {
            "enabled": metadata["Enabled"],
            "expiration_model": metadata.get("ExpirationModel"),
            "key_spec": metadata["KeySpec"],
            "key_state": metadata["KeyState"],
            "multi_region": metadata.get("MultiRegion", False),
            "valid_to": moment_text(metadata.get("ValidTo")),
        }

    def update(self, call: Call, change: Change) -> None:
        """Leave a key without material as it is, as far as its being enabled is concerned."""
        if change.prior["key_state"] == _WITHOUT_MATERIAL:
            planned = change.planned | {"enabled": change.prior["enabled"]}
            change = Change(change.prior, planned)
        super().update(call, change)

    def update_settings(self, call: Call, change: Change) -> None:
        """Import the material again for another end of its validity."""
        if change.has("valid_to") and change.planned["key_material_base64"]:
            _import_material(call.client(), change.prior["id"], change.planned)


def _import_material(client: Any, identifier: str, planned: Values) -> None:
    try:
        material = base64.b64decode(planned["key_material_base64"], validate=True)
    except ValueError as failure:
        raise InvalidArgumentError("key_material_base64", f"is not base64: {failure}") from failure
    direct = len(material) <= _LONGEST_DIRECT_BYTES
    parameters = client.get_parameters_for_import(
        KeyId=identifier,
        WrappingAlgorithm="RSAES_OAEP_SHA_256" if direct else "RSA_AES_KEY_WRAP_SHA_256",
        WrappingKeySpec=_WRAPPING_KEY,
    )
    validity: Values = {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}
    if planned["valid_to"]:
        validity = {
            "ExpirationModel": "KEY_MATERIAL_EXPIRES",
            "ValidTo": moment(planned["valid_to"]),
        }
    client.import_key_material(
        KeyId=identifier,
        ImportToken=parameters["ImportToken"],
        EncryptedKeyMaterial=wrapped(material, parameters["PublicKey"], direct=direct),
        **validity,
    )


def wrapped(material: bytes, public_key: bytes, *, direct: bool) -> bytes:
    """Return key material for the eyes of KMS only.

    Parameters
    ----------
    public_key
        KMS's wrapping key, DER.
    direct
        Whether the material is short enough for RSA alone (``RSAES_OAEP_SHA_256``); otherwise a
        new AES key wraps it (``RSA_AES_KEY_WRAP_SHA_256``).
    """
    from cryptography.hazmat.primitives import hashes, keywrap, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    key = serialization.load_der_public_key(public_key)
    if not isinstance(key, rsa.RSAPublicKey):
        raise OperationError("KMS answered a wrapping key that is not an RSA key")
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    if direct:
        return key.encrypt(material, oaep)
    once = os.urandom(32)
    return key.encrypt(once, oaep) + keywrap.aes_key_wrap_with_padding(once, material)
