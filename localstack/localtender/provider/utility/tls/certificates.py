"""``tls_self_signed_cert``, ``tls_cert_request`` and ``tls_locally_signed_cert``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from localtender.provider.call import Call
from localtender.provider.checks import between, each_of
from localtender.provider.declaration import Check, Plan
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.schema.model import Attribute, Block
from localtender.provider.utility.declared import (
    UtilityResource,
    computed,
    defaulted,
    optional,
    required,
)
from localtender.provider.utility.time.moments import now
from localtender.provider.utility.tls.keys import algorithm_of, read_key, signature_hash
from localtender.provider.utility.tls.names import (
    ALTERNATIVE_NAMES,
    SUBJECT,
    alternative_names,
    subject_of,
)
from localtender.provider.utility.tls.signing import Authority, signed_certificate
from localtender.provider.utility.tls.uses import EXTENDED_USES, KEY_USES
from localtender.provider.values import UNKNOWN, Values

_MOST: Final = 1 << 31
_TERMS: Final = {
    "allowed_uses": required(["list", "string"]),
    "early_renewal_hours": defaulted("number"),
    "is_ca_certificate": defaulted("bool"),
    "max_path_length": optional("number"),
    "set_subject_key_id": defaulted("bool"),
    "validity_period_hours": required("number"),
}
_OUTCOME: Final = {
    "cert_pem": computed(),
    "id": computed(),
    "ready_for_renewal": computed("bool"),
    "validity_end_time": computed(),
    "validity_start_time": computed(),
}
_DEFAULTS: Final = {
    "early_renewal_hours": 0,
    "is_ca_certificate": False,
    "set_subject_key_id": False,
}
_CHECKS: Final[Mapping[str, Check]] = {
    "allowed_uses": each_of(*KEY_USES, *EXTENDED_USES),
    "early_renewal_hours": between(0, _MOST),
    "max_path_length": between(-1, _MOST),
    "validity_period_hours": between(0, _MOST),
}


class Certificate(UtilityResource):
    """What signed certificates have in common: they are made again when they are about to end."""

    checks = _CHECKS

    def customize(self, call: Call, plan: Plan) -> None:
        """Replace the certificate when its early renewal has come."""
        if plan.prior is None or plan.planned["early_renewal_hours"] is UNKNOWN:
            return
        early = timedelta(hours=plan.planned["early_renewal_hours"] or 0)
        end = plan.prior["validity_end_time"]
        if end and now() >= datetime.fromisoformat(end) - early:
            plan.make_unknown("ready_for_renewal")
            plan.replace("ready_for_renewal")


class TlsSelfSignedCert(Certificate):
    """``tls_self_signed_cert``."""

    type_name = "tls_self_signed_cert"
    arguments: Final[dict[str, Attribute]] = {
        **_TERMS,
        **ALTERNATIVE_NAMES,
        "private_key_pem": required(),
        "set_authority_key_id": defaulted("bool"),
    }
    schema = Block({**arguments, **_OUTCOME, "key_algorithm": computed()}, {"subject": SUBJECT})
    replaces = (*(name for name in arguments if name != "early_renewal_hours"), "subject")
    defaults = {**_DEFAULTS, "set_authority_key_id": False}
    sensitive = ("private_key_pem",)

    def create(self, call: Call, planned: Values) -> Values:
        """Sign the certificate with its own key."""
        key, subject = read_key("private_key_pem", planned["private_key_pem"]), subject_of(planned)
        return {
            "key_algorithm": algorithm_of(key),
            **signed_certificate(
                planned,
                Authority(key, subject),
                subject=subject,
                public_key=key.public_key(),
                names=alternative_names(planned),
                names_authority=bool(planned["set_authority_key_id"]),
            ),
        }


class TlsCertRequest(UtilityResource):
    """``tls_cert_request``: a request that an authority signs."""

    type_name = "tls_cert_request"
    schema = Block(
        {
            **ALTERNATIVE_NAMES,
            "cert_request_pem": computed(),
            "id": computed(),
            "key_algorithm": computed(),
            "private_key_pem": required(),
        },
        {"subject": SUBJECT},
    )
    replaces = (*ALTERNATIVE_NAMES, "private_key_pem", "subject")
    sensitive = ("private_key_pem",)

    def create(self, call: Call, planned: Values) -> Values:
        """Sign the request with its key."""
        key = read_key("private_key_pem", planned["private_key_pem"])
        builder = x509.CertificateSigningRequestBuilder().subject_name(subject_of(planned))
        names = alternative_names(planned)
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        request = builder.sign(key, signature_hash(key))
        digest = hashlib.sha1(request.public_bytes(Encoding.DER), usedforsecurity=False)
        return {
            "id": digest.hexdigest(),
            "cert_request_pem": request.public_bytes(Encoding.PEM).decode(),
            "key_algorithm": algorithm_of(key),
        }


class TlsLocallySignedCert(Certificate):
    """``tls_locally_signed_cert``: a request signed with the key of an authority of one's own."""

    type_name = "tls_locally_signed_cert"
    arguments: Final[dict[str, Attribute]] = {
        **_TERMS,
        "ca_cert_pem": required(),
        "ca_private_key_pem": required(),
        "cert_request_pem": required(),
    }
    schema = Block({**arguments, **_OUTCOME, "ca_key_algorithm": computed()})
    replaces = tuple(name for name in arguments if name != "early_renewal_hours")
    defaults = _DEFAULTS
    sensitive = ("ca_private_key_pem",)

    def create(self, call: Call, planned: Values) -> Values:
        """Sign the request."""
        key = read_key("ca_private_key_pem", planned["ca_private_key_pem"])
        try:
            request = x509.load_pem_x509_csr(planned["cert_request_pem"].encode())
        except ValueError as failure:
            raise InvalidArgumentError("cert_request_pem", str(failure)) from failure
        try:
            certificate = x509.load_pem_x509_certificate(planned["ca_cert_pem"].encode())
        except ValueError as failure:
            raise InvalidArgumentError("ca_cert_pem", str(failure)) from failure
        return {
            "ca_key_algorithm": algorithm_of(key),
            **signed_certificate(
                planned,
                Authority(key, certificate.subject, certificate),
                subject=request.subject,
                public_key=request.public_key(),
                names=_names_of(request),
                names_authority=True,
            ),
        }


def _names_of(request: x509.CertificateSigningRequest) -> x509.SubjectAlternativeName | None:
    try:
        extension = request.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return None
    return extension.value
