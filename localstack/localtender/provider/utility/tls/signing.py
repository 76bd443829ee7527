"""Signing certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding

from localtender.provider.errors import InvalidArgumentError
from localtender.provider.utility.tls.keys import PrivateKey, signature_hash
from localtender.provider.utility.tls.uses import extended_key_usage, key_usage
from localtender.provider.values import Values


@dataclass(frozen=True)
class Authority:
    """Who signs; ``certificate`` is None when a certificate signs itself."""

    key: PrivateKey
    name: x509.Name
    certificate: x509.Certificate | None = None

    def key_identifier(self) -> x509.AuthorityKeyIdentifier | None:
        """Return how a signed certificate names the authority's key; None when it has no name."""
        if self.certificate is None:
            return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        try:
            identifier = self.certificate.extensions.get_extension_for_class(
                x509.SubjectKeyIdentifier
            )
        except x509.ExtensionNotFound:
            return None
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier.value)


def signed_certificate(
    values: Values,
    authority: Authority,
    *,
    subject: x509.Name,
    public_key: CertificatePublicKeyTypes,
    names: x509.SubjectAlternativeName | None,
    names_authority: bool,
) -> Values:
    """Return the computed attributes of a new certificate.

    Raises
    ------
    InvalidArgumentError
        When the arguments make no certificate.
    """
    start = datetime.now(UTC).replace(microsecond=0)
    end = start + timedelta(hours=values["validity_period_hours"])
    serial = x509.random_serial_number()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.name)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(end)
    )
    usage, extended = key_usage(values["allowed_uses"]), extended_key_usage(values["allowed_uses"])
    is_authority = bool(values["is_ca_certificate"])
    limit = values["max_path_length"]
    path_length = limit if is_authority and limit is not None and limit >= 0 else None
    extensions: list[tuple[x509.ExtensionType | None, bool]] = [
        (usage, True),
        (extended, False),
        (x509.BasicConstraints(is_authority, path_length), True),
        (names, False),
    ]
    if values["set_subject_key_id"]:
        extensions.append((x509.SubjectKeyIdentifier.from_public_key(public_key), False))
    if names_authority:
        extensions.append((authority.key_identifier(), False))
    try:
        for extension, critical in extensions:
            if extension is not None:
                builder = builder.add_extension(extension, critical)
        certificate = builder.sign(authority.key, signature_hash(authority.key))
    except (TypeError, ValueError) as failure:
        raise InvalidArgumentError("subject", f"makes no certificate: {failure}") from failure
    return {
        "id": str(serial),
        "cert_pem": certificate.public_bytes(Encoding.PEM).decode(),
        "ready_for_renewal": False,
        "validity_start_time": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "validity_end_time": f"{end:%Y-%m-%dT%H:%M:%SZ}",
    }
