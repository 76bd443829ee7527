"""RSA signatures, verified without any compiled code.

Source: RFC 8017, 8.2.2 (RSASSA-PKCS1-v1_5) and 9.2 (EMSA-PKCS1-v1_5). Verifying is one modular
exponentiation with public numbers, so nothing here has to run in constant time. The whole encoded
message is made and compared, never parsed: what follows a parsed prefix is how forged signatures
have been slipped past verifiers.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

_SMALLEST_BITS: Final = 2048
_LARGEST_BITS: Final = 8192
# DER of DigestInfo up to the digest itself (RFC 8017, 9.2, note 1).
_DIGEST_PREFIXES: Final = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


@dataclass(frozen=True)
class RsaPublicKey:
    """A public key: modulus and exponent."""

    modulus: int
    exponent: int

    @property
    def is_acceptable(self) -> bool:
        """Whether the key is long enough to be trusted and short enough to be worked with."""
        bits = self.modulus.bit_length()
        return _SMALLEST_BITS <= bits <= _LARGEST_BITS and 3 <= self.exponent < 2**64

    def has_signed(self, message: bytes, signature: bytes, digest: str) -> bool:
        """Say whether the signature is this key's over the message.

        ``digest`` is ``sha256``, ``sha384`` or ``sha512``.
        """
        length = (self.modulus.bit_length() + 7) // 8
        number = int.from_bytes(signature, "big")
        if not self.is_acceptable or len(signature) != length or number >= self.modulus:
            return False
        encoded = _DIGEST_PREFIXES[digest] + hashlib.new(digest, message).digest()
        padding = b"\xff" * (length - len(encoded) - 3)
        expected = b"\x00\x01" + padding + b"\x00" + encoded
        return pow(number, self.exponent, self.modulus).to_bytes(length, "big") == expected
