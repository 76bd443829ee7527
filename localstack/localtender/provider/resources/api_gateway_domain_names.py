"""Amazon API Gateway: custom domain names.

Arguments, defaults and replace rules follow the documentation of ``aws_api_gateway_domain_name``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import each_of, is_arn
from localtender.provider.declaration import Change, DataSource, Resource
from localtender.provider.documents import is_policy, same_policy
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    change_tags,
    gateway_arn,
    given,
    timestamp,
)
from localtender.provider.resources.api_gateway_patches import (
    PatchOperation,
    argument_patches,
    replace,
)
from localtender.provider.values import Values

# The hosted zone of every CloudFront distribution.
_DISTRIBUTION_ZONE: Final = "Z2FDTNDATAQYW2"
_PATHS: Final = {
    "certificate_arn": "/certificateArn",
    "certificate_name": "/certificateName",
    "ownership_verification_certificate_arn": "/ownershipVerificationCertificateArn",
    "policy": "/policy",
    "regional_certificate_arn": "/regionalCertificateArn",
    "regional_certificate_name": "/regionalCertificateName",
    "routing_mode": "/routingMode",
    "security_policy": "/securityPolicy",
}
_UPLOADED: Final = (
    "certificate_body",
    "certificate_chain",
    "certificate_name",
    "certificate_private_key",
)


class DomainName(Resource):
    """``aws_api_gateway_domain_name``; its id is the name, and a private one's own id behind it."""

    type_name = "aws_api_gateway_domain_name"
    service = "apigateway"
    gone = NOT_FOUND
    replaces = ("certificate_body", "certificate_chain", "certificate_private_key", "domain_name")
    computed_blocks = ("endpoint_configuration",)
    equivalent = {"policy": same_policy}
    recomputed = {
        "certificate_upload_date": ("certificate_arn", "certificate_name"),
        "cloudfront_domain_name": ("endpoint_configuration",),
        "regional_domain_name": ("endpoint_configuration",),
        "regional_zone_id": ("endpoint_configuration",),
    }
    sensitive = ("certificate_private_key",)
    checks = {
        "endpoint_configuration.types": each_of("EDGE", "PRIVATE", "REGIONAL"),
        "ownership_verification_certificate_arn": is_arn,
        "policy": is_policy,
    }
    conflicts = (
        ("certificate_arn", "regional_certificate_arn"),
        ("certificate_arn", "regional_certificate_name"),
        ("certificate_name", "regional_certificate_name"),
        ("regional_certificate_arn", "regional_certificate_name"),
        *(("certificate_arn", name) for name in _UPLOADED),
        *(("regional_certificate_arn", name) for name in _UPLOADED),
    )

    def create(self, call: Call, planned: Values) -> Values:
        """Register the domain."""
        request = given(
            {
                "certificateArn": planned["certificate_arn"],
                "certificateBody": planned["certificate_body"],
                "certificateChain": planned["certificate_chain"],
                "certificateName": planned["certificate_name"],
                "certificatePrivateKey": planned["certificate_private_key"],
                "domainName": planned["domain_name"],
                "endpointAccessMode": planned["endpoint_access_mode"],
                "ownershipVerificationCertificateArn": planned[
                    "ownership_verification_certificate_arn"
                ],
                "policy": planned["policy"],
                "regionalCertificateArn": planned["regional_certificate_arn"],
                "regionalCertificateName": planned["regional_certificate_name"],
                "routingMode": planned["routing_mode"],
                "securityPolicy": planned["security_policy"],
                "tags": planned["tags_all"],
            }
        )
        for block in planned["endpoint_configuration"] or []:
            request["endpointConfiguration"] = given(
                {"types": block["types"], "ipAddressType": block["ip_address_type"]}
            )
        for block in planned["mutual_tls_authentication"]:
            request["mutualTlsAuthentication"] = given(
                {
                    "truststoreUri": block["truststore_uri"],
                    "truststoreVersion": block["truststore_version"],
                }
            )
        created = call.client().create_domain_name(**request)
        identity = _identity(created["domainName"], created.get("domainNameId"))
        call.created(identity)
        _wait_until_available(call, identity)
        return identity

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the domain."""
        return _domain_state(call, call.client().get_domain_name(**domain_key(state)))

    def update(self, call: Call, change: Change) -> None:
        """Patch what changed."""
        prior, planned = change.prior, change.planned
        operations = list(argument_patches(change, _PATHS))
        if change.has("endpoint_configuration") and planned["endpoint_configuration"]:
            operations += _endpoint_patches(
                prior["endpoint_configuration"], planned["endpoint_configuration"][0]
            )
        if change.has("mutual_tls_authentication"):
            operations += _trust_store_patches(planned["mutual_tls_authentication"])
        call.client().update_domain_name(**domain_key(prior), patchOperations=operations)
        _wait_until_available(call, prior, operation="update")

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the domain."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Give the domain up."""
        call.client().delete_domain_name(**domain_key(state))

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``DOMAIN-NAME`` or ``DOMAIN-NAME/DOMAIN-NAME-ID`` apart."""
        name, _, domain_id = identifier.partition("/")
        return _identity(name, domain_id)


class DomainNameData(DataSource):
    """``aws_api_gateway_domain_name``; its id is the name."""

    type_name = "aws_api_gateway_domain_name"
    service = "apigateway"

    def read(self, call: Call, config: Values) -> Values:
        """Read the domain."""
        found = _domain_state(call, call.client().get_domain_name(**domain_key(config)))
        return {"id": config["domain_name"], **found}


def domain_key(values: Values) -> Values:
    """Return the parameters that name a domain."""
    return given(
        {"domainName": values["domain_name"], "domainNameId": values.get("domain_name_id")}
    )


def _identity(name: str, domain_id: str | None) -> Values:
    return {
        "domain_name": name,
        "domain_name_id": domain_id,
        "id": f"{name}/{domain_id}" if domain_id else name,
    }


def _domain_state(call: Call, found: Values) -> Values:
    uploaded, trust = found.get("certificateUploadDate"), found.get("mutualTlsAuthentication")
    endpoint = found.get("endpointConfiguration") or {}
    return {
        "arn": found.get("domainNameArn")
        or gateway_arn(call, f"/domainnames/{found['domainName']}"),
        "certificate_arn": found.get("certificateArn"),
        "certificate_name": found.get("certificateName"),
        "certificate_upload_date": timestamp(uploaded) if uploaded else None,
        "cloudfront_domain_name": found.get("distributionDomainName"),
        "cloudfront_zone_id": _DISTRIBUTION_ZONE,
        "domain_name": found["domainName"],
        "domain_name_id": found.get("domainNameId"),
        "endpoint_access_mode": found.get("endpointAccessMode"),
        "endpoint_configuration": [
            {"ip_address_type": endpoint.get("ipAddressType"), "types": endpoint.get("types", [])}
        ],
        "mutual_tls_authentication": [
            {
                "truststore_uri": trust.get("truststoreUri"),
                "truststore_version": trust.get("truststoreVersion"),
            }
        ]
        if trust
        else [],
        "ownership_verification_certificate_arn": found.get("ownershipVerificationCertificateArn"),
        "policy": found.get("policy"),
        "regional_certificate_arn": found.get("regionalCertificateArn"),
        "regional_certificate_name": found.get("regionalCertificateName"),
        "regional_domain_name": found.get("regionalDomainName"),
        "regional_zone_id": found.get("regionalHostedZoneId"),
        "routing_mode": found.get("routingMode"),
        "security_policy": found.get("securityPolicy"),
        "tags": found.get("tags", {}),
    }


def _endpoint_patches(before: list[Values], after: Values) -> Iterator[PatchOperation]:
    known = before[0] if before else {"types": [], "ip_address_type": None}
    if after["types"] != known["types"]:
        yield replace("/endpointConfiguration/types/0", after["types"][0])
    if after["ip_address_type"] and after["ip_address_type"] != known["ip_address_type"]:
        yield replace("/endpointConfiguration/ipAddressType", after["ip_address_type"])


def _trust_store_patches(blocks: list[Values]) -> Iterator[PatchOperation]:
    path = "/mutualTlsAuthentication"
    # Without a trust store there is no mutual TLS ("Configuring mutual TLS authentication").
    yield replace(f"{path}/truststoreUri", blocks[0]["truststore_uri"] if blocks else "")
    if blocks:
        yield replace(f"{path}/truststoreVersion", blocks[0]["truststore_version"] or "")


def _wait_until_available(call: Call, identity: Values, operation: str = "create") -> None:
    def is_available() -> bool:
        found = call.client().get_domain_name(**domain_key(identity))
        return bool(found.get("domainNameStatus", "AVAILABLE") != "UPDATING")

    name = identity["domain_name"]
    call.wait(is_available, awaited=f"the domain {name} to be available", operation=operation)
