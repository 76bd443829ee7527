"""Custom domain names: CreateDomainName, GetDomainName(s), UpdateDomainName, DeleteDomainName.

After "DomainName" of the API Gateway API reference. Certificates and trust stores are taken as
named and kept, there is no TLS between a client and a local port.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from localtender.edge.gateway.control_plane.family import RegionFamily
from localtender.edge.gateway.control_plane.lookup import not_found, present
from localtender.edge.gateway.control_plane.patching import (
    Patch,
    PatchRule,
    PatchRules,
    bad_request,
    set_text,
)
from localtender.edge.gateway.control_plane.quotas import DOMAIN_NAMES
from localtender.edge.gateway.identifiers import long_identifier
from localtender.edge.gateway.state import (
    DomainName,
    EndpointConfiguration,
    RegionState,
    TrustStore,
)
from localtender.edge.gateway.store import Store
from localtender.edge.protocol.messages import Caller
from localtender.edge.protocol.service import Operation, Parameters

# The hosted zone of every CloudFront distribution, and one of API Gateway's regional ones.
_DISTRIBUTION_ZONE = "Z2FDTNDATAQYW2"
_REGIONAL_ZONE = "Z1UJRXOUMOOFQ8"


class DomainNames(RegionFamily[DomainName]):
    """The operations on domain names."""

    field = "domain_names"
    parameter = "domainName"
    missing = "Invalid domain name identifier specified"
    quota = DOMAIN_NAMES

    def operations(self) -> Mapping[str, Operation]:
        """What this family offers, by operation name."""
        return {
            "CreateDomainName": self.create_domain_name,
            "GetDomainName": self.get_one,
            "GetDomainNames": self.get_page,
            "UpdateDomainName": self.update,
            "DeleteDomainName": self.delete,
        }

    async def create_domain_name(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new domain, of which requests are told by their Host header."""
        name = parameters["domainName"].lower()
        if not name:
            raise bad_request("No Domain Name specified")
        if self._store.find_domain_name(name) is not None:
            raise bad_request("The domain name you provided already exists.")
        endpoint = parameters.get("endpointConfiguration") or {}
        types = tuple(endpoint.get("types") or ("EDGE",))
        certificate = parameters.get("certificateArn")
        regional_certificate = parameters.get("regionalCertificateArn")
        if types == ("EDGE",) and regional_certificate and not certificate:
            types = ("REGIONAL",)
        if not (certificate or regional_certificate or parameters.get("certificateBody")):
            raise bad_request("A certificate ARN or a certificate body must be specified")
        identifier = long_identifier()
        target = (
            f"d-{identifier}.execute-api.{caller.region}.amazonaws.com"
            if types == ("REGIONAL",)
            else f"d{identifier}.cloudfront.net"
        )
        new = DomainName(
            name=name,
            endpoint_configuration=EndpointConfiguration(
                types=types,
                ip_address_type=endpoint.get("ipAddressType") or "ipv4",
            ),
            target=target,
            certificate_name=parameters.get("certificateName"),
            certificate_arn=certificate,
            regional_certificate_name=parameters.get("regionalCertificateName"),
            regional_certificate_arn=regional_certificate,
            security_policy=parameters.get("securityPolicy") or "TLS_1_2",
            ownership_verification_certificate_arn=parameters.get(
                "ownershipVerificationCertificateArn"
            ),
            trust_store=_trust_store(parameters.get("mutualTlsAuthentication") or {}),
            routing_mode=parameters.get("routingMode") or "BASE_PATH_MAPPING_ONLY",
            policy=parameters.get("policy") or None,
            upload_date=datetime.now(UTC).replace(microsecond=0),
            tags=dict(parameters.get("tags") or {}),
        )
        self._add(caller, self._store.state_of(caller), new)
        return describe_domain_name(new)

    def _key(self, entity: DomainName) -> str:
        return entity.name

    def _describe(self, entity: DomainName) -> Parameters:
        return describe_domain_name(entity)

    def _patched(self, owner: RegionState, found: DomainName, parameters: Parameters) -> DomainName:
        del owner
        return _PATCHES.apply(found, parameters)

    def _named(self, parameters: Parameters) -> str:
        return str(parameters["domainName"]).lower()


