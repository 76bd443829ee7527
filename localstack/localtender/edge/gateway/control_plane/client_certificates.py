"""Client certificates: GenerateClientCertificate, GetClientCertificate(s), Update, Delete.

After "ClientCertificate" of the API Gateway API reference and "Generate and configure an SSL
certificate for backend authentication" of the developer guide. The certificate is a real one; it is
not shown to backends, which are local.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from localtender.edge.gateway.control_plane.lookup import not_found, present
from localtender.edge.gateway.control_plane.pagination import page
from localtender.edge.gateway.control_plane.patching import (
    PatchRule,
    PatchRules,
    bad_request,
    listing_refusal,
    set_text,
)
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.state import ClientCertificate
from localtender.edge.gateway.store import Store, with_entry, without_entry
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_LIFETIME = timedelta(days=365)


class ClientCertificates:
    """The operations on client certificates."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "GenerateClientCertificate": self.generate_client_certificate,
            "GetClientCertificate": self.get_client_certificate,
            "GetClientCertificates": self.get_client_certificates,
            "UpdateClientCertificate": self.update_client_certificate,
            "DeleteClientCertificate": self.delete_client_certificate,
        }

    async def generate_client_certificate(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """A new certificate, good for a year."""
        now = datetime.now(UTC).replace(microsecond=0)
        new = ClientCertificate(
            id=short_identifier(),
            pem=_certificate(now, now + _LIFETIME),
            created_date=now,
            expiration_date=now + _LIFETIME,
            description=parameters.get("description") or None,
            tags=dict(parameters.get("tags") or {}),
        )
        self._save(caller, new)
        return _describe(new)

    async def get_client_certificate(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One certificate."""
        return _describe(self._find(caller, parameters))

    async def get_client_certificates(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The certificates of the account and region, page by page."""
        return page(
            list(self._store.state_of(caller).client_certificates.values()),
            parameters,
            key=lambda certificate: certificate.id,
            describe=_describe,
        )

    async def update_client_certificate(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change a certificate's description."""
        changed = _PATCHES.apply(self._find(caller, parameters), parameters)
        self._save(caller, changed)
        return _describe(changed)

    async def delete_client_certificate(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Remove a certificate that no stage uses."""
        found = self._find(caller, parameters)
        state = self._store.state_of(caller)
        for api in state.rest_apis.values():
            if any(stage.client_certificate_id == found.id for stage in api.stages.values()):
                raise bad_request(
                    f"Client certificate {found.id} is in use by a stage and cannot be deleted"
                )
        kept = without_entry(state.client_certificates, found.id)
        self._store.save_for(caller, replace(state, client_certificates=kept))
        return {}

    def _find(self, caller: Caller, parameters: Parameters) -> ClientCertificate:
        certificates = self._store.state_of(caller).client_certificates
        found = certificates.get(parameters["clientCertificateId"])
        if found is None:
            raise not_found("Invalid Client Certificate Id specified")
        return found

    def _save(self, caller: Caller, certificate: ClientCertificate) -> None:
        state = self._store.state_of(caller)
        certificates = with_entry(state.client_certificates, certificate.id, certificate)
        self._store.save_for(caller, replace(state, client_certificates=certificates))


def _describe(found: ClientCertificate) -> Parameters:
    return present(
        clientCertificateId=found.id,
        description=found.description,
        pemEncodedCertificate=found.pem,
        createdDate=found.created_date,
        expirationDate=found.expiration_date,
        tags=dict(found.tags) or None,
    )


def _certificate(begins: datetime, ends: datetime) -> str:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ApiGateway")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


_PATCHES: PatchRules[ClientCertificate] = PatchRules(
    PatchRule("/description", ("replace",), set_text("description")), refusal=listing_refusal
)
