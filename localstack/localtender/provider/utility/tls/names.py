"""Whom a certificate is for: subjects and alternative names."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID, ObjectIdentifier

from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Attribute, Block, NestedBlock
from localtender.provider.utility.declared import optional
from localtender.provider.values import Values

# In the order in which Go writes them.
_PARTS: Final[dict[str, ObjectIdentifier]] = {
    "country": NameOID.COUNTRY_NAME,
    "organization": NameOID.ORGANIZATION_NAME,
    "organizational_unit": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "locality": NameOID.LOCALITY_NAME,
    "province": NameOID.STATE_OR_PROVINCE_NAME,
    "street_address": NameOID.STREET_ADDRESS,
    "postal_code": NameOID.POSTAL_CODE,
    "common_name": NameOID.COMMON_NAME,
    "serial_number": NameOID.SERIAL_NUMBER,
    "email_address": NameOID.EMAIL_ADDRESS,
}
SUBJECT: Final = NestedBlock(
    "list",
    Block(
        {
            name: optional(["list", "string"] if name == "street_address" else "string")
            for name in sorted(_PARTS)
        }
    ),
    max_items=1,
)
ALTERNATIVE_NAMES: Final[dict[str, Attribute]] = {
    name: optional(["list", "string"]) for name in ("dns_names", "ip_addresses", "uris")
}


def subject_of(values: Values) -> x509.Name:
    """Return the name that the ``subject`` block spells; an empty one without the block.

    Raises
    ------
    InvalidArgumentError
        When a part is not of its form, as a country of three letters.
    """
    subject = next(iter(values["subject"] or []), None) or {}
    try:
        return x509.Name(
            [
                x509.NameAttribute(identifier, text)
                for part, identifier in _PARTS.items()
                for text in _texts(subject.get(part))
            ]
        )
    except ValueError as failure:
        raise InvalidArgumentError("subject", str(failure)) from failure


def alternative_names(values: Values) -> x509.SubjectAlternativeName | None:
    """Return the names beside the subject's; None without any.

    Raises
    ------
    InvalidArgumentError
        When an address is not one.
    """
    try:
        names: list[x509.GeneralName] = [x509.DNSName(name) for name in values["dns_names"] or ()]
        names += [
            x509.IPAddress(ipaddress.ip_address(text)) for text in values["ip_addresses"] or ()
        ]
        names += [x509.UniformResourceIdentifier(uri) for uri in values["uris"] or ()]
    except ValueError as failure:
        raise InvalidArgumentError("ip_addresses", str(failure)) from failure
    return x509.SubjectAlternativeName(names) if names else None


def _texts(value: str | Iterable[str] | None) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return list(value or ())
