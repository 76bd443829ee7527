from __future__ import annotations

from datetime import timedelta

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from providers.certificate_chain import Certificate, CertificateError, pem_blocks, verify_chain
from tests.unit.providers.certificate_factory import NOW, Made, certificate, key

ROOT = certificate("root", authority=True)
MIDDLE = certificate("middle", ROOT, authority=True)
LEAF = certificate("leaf", MIDDLE)


def read(made: Made) -> Certificate:
    return Certificate.read(made.der)


def check(leaf: Made, *middle: Made, trusted: Made = ROOT, days: int = 0) -> None:
    verify_chain(
        read(leaf), [read(each) for each in middle], [read(trusted)], NOW + timedelta(days=days)
    )


def test_a_chain_leads_to_its_root_whatever_the_order_of_what_is_given_along() -> None:
    other = certificate("other", ROOT, authority=True)
    check(LEAF, MIDDLE)
    check(LEAF, other, MIDDLE)
    check(LEAF, MIDDLE, ROOT)
    check(certificate("direct", ROOT))


@pytest.mark.parametrize("digest", [hashes.SHA384(), hashes.SHA512()])
def test_longer_digests_are_read(digest: hashes.HashAlgorithm) -> None:
    check(certificate("leaf", ROOT, digest=digest))


def test_what_is_read_is_what_stands_in_the_certificate() -> None:
    leaf = read(LEAF)
    assert (leaf.common_name, leaf.is_authority, leaf.path_length) == ("leaf", False, None)
    assert leaf.key.modulus == LEAF.key.public_key().public_numbers().n
    assert read(certificate("x", authority=True, path_length=2)).path_length == 2


IMPOSTOR = certificate("root", authority=True, private=key("impostor"))
NO_AUTHORITY = certificate("middle", ROOT, authority=False)
NO_SIGNING = certificate("middle", ROOT, authority=True, may_sign_certificates=False)
SHORT = certificate("short", ROOT, authority=True, path_length=0)
EXPIRED = certificate("middle", ROOT, authority=True, days=(-30, -1))


@pytest.mark.parametrize(
    ("leaf", "middle", "reason"),
    [
        (certificate("leaf"), (), "trusted root"),
        (certificate("leaf", IMPOSTOR), (IMPOSTOR,), "trusted root"),
        (LEAF, (), "trusted root"),
        (certificate("leaf", NO_AUTHORITY), (NO_AUTHORITY,), "trusted root"),
        (certificate("leaf", NO_SIGNING), (NO_SIGNING,), "trusted root"),
        (certificate("leaf", certificate("deep", SHORT, authority=True)), (SHORT,), "trusted root"),
        (certificate("leaf", ROOT, days=(-30, -1)), (), "not valid"),
        (certificate("leaf", ROOT, days=(1, 30)), (), "not valid"),
        (certificate("leaf", EXPIRED), (EXPIRED,), "not valid"),
    ],
    ids=[
        "self-signed",
        "a root of the same name",
        "the middle is missing",
        "signed by no authority",
        "signed by a key that may not",
        "signed below a path that had to end",
        "expired",
        "not yet",
        "below an expired one",
    ],
)
def test_a_chain_that_does_not_hold_is_refused(
    leaf: Made, middle: tuple[Made, ...], reason: str
) -> None:
    with pytest.raises(CertificateError, match=reason):
        check(leaf, *middle)


def test_an_authority_below_one_that_allows_none_is_refused() -> None:
    deep = certificate("deep", SHORT, authority=True)
    check(certificate("leaf", SHORT), SHORT)
    with pytest.raises(CertificateError, match="trusted root"):
        check(certificate("leaf", deep), deep, SHORT)


def test_a_root_that_has_expired_is_trusted_no_more() -> None:
    with pytest.raises(CertificateError):
        check(certificate("leaf", ROOT, days=(-30, 90)), days=60)


def test_a_circle_of_authorities_comes_to_an_end() -> None:
    first = certificate("first", certificate("second", authority=True), authority=True)
    second = certificate("second", first, authority=True)
    with pytest.raises(CertificateError):
        check(certificate("leaf", first), first, second)


def test_a_critical_extension_that_is_not_understood_is_refused() -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    assert read(certificate("leaf", ROOT, extensions=((unknown, False),)))
    with pytest.raises(CertificateError, match="critical extension"):
        read(certificate("leaf", ROOT, extensions=((unknown, True),)))


def test_other_kinds_of_keys_are_refused_and_not_misread() -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(CertificateError):
        read(certificate("leaf", private=curve))  # type: ignore[arg-type]


@given(st.binary(max_size=300))
def test_bytes_that_are_no_certificate_are_refused(data: bytes) -> None:
    with pytest.raises(CertificateError):
        Certificate.read(data)


@given(st.integers(0, len(LEAF.der) - 1), st.integers(1, 255))
def test_a_certificate_with_a_changed_byte_is_unreadable_or_not_signed(
    place: int, flipped: int
) -> None:
    der = bytearray(LEAF.der)
    der[place] ^= flipped
    try:
        changed = Certificate.read(bytes(der))
    except CertificateError:
        return
    assert not read(MIDDLE).has_signed(changed)


def test_the_public_roots_that_sign_for_paypal_are_read() -> None:
    roots = []
    for der in pem_blocks(certifi.contents()):
        try:
            roots.append(Certificate.read(der))
        except CertificateError:
            continue
    named = {root.common_name: root for root in roots}
    assert named["DigiCert Global Root G2"].has_signed(named["DigiCert Global Root G2"])
