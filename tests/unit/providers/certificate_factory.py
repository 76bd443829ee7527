"""Certificates as an authority, or a forger, would make them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A key that is the same wherever it is asked for by this name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(
    name: str,
    issuer: Made | None = None,
    *,
    authority: bool = False,
    path_length: int | None = None,
    days: tuple[int, int] = (-30, 30),
    may_sign_certificates: bool = True,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    digest: Any = None,
    private: rsa.RSAPrivateKey | None = None,
) -> Made:
    """A certificate of a common name, self-signed without an issuer."""
    own = private or key(name)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), True)
        .add_extension(
            x509.KeyUsage(True, False, False, False, False, may_sign_certificates, *[False] * 3),
            True,
        )
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    signer = own if issuer is None else issuer.key
    return Made(own, builder.sign(signer, digest or hashes.SHA256()))