def find_domain_name(store: Store, caller: Caller, parameters: Parameters) -> DomainName:
    """The domain that a request names; raises NotFoundException."""
    found = store.state_of(caller).domain_names.get(parameters["domainName"].lower())
    if found is None:
        raise not_found("Invalid domain name identifier specified")
    return found


def describe_domain_name(found: DomainName) -> Parameters:
    """The DomainName shape."""
    is_regional = found.endpoint_configuration.types == ("REGIONAL",)
    return present(
        domainName=found.name,
        certificateName=found.certificate_name,
        certificateArn=found.certificate_arn,
        certificateUploadDate=found.upload_date,
        regionalDomainName=found.target if is_regional else None,
        regionalHostedZoneId=_REGIONAL_ZONE if is_regional else None,
        regionalCertificateName=found.regional_certificate_name,
        regionalCertificateArn=found.regional_certificate_arn,
        distributionDomainName=None if is_regional else found.target,
        distributionHostedZoneId=None if is_regional else _DISTRIBUTION_ZONE,
        endpointConfiguration={
            "types": list(found.endpoint_configuration.types),
            "ipAddressType": found.endpoint_configuration.ip_address_type,
        },
        domainNameStatus="AVAILABLE",
        securityPolicy=found.security_policy,
        mutualTlsAuthentication=None
        if found.trust_store is None
        else present(
            truststoreUri=found.trust_store.uri, truststoreVersion=found.trust_store.version
        ),
        ownershipVerificationCertificateArn=found.ownership_verification_certificate_arn,
        routingMode=found.routing_mode,
        policy=found.policy,
        tags=dict(found.tags) or None,
    )


def _trust_store(parameters: Parameters) -> TrustStore | None:
    uri = parameters.get("truststoreUri")
    return TrustStore(uri, parameters.get("truststoreVersion") or None) if uri else None


def _patch_trust_store_uri(found: DomainName, patch: Patch) -> DomainName:
    # "To disable mutual TLS for a custom domain name, remove the truststore" (developer guide).
    if patch.is_removal or not patch.value:
        return replace(found, trust_store=None)
    version = found.trust_store.version if found.trust_store else None
    return replace(found, trust_store=TrustStore(patch.value, version))


def _patch_trust_store_version(found: DomainName, patch: Patch) -> DomainName:
    if found.trust_store is None:
        raise bad_request("A truststore URI must be specified for mutual TLS authentication")
    changed = replace(found.trust_store, version=None if patch.is_removal else patch.value or None)
    return replace(found, trust_store=changed)


def _patch_ip_address_type(found: DomainName, patch: Patch) -> DomainName:
    endpoint = replace(found.endpoint_configuration, ip_address_type=patch.text())
    return replace(found, endpoint_configuration=endpoint)


def _patch_endpoint_type(found: DomainName, patch: Patch) -> DomainName:
    endpoint = replace(found.endpoint_configuration, types=(patch.text(),))
    return replace(found, endpoint_configuration=endpoint)


_PATCHES: PatchRules[DomainName] = PatchRules(
    PatchRule("/certificateName", ("replace",), set_text("certificate_name")),
    PatchRule("/certificateArn", ("replace",), set_text("certificate_arn")),
    PatchRule("/regionalCertificateName", ("replace",), set_text("regional_certificate_name")),
    PatchRule("/regionalCertificateArn", ("replace",), set_text("regional_certificate_arn")),
    PatchRule("/securityPolicy", ("replace",), set_text("security_policy")),
    PatchRule("/endpointConfiguration/types/{}", ("add", "replace"), _patch_endpoint_type),
    PatchRule("/endpointConfiguration/ipAddressType", ("replace",), _patch_ip_address_type),
    PatchRule(
        "/ownershipVerificationCertificateArn",
        ("replace",),
        set_text("ownership_verification_certificate_arn"),
    ),
    PatchRule("/mutualTlsAuthentication/truststoreUri", ("replace",), _patch_trust_store_uri),
    PatchRule(
        "/mutualTlsAuthentication/truststoreVersion", ("replace",), _patch_trust_store_version
    ),
    PatchRule("/routingMode", ("replace",), set_text("routing_mode")),
    PatchRule("/policy", ("replace",), set_text("policy")),
)
