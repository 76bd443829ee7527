from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from localtender.provider.errors import OperationError
from localtender.provider.resources.kms_external_keys import wrapped
from localtender.provider.resources.kms_key_settings import require_kind, same_key

OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
ARN = "arn:aws:kms:eu-central-1:000000000000:key/1234"


@pytest.fixture(scope="module")
def wrapping_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def public_bytes(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def test_short_material_is_wrapped_by_rsa_alone(wrapping_key: rsa.RSAPrivateKey) -> None:
    parcel = wrapped(b"0" * 32, public_bytes(wrapping_key), direct=True)
    assert wrapping_key.decrypt(parcel, OAEP) == b"0" * 32


def test_long_material_is_wrapped_by_an_aes_key_of_its_own(wrapping_key: rsa.RSAPrivateKey) -> None:
    parcel = wrapped(b"1" * 1000, public_bytes(wrapping_key), direct=False)
    once = wrapping_key.decrypt(parcel[:256], OAEP)
    assert keywrap.aes_key_unwrap_with_padding(once, parcel[256:]) == b"1" * 1000


def test_a_key_is_the_same_by_id_and_by_arn() -> None:
    assert same_key("1234", ARN)
    assert same_key(ARN, "1234")
    assert not same_key("1235", ARN)
    assert not same_key(ARN, ARN.replace("eu-central-1", "us-east-1"))


def test_a_replica_is_no_primary_key() -> None:
    replica = {
        "KeyId": "mrk-1",
        "MultiRegion": True,
        "MultiRegionConfiguration": {"MultiRegionKeyType": "REPLICA"},
    }
    require_kind(replica, "REPLICA")
    with pytest.raises(OperationError, match="mrk-1 is not a multi-Region primary key"):
        require_kind(replica, "PRIMARY")
    require_kind({"KeyId": "1", "MultiRegion": False}, "PRIMARY")
    with pytest.raises(OperationError, match="1 is not a multi-Region replica key"):
        require_kind({"KeyId": "1", "MultiRegion": False}, "REPLICA")
