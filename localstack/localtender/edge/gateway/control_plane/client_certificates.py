"""Client certificates: GenerateClientCertificate, GetClientCertificate(s), Update, Delete.

After "ClientCertificate" of the API Gateway API reference and "Generate and configure an SSL
certificate for backend authentication" of the developer guide. The certificate is a real one; it is
not shown to backends, which are local.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from localtender.edge.gateway.control_plane.family import RegionFamily
from localtender.edge.gateway.control_plane.lookup import present
from localtender.edge.gateway.control_plane.patching import (
    PatchRule,
    PatchRules,
    bad_request,
    listing_refusal,
    set_text,
)
from localtender.edge.gateway.control_plane.quotas import CLIENT_CERTIFICATES
from localtender.edge.gateway.identifiers import short_identifier
from localtender.edge.gateway.state import ClientCertificate, RegionState
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

_LIFETIME = timedelta(days=365)


class ClientCertificates(RegionFamily[ClientCertificate]):
    """The operations on client certificates."""

    field = "client_certificates"
    parameter = "clientCertificateId"
    missing = "Invalid Client Certificate Id specified"
    quota = CLIENT_CERTIFICATES

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "GenerateClientCertificate": self.generate_client_certificate,
            "GetClientCertificate": self.get_one,
            "GetClientCertificates": self.get_page,
            "UpdateClientCertificate": self.update,
            "DeleteClientCertificate": self.delete,
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
        self._add(caller, self._store.state_of(caller), new)
        return _described(new)

    def _key(self, entity: ClientCertificate) -> str:
        return entity.id

    def _describe(self, entity: ClientCertificate) -> Parameters:
        return _described(entity)

    def _patched(
        self, owner: RegionState, found: ClientCertificate, parameters: Parameters
    ) -> ClientCertificate:
        del owner
        return _PATCHES.apply(found, parameters)

    def _check_unused(self, owner: RegionState, found: ClientCertificate) -> None:
        for api in owner.rest_apis.values():
            if any(stage.client_certificate_id == found.id for stage in api.stages.values()):
                raise bad_request(
                    f"Client certificate {found.id} is in use by a stage and cannot be deleted"
                )


def _described(found: ClientCertificate) -> Parameters:
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
