from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.rsa_signature import RsaPublicKey

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NUMBERS = PRIVATE.public_key().public_numbers()
KEY = RsaPublicKey(NUMBERS.n, NUMBERS.e)
DIGESTS = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


@pytest.mark.parametrize("digest", DIGESTS)
def test_a_signature_by_openssl_holds(digest: str) -> None:
    signature = PRIVATE.sign(b"a message", padding.PKCS1v15(), DIGESTS[digest])
    assert KEY.has_signed(b"a message", signature, digest)
    assert not KEY.has_signed(b"another", signature, digest)


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, 255), flipped=st.integers(1, 255))
def test_a_signature_with_any_byte_changed_does_not_hold(place: int, flipped: int) -> None:
    signature = bytearray(PRIVATE.sign(b"a message", padding.PKCS1v15(), hashes.SHA256()))
    signature[place] ^= flipped
    assert not KEY.has_signed(b"a message", bytes(signature), "sha256")


@given(st.binary(max_size=600))
def test_no_bytes_at_all_are_an_error(signature: bytes) -> None:
    assert not KEY.has_signed(b"a message", signature, "sha256")


def test_the_number_beside_the_modulus_is_no_second_signature() -> None:
    """RFC 8017, 5.2.2: a representative that is not below the modulus is out of range."""
    signature = PRIVATE.sign(b"a message", padding.PKCS1v15(), hashes.SHA256())
    beside = int.from_bytes(signature, "big") + KEY.modulus
    assert not KEY.has_signed(b"a message", beside.to_bytes(257, "big"), "sha256")


def test_garbage_behind_the_digest_forges_nothing() -> None:
    """With exponent 3 a cube root makes a number that begins right (Bleichenbacher, 2006)."""
    key = RsaPublicKey((1 << 2047) + 1, 3)
    prefix = bytes.fromhex("3031300d060960864801650304020105000420")
    begins = b"\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff\x00" + prefix
    wanted = begins + hashlib.sha256(b"a message").digest()
    target = int.from_bytes(wanted.ljust(256, b"\xff"), "big")
    root = 1 << 683
    while pow(root, 3) > target:
        root >>= 1
    step = root
    while step:
        if pow(root + step, 3) <= target:
            root += step
        step >>= 1
    assert pow(root, 3).to_bytes(256, "big").startswith(wanted)
    assert not key.has_signed(b"a message", root.to_bytes(256, "big"), "sha256")


@pytest.mark.parametrize(
    "key",
    [
        RsaPublicKey((1 << 1023) + 1, 65537),
        RsaPublicKey((1 << 9000) + 1, 65537),
        RsaPublicKey(NUMBERS.n, 1),
        RsaPublicKey(NUMBERS.n, 1 << 2000),
    ],
    ids=["short", "long", "exponent 1", "exponent to wear us out"],
)
def test_keys_that_nobody_should_trust_are_not_used(key: RsaPublicKey) -> None:
    assert not key.is_acceptable
    assert not key.has_signed(b"", b"\x00" * ((key.modulus.bit_length() + 7) // 8), "sha256")
