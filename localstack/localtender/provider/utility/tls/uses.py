"""What a certificate may be used for: ``allowed_uses`` as X.509 extensions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

KEY_USES: Final = {
    "digital_signature": "digital_signature",
    "content_commitment": "content_commitment",
    "key_encipherment": "key_encipherment",
    "data_encipherment": "data_encipherment",
    "key_agreement": "key_agreement",
    "cert_signing": "key_cert_sign",
    "crl_signing": "crl_sign",
    "encipher_only": "encipher_only",
    "decipher_only": "decipher_only",
}
EXTENDED_USES: Final[dict[str, ObjectIdentifier]] = {
    "any_extended": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "server_auth": ExtendedKeyUsageOID.SERVER_AUTH,
    "client_auth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "code_signing": ExtendedKeyUsageOID.CODE_SIGNING,
    "email_protection": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "ipsec_end_system": ObjectIdentifier("1.3.6.1.5.5.7.3.5"),
    "ipsec_tunnel": ObjectIdentifier("1.3.6.1.5.5.7.3.6"),
    "ipsec_user": ObjectIdentifier("1.3.6.1.5.5.7.3.7"),
    "timestamping": ExtendedKeyUsageOID.TIME_STAMPING,
    "ocsp_signing": ExtendedKeyUsageOID.OCSP_SIGNING,
    "microsoft_server_gated_crypto": ObjectIdentifier("1.3.6.1.4.1.311.10.3.3"),
    "netscape_server_gated_crypto": ObjectIdentifier("2.16.840.1.113730.4.1"),
    "microsoft_commercial_code_signing": ObjectIdentifier("1.3.6.1.4.1.311.2.1.22"),
    "microsoft_kernel_code_signing": ObjectIdentifier("1.3.6.1.4.1.311.61.1.1"),
}


def key_usage(uses: Iterable[str]) -> x509.KeyUsage | None:
    """Return the key usage extension; None when no use is one."""
    chosen = {KEY_USES[use] for use in uses if use in KEY_USES}
    if not chosen:
        return None
    if "key_agreement" not in chosen:
        # X.509 gives these two a meaning beside it only.
        chosen -= {"encipher_only", "decipher_only"}
    return x509.KeyUsage(**{name: name in chosen for name in KEY_USES.values()})


def extended_key_usage(uses: Iterable[str]) -> x509.ExtendedKeyUsage | None:
    """Return the extended key usage extension; None when no use is one."""
    identifiers = [EXTENDED_USES[use] for use in uses if use in EXTENDED_USES]
    return x509.ExtendedKeyUsage(identifiers) if identifiers else None
