"""The key and the certificates with which webhooks are signed: a root of our own, and a leaf.

PayPal signs with SHA256withRSA and serves the certificate chain at ``PAYPAL-CERT-URL``. The root
here is nobody's but this sandbox's: whoever verifies the chain must be told to trust it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

AUTHORIZATION_ALGORITHM = "SHA256withRSA"
_LEAF_NAME = "messageverificationcerts.paypal.com"
_ROOT_NAME = "Sandbox Webhook Root"
# Wide enough for any virtual clock.
_YEARS = timedelta(days=20 * 365)


@dataclass(frozen=True)
class _Pair:
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


class SigningCertificate:
    """Made when it is first needed: a key takes a moment."""

    @property
    def root_pem(self) -> str:
        """The root's certificate."""
        return self._pairs[0].pem()

    @property
    def chain_pem(self) -> str:
        """The leaf's certificate, then the root's."""
        root, leaf = self._pairs
        return leaf.pem() + root.pem()

    def sign(self, message: bytes) -> str:
        """Return the signature in base64."""
        key = self._pairs[1].key
        return base64.b64encode(key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()

    def is_signed(self, message: bytes, signature: str) -> bool:
        """Say whether a signature is ours."""
        key = self._pairs[1].key.public_key()
        try:
            given = base64.b64decode(signature, validate=True)
            key.verify(given, message, padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, InvalidSignature):
            return False
        return True

    @cached_property
    def _pairs(self) -> tuple[_Pair, _Pair]:
        root = _pair(_ROOT_NAME, None)
        return root, _pair(_LEAF_NAME, root)


def _pair(name: str, issuer: _Pair | None) -> _Pair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _YEARS)
        .not_valid_after(now + _YEARS)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    certificate = builder.sign(key if issuer is None else issuer.key, hashes.SHA256())
    return _Pair(key, certificate)
