"""Private keys: making, reading and spelling them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from localtender.provider.errors import InvalidArgumentError
from localtender.provider.values import Values

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

CURVES: Final[Mapping[str, type[ec.EllipticCurve]]] = {
    "P224": ec.SECP224R1,
    "P256": ec.SECP256R1,
    "P384": ec.SECP384R1,
    "P521": ec.SECP521R1,
}
ALGORITHMS: Final = ("RSA", "ECDSA", "ED25519")
_EXPONENT: Final = 65537
_KINDS: Final = (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey)


def make_key(algorithm: str, rsa_bits: int, curve: str) -> PrivateKey:
    """Return a new private key."""
    if algorithm == "RSA":
        return rsa.generate_private_key(_EXPONENT, rsa_bits)
    if algorithm == "ECDSA":
        return ec.generate_private_key(CURVES[curve]())
    return ed25519.Ed25519PrivateKey.generate()


def read_key(argument: str, text: str, load: Callable[..., object] | None = None) -> PrivateKey:
    """Return the private key that an argument spells, in PEM or, with ``load``, another form.

    Raises
    ------
    InvalidArgumentError
        When it is not one, or not of an algorithm that is known here.
    """
    try:
        key = (load or load_pem_private_key)(text.encode(), password=None)
    except (TypeError, ValueError) as failure:
        raise InvalidArgumentError(argument, f"is not a private key: {failure}") from failure
    if not isinstance(key, _KINDS):
        raise InvalidArgumentError(argument, f"is not a key of {', '.join(ALGORITHMS)}")
    return key


def read_ssh_key(argument: str, text: str) -> PrivateKey:
    """Return the private key that an argument spells in OpenSSH's form."""
    return read_key(argument, text, load_ssh_private_key)


def algorithm_of(key: PrivateKey) -> str:
    """Return the name of a key's algorithm."""
    return next(
        name for name, kind in zip(ALGORITHMS, _KINDS, strict=True) if isinstance(key, kind)
    )


def signature_hash(key: PrivateKey) -> hashes.SHA256 | None:
    """Return the hash with which a key signs; an Ed25519 key has its own."""
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def private_spellings(key: PrivateKey) -> Values:
    """Return the forms of a private key; OpenSSH knows no P224."""
    plain = NoEncryption()
    traditional = (
        PrivateFormat.PKCS8
        if isinstance(key, ed25519.Ed25519PrivateKey)
        else PrivateFormat.TraditionalOpenSSL
    )
    openssh = (
        key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, plain) if _in_openssh(key) else b""
    )
    return {
        "private_key_pem": key.private_bytes(Encoding.PEM, traditional, plain).decode(),
        "private_key_pem_pkcs8": key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, plain
        ).decode(),
        "private_key_openssh": openssh.decode(),
    }


def public_spellings(key: PrivateKey) -> Values:
    """Return the forms and fingerprints of a key's public part, and the id made of it."""
    public = key.public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    values = {
        "id": hashlib.sha1(der, usedforsecurity=False).hexdigest(),
        "public_key_pem": pem.decode(),
        "public_key_openssh": "",
        "public_key_fingerprint_md5": "",
        "public_key_fingerprint_sha256": "",
    }
    if not _in_openssh(key):
        return values
    line = public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    blob = base64.b64decode(line.split(" ")[1])
    md5 = hashlib.md5(blob, usedforsecurity=False).hexdigest()
    sha256 = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return values | {
        "public_key_openssh": f"{line}\n",
        "public_key_fingerprint_md5": ":".join(md5[i : i + 2] for i in range(0, len(md5), 2)),
        "public_key_fingerprint_sha256": f"SHA256:{sha256}",
    }


def _in_openssh(key: PrivateKey) -> bool:
    return not (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP224R1))
