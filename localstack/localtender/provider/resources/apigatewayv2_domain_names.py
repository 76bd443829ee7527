"""Amazon API Gateway V2: custom domain names and the APIs below their paths.

Arguments, defaults and replace rules follow the documentation of ``aws_apigatewayv2_domain_name``
and ``aws_apigatewayv2_api_mapping``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Structure
from localtender.provider.call import Call
from localtender.provider.checks import is_arn, length, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.resources.api_gateway_names import (
    NOT_FOUND,
    gateway_arn,
    given,
    identifier_parts,
)
from localtender.provider.resources.apigatewayv2_parts import Part
from localtender.provider.resources.apigatewayv2_tags import change_tags, tags_of
from localtender.provider.values import Values

_SET: Final = {
    "certificate_arn": "CertificateArn",
    "endpoint_type": "EndpointType",
    "ip_address_type": "IpAddressType",
    "ownership_verification_certificate_arn": "OwnershipVerificationCertificateArn",
    "security_policy": "SecurityPolicy",
}
_CONFIGURATIONS: Final = Structure("DomainNameConfigurations", _SET, many=True)
_FOUND: Final = Structure(
    "DomainNameConfigurations",
    {**_SET, "hosted_zone_id": "HostedZoneId", "target_domain_name": "ApiGatewayDomainName"},
    many=True,
)
_MUTUAL_TLS: Final = Structure(
    "MutualTlsAuthentication",
    {"truststore_uri": "TruststoreUri", "truststore_version": "TruststoreVersion"},
)


def _same_ignoring_case(old: str, new: str) -> bool:
    return old.lower() == new.lower()


class DomainName(Resource):
    """``aws_apigatewayv2_domain_name``; its id is the name."""

    type_name = "aws_apigatewayv2_domain_name"
    service = "apigatewayv2"
    gone = NOT_FOUND
    replaces = ("domain_name",)
    equivalent = {
        "domain_name_configuration.endpoint_type": _same_ignoring_case,
        "domain_name_configuration.security_policy": _same_ignoring_case,
        "routing_mode": _same_ignoring_case,
    }
    checks = {
        "domain_name": length(1, 512),
        "domain_name_configuration.certificate_arn": is_arn,
        "domain_name_configuration.endpoint_type": lambda text: one_of("REGIONAL")(text.upper()),
        "domain_name_configuration.ip_address_type": one_of("dualstack", "ipv4"),
        "domain_name_configuration.ownership_verification_certificate_arn": is_arn,
        "domain_name_configuration.security_policy": lambda text: one_of("TLS_1_2")(text.upper()),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Register the domain."""
        request = given(
            {
                "DomainName": planned["domain_name"],
                "DomainNameConfigurations": _CONFIGURATIONS.request(
                    planned["domain_name_configuration"]
                ),
                "MutualTlsAuthentication": _MUTUAL_TLS.request(
                    planned["mutual_tls_authentication"]
                ),
                "RoutingMode": planned["routing_mode"],
                "Tags": planned["tags_all"],
            }
        )
        name = call.client().create_domain_name(**request)["DomainName"]
        call.created({"id": name})
        _wait_until_available(call, name, "create")
        return {"id": name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the domain."""
        found = call.client().get_domain_name(DomainName=state["id"])
        arn = gateway_arn(call, f"/domainnames/{state['id']}")
        return {
            "api_mapping_selection_expression": found.get("ApiMappingSelectionExpression"),
            "arn": arn,
            "domain_name": found["DomainName"],
            "domain_name_configuration": _FOUND.state(found["DomainNameConfigurations"]),
            "mutual_tls_authentication": _MUTUAL_TLS.state(found.get("MutualTlsAuthentication")),
            "routing_mode": found.get("RoutingMode"),
            "tags": tags_of(call, arn),
        }

    def update(self, call: Call, change: Change) -> None:
        """Send the configuration, and what else changed."""
        name, planned = change.prior["id"], change.planned
        request: Values = {
            "DomainNameConfigurations": _CONFIGURATIONS.request(
                planned["domain_name_configuration"]
            )
        }
        if change.has("mutual_tls_authentication"):
            blocks = planned["mutual_tls_authentication"]
            # Without a trust store there is no mutual TLS.
            request["MutualTlsAuthentication"] = (
                _MUTUAL_TLS.request(blocks) if blocks else {"TruststoreUri": ""}
            )
        if change.has("routing_mode"):
            request["RoutingMode"] = planned["routing_mode"]
        call.client().update_domain_name(DomainName=name, **request)
        _wait_until_available(call, name, "update")

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the domain."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Give the domain up."""
        call.client().delete_domain_name(DomainName=state["id"])


class ApiMapping(Part):
    """``aws_apigatewayv2_api_mapping``; its id is the one that the gateway gives."""

    type_name = "aws_apigatewayv2_api_mapping"
    replaces = ("api_id", "domain_name")
    owners = {"domain_name": "DomainName"}
    noun = "api_mapping"
    fields = {"api_id": "ApiId", "api_mapping_key": "ApiMappingKey", "stage": "Stage"}

    def changed_members(self, call: Call, change: Change) -> Values:
        """Name the API with every change."""
        return {"ApiId": change.planned["api_id"], **super().changed_members(call, change)}

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``API-MAPPING-ID/DOMAIN-NAME`` apart."""
        mapping, domain = identifier_parts(identifier, "API-MAPPING-ID/DOMAIN-NAME")
        return {"domain_name": domain, "id": mapping}


def _wait_until_available(call: Call, name: str, operation: str) -> None:
    def is_available() -> bool:
        found = call.client().get_domain_name(DomainName=name)
        return bool(found["DomainNameConfigurations"][0].get("DomainNameStatus") == "AVAILABLE")

    call.wait(is_available, awaited=f"the domain {name} to be available", operation=operation)
