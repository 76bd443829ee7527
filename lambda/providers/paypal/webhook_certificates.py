"""The certificate that a PayPal webhook names, fetched from PayPal and traced to a trusted root.

Source: PayPal developer documentation, "Integrate webhooks", "Verify the message": the certificate
at ``PAYPAL-CERT-URL`` holds the key. The header is the sender's word, so the address must be
PayPal's own, and the certificate must be PayPal's by its name and by its chain: PayPal's own SDKs
ask for a common name from ``messageverificationcerts`` to ``.paypal.com``.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import certifi

from payments.errors import UntrustedDeliveryError, UnverifiableDeliveryError
from providers.certificate_chain import Certificate, CertificateError, pem_blocks, verify_chain
from providers.transport import NoAnswerError

if TYPE_CHECKING:
    from datetime import datetime

    from payments.deadline import Deadline
    from providers.transport import ProviderTransport

_PATH: Final = "/v1/notifications/certs/"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_LONGEST_FILE: Final = 64 * 1024
_KEPT: Final = 16
_COMMON_NAME: Final = re.compile(r"messageverificationcerts(\.[a-z0-9-]+)*\.paypal\.com", re.ASCII)


class WebhookCertificates:
    """Fetches certificates and keeps those that were found good."""

    def __init__(self, base_url: str, transport: ProviderTransport) -> None:
        self._places = _places(base_url)
        self._transport = transport
        self._kept: OrderedDict[str, list[Certificate]] = OrderedDict()
        self._lock = Lock()

    def get(
        self, url: str, trusted_pem: str | None, at: datetime, deadline: Deadline
    ) -> Certificate:
        """Return the certificate at a URL; ``trusted_pem`` are roots instead of the public ones.

        Raises:
            UntrustedDeliveryError: the address or the certificate is not PayPal's.
            UnverifiableDeliveryError: it could not be fetched.
        """
        if not self._is_paypals(url):
            raise UntrustedDeliveryError("the certificate's address is not PayPal's")
        chain = self._kept.get(url) or self._fetch(url, deadline)
        try:
            leaf = _checked(chain, trusted_pem, at)
        except CertificateError as error:
            raise UntrustedDeliveryError(str(error)) from error
        with self._lock:
            self._kept[url] = chain
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return leaf

    def _is_paypals(self, url: str) -> bool:
        return any(
            url.startswith(place) and _NAME.fullmatch(url[len(place) :]) for place in self._places
        )

    def _fetch(self, url: str, deadline: Deadline) -> list[Certificate]:
        try:
            answer = self._transport.send("GET", url, deadline)
        except NoAnswerError as error:
            raise UnverifiableDeliveryError("PayPal did not serve the certificate") from error
        if answer.status == 429 or answer.status >= 500:
            raise UnverifiableDeliveryError("PayPal did not serve the certificate")
        if answer.status != 200 or len(answer.body) > _LONGEST_FILE:
            raise UntrustedDeliveryError("PayPal has no such certificate")
        try:
            chain = [Certificate.read(der) for der in pem_blocks(answer.body.decode("ascii"))]
        except (CertificateError, UnicodeDecodeError) as error:
            raise UntrustedDeliveryError("the certificate can't be read") from error
        if not chain:
            raise UntrustedDeliveryError("there is no certificate at the address")
        return chain


def _checked(chain: list[Certificate], trusted_pem: str | None, at: datetime) -> Certificate:
    leaf, *others = chain
    if leaf.common_name is None or not _COMMON_NAME.fullmatch(leaf.common_name.lower()):
        raise CertificateError("the certificate's name is not PayPal's")
    roots = _public_roots() if trusted_pem is None else _roots(trusted_pem)
    verify_chain(leaf, others, roots, at)
    return leaf


def _places(base_url: str) -> tuple[str, ...]:
    """Where certificates may be: at the API's address, and at its other name.

    PayPal serves its API as ``api-m.`` and ``api.``, and names the latter in PAYPAL-CERT-URL.
    """
    base = base_url.rstrip("/")
    host = urlsplit(base).netloc
    other = base.replace("//api-m.", "//api.", 1) if host.startswith("api-m.") else base
    return tuple(dict.fromkeys((f"{base}{_PATH}", f"{other}{_PATH}")))


def _public_roots() -> list[Certificate]:
    return _roots(certifi.contents())


def _roots(pem: str) -> list[Certificate]:
    roots = []
    for der in pem_blocks(pem):
        try:
            roots.append(Certificate.read(der))
        except CertificateError:
            # Roots with other kinds of keys sign nothing here.
            continue
    return roots
