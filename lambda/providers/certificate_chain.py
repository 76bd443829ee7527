"""X.509 certificates and the chain from one of them to a root that is trusted.

Source: RFC 5280, 6.1 (path validation), as far as a chain of RSA certificates that signs messages
needs it: names, signatures, validity, basic constraints, key usage, no unknown critical extension.
Revocation is not asked about: a provider that changes its key serves another certificate.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pyasn1.codec.der import decoder, encoder
from pyasn1.error import PyAsn1Error
from pyasn1.type import namedtype, univ
from pyasn1_modules import rfc5280, rfc8017

from providers.rsa_signature import RsaPublicKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

_LONGEST_CHAIN: Final = 6
_PEM: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----", re.ASCII
)
_DIGESTS: Final = {
    rfc8017.sha256WithRSAEncryption: "sha256",
    rfc8017.sha384WithRSAEncryption: "sha384",
    rfc8017.sha512WithRSAEncryption: "sha512",
}
_UNDERSTOOD: Final = frozenset(
    {
        rfc5280.id_ce_basicConstraints,
        rfc5280.id_ce_keyUsage,
        rfc5280.id_ce_extKeyUsage,
        rfc5280.id_ce_certificatePolicies,
        rfc5280.id_ce_subjectAltName,
    }
)
_CERTIFICATE_SIGNING: Final = 5  # the bit keyCertSign of KeyUsage


class CertificateError(Exception):
    """A certificate can't be read, or no chain leads from it to a trusted root."""


class _Signed(univ.Sequence):  # type: ignore[misc]
    """A certificate whose signed part is left as the bytes that were signed."""

    componentType = namedtype.NamedTypes(  # noqa: N815 - the library's name
        namedtype.NamedType("body", univ.Any()),
        namedtype.NamedType("algorithm", rfc5280.AlgorithmIdentifier()),
        namedtype.NamedType("signature", univ.BitString()),
    )


@dataclass(frozen=True)
class Certificate:
    """What path validation asks of a certificate; names are in DER."""

    subject: bytes
    issuer: bytes
    common_name: str | None
    not_before: datetime
    not_after: datetime
    key: RsaPublicKey
    is_authority: bool
    path_length: int | None
    signed: bytes
    signature: bytes
    digest: str | None
    """The digest of the signature; None for one that is not accepted, such as SHA-1."""

    @classmethod
    def read(cls, der: bytes) -> Certificate:
        """Read a certificate from its DER encoding.

        Raises:
            CertificateError: it is none, no RSA certificate, or has what is not understood here.
        """
        try:
            return _read(der)
        except (PyAsn1Error, ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
            raise CertificateError("unreadable certificate") from error

    def is_valid_at(self, at: datetime) -> bool:
        """Say whether the time lies within the certificate's validity."""
        return self.not_before <= at <= self.not_after

    def has_signed(self, other: Certificate) -> bool:
        """Say whether this certificate's key signed the other one."""
        return (
            other.digest is not None
            and self.subject == other.issuer
            and self.key.has_signed(other.signed, other.signature, other.digest)
        )


def pem_blocks(text: str) -> list[bytes]:
    """Return the DER of every certificate of a PEM file, in order."""
    found = []
    for block in _PEM.findall(text):
        try:
            found.append(base64.b64decode("".join(block.split()), validate=True))
        except binascii.Error as error:
            raise CertificateError("unreadable certificate") from error
    return found


def verify_chain(
    leaf: Certificate,
    intermediates: Sequence[Certificate],
    trusted: Iterable[Certificate],
    at: datetime,
) -> None:
    """Check that the leaf is signed, through authorities given along, by a trusted root.

    Raises:
        CertificateError: saying why no chain holds.
    """
    roots = [root for root in trusted if root.is_valid_at(at)]
    current = leaf
    for authorities_below in range(_LONGEST_CHAIN):
        if not current.is_valid_at(at):
            raise CertificateError("a certificate of the chain is not valid at this time")
        if any(root.has_signed(current) for root in roots):
            return
        current = _issuer(current, intermediates, authorities_below)
    raise CertificateError("the chain is too long")


def _issuer(
    current: Certificate, intermediates: Sequence[Certificate], authorities_below: int
) -> Certificate:
    for candidate in intermediates:
        if (
            candidate != current
            and candidate.is_authority
            and (candidate.path_length is None or candidate.path_length >= authorities_below)
            and candidate.has_signed(current)
        ):
            return candidate
    raise CertificateError("the chain does not lead to a trusted root")


def _read(der: bytes) -> Certificate:
    outer = _decoded(der, _Signed())
    signed = bytes(outer["body"])
    body = _decoded(signed, rfc5280.TBSCertificate())
    if outer["algorithm"] != body["signature"]:
        raise CertificateError("the certificate names two signature algorithms")
    extensions = _extensions(body)
    constraints = extensions.get(rfc5280.id_ce_basicConstraints)
    usage = extensions.get(rfc5280.id_ce_keyUsage)
    may_sign = usage is None or (
        len(usage) > _CERTIFICATE_SIGNING and bool(usage[_CERTIFICATE_SIGNING])
    )
    length = None
    if constraints is not None and constraints["pathLenConstraint"].isValue:
        length = int(constraints["pathLenConstraint"])
    return Certificate(
        subject=encoder.encode(body["subject"]),
        issuer=encoder.encode(body["issuer"]),
        common_name=_common_name(body["subject"]),
        not_before=_time(body["validity"]["notBefore"]),
        not_after=_time(body["validity"]["notAfter"]),
        key=_key(body["subjectPublicKeyInfo"]),
        is_authority=may_sign and constraints is not None and bool(constraints["cA"]),
        path_length=length,
        signed=signed,
        signature=outer["signature"].asOctets(),
        # A root's signature of itself proves nothing, so an old digest there does no harm.
        digest=_DIGESTS.get(outer["algorithm"]["algorithm"]),
    )


def _decoded(der: bytes, specification: Any) -> Any:
    value, rest = decoder.decode(der, asn1Spec=specification)
    if rest:
        raise CertificateError("bytes follow the certificate")
    return value


def _key(information: Any) -> RsaPublicKey:
    if information["algorithm"]["algorithm"] != rfc8017.rsaEncryption:
        raise CertificateError("the certificate holds no RSA key")
    key = _decoded(information["subjectPublicKey"].asOctets(), rfc8017.RSAPublicKey())
    return RsaPublicKey(int(key["modulus"]), int(key["publicExponent"]))


def _extensions(body: Any) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for extension in body["extensions"] if body["extensions"].isValue else ():
        name = extension["extnID"]
        if name not in _UNDERSTOOD:
            if extension["critical"]:
                raise CertificateError("the certificate has a critical extension of unknown kind")
            continue
        if name in (rfc5280.id_ce_basicConstraints, rfc5280.id_ce_keyUsage):
            kind = rfc5280.certificateExtensionsMap[name]
            found[name] = _decoded(extension["extnValue"].asOctets(), kind.clone())
    return found


def _time(choice: Any) -> datetime:
    moment: datetime = choice.getComponent().asDateTime
    return moment


def _common_name(name: Any) -> str | None:
    for relative in name["rdnSequence"]:
        for attribute in relative:
            if attribute["type"] == rfc5280.id_at_commonName:
                text, _ = decoder.decode(bytes(attribute["value"]))
                return str(text)
    return None
