"""Custom domain names, their base path mappings, and requests to them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localtender.edge.protocol.messages import HttpRequest
from tests.unit.edge.gateway.in_process import REGION, Answer, Api, Gateway, refusal, shape

DOMAIN = "api.example.com"
CERTIFICATE = f"arn:aws:acm:{REGION}:111122223333:certificate/c"


def create(gateway: Gateway, **parameters: Any) -> dict[str, Any]:
    parameters.setdefault("regionalCertificateArn", CERTIFICATE)
    parameters.setdefault("endpointConfiguration", {"types": ["REGIONAL"]})
    return shape(gateway.client.create_domain_name(domainName=DOMAIN, **parameters))


def mapped(gateway: Gateway, api: Api, **parameters: Any) -> dict[str, Any]:
    return shape(
        gateway.client.create_base_path_mapping(domainName=DOMAIN, restApiId=api.id, **parameters)
    )


def api_at(gateway: Gateway, **parameters: Any) -> Api:
    api = gateway.rest_api(**parameters)
    api.method("/a")
    api.deploy()
    return api


def call(gateway: Gateway, raw_path: str, host: str = DOMAIN) -> Answer | None:
    route = gateway.service.route_domain(host, raw_path)
    if route is None:
        return None
    request = HttpRequest(
        method="GET",
        raw_path=raw_path,
        query=(),
        headers=(("Host", host),),
        body=b"",
        source_ip="203.0.113.7",
        http_version="1.1",
        scheme="http",
        request_id=str(uuid.uuid4()),
    )
    response = gateway.run(
        gateway.service.execute(
            request,
            api_id=route.api_id,
            stage=route.stage,
            path=route.path,
            domain=route,
        )
    )
    return Answer(response, request)


def status(gateway: Gateway, raw_path: str, host: str = DOMAIN) -> int | None:
    answer = call(gateway, raw_path, host)
    return None if answer is None else answer.status


def test_a_regional_domain_has_a_target_of_its_own(gateway: Gateway) -> None:
    answer = create(gateway)

    assert answer["domainName"] == DOMAIN
    assert answer["regionalDomainName"].endswith(f".execute-api.{REGION}.amazonaws.com")
    assert answer["domainNameStatus"] == "AVAILABLE"
    assert answer["securityPolicy"] == "TLS_1_2"
    assert "distributionDomainName" not in answer


def test_an_edge_domain_has_a_distribution(gateway: Gateway) -> None:
    answer = create(gateway, endpointConfiguration={"types": ["EDGE"]}, certificateArn=CERTIFICATE)

    assert answer["distributionDomainName"].endswith(".cloudfront.net")


def test_a_domain_keeps_its_trust_store_until_that_is_removed(gateway: Gateway) -> None:
    trust = {"truststoreUri": "s3://trust/a.pem", "truststoreVersion": "1"}
    owner = f"{CERTIFICATE}-owner"
    created = create(
        gateway,
        mutualTlsAuthentication=trust,
        ownershipVerificationCertificateArn=owner,
        routingMode="ROUTING_RULE_ONLY",
    )
    assert created["mutualTlsAuthentication"] == trust
    assert created["ownershipVerificationCertificateArn"] == owner
    assert created["routingMode"] == "ROUTING_RULE_ONLY"

    def changed(path: str, value: str) -> dict[str, Any]:
        patches = [{"op": "replace", "path": path, "value": value}]
        client = gateway.client
        return shape(client.update_domain_name(domainName=DOMAIN, patchOperations=patches))

    moved = changed("/mutualTlsAuthentication/truststoreUri", "s3://trust/b.pem")
    assert moved["mutualTlsAuthentication"] == trust | {"truststoreUri": "s3://trust/b.pem"}
    later = changed("/mutualTlsAuthentication/truststoreVersion", "2")
    assert later["mutualTlsAuthentication"]["truststoreVersion"] == "2"
    dual = changed("/endpointConfiguration/ipAddressType", "dualstack")
    assert dual["endpointConfiguration"] == {"types": ["REGIONAL"], "ipAddressType": "dualstack"}
    without = changed("/mutualTlsAuthentication/truststoreUri", "")
    assert "mutualTlsAuthentication" not in without
    with pytest.raises(ClientError, match="truststore URI"):
        changed("/mutualTlsAuthentication/truststoreVersion", "3")


def test_a_missing_domain_is_not_found(gateway: Gateway) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.get_domain_name(domainName=DOMAIN)

    assert refusal(caught) == ("NotFoundException", "Invalid domain name identifier specified")


def test_a_mapping_without_a_path_is_of_the_whole_domain(gateway: Gateway) -> None:
    create(gateway)
    api = api_at(gateway)

    assert mapped(gateway, api, stage="dev") == {
        "basePath": "(none)",
        "restApiId": api.id,
        "stage": "dev",
    }


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"restApiId": "missing"}, "Invalid REST API identifier specified"),
        ({"stage": "missing"}, "Invalid stage identifier specified"),
    ],
)
def test_a_mapping_needs_its_api_and_stage(
    gateway: Gateway, parameters: dict[str, str], message: str
) -> None:
    create(gateway)
    given = {"domainName": DOMAIN, "restApiId": api_at(gateway).id, **parameters}
    with pytest.raises(ClientError) as caught:
        gateway.client.create_base_path_mapping(**given)

    assert refusal(caught) == ("BadRequestException", message)


def test_a_base_path_is_mapped_once(gateway: Gateway) -> None:
    create(gateway)
    api = api_at(gateway)
    mapped(gateway, api, basePath="v1")
    with pytest.raises(ClientError) as caught:
        mapped(gateway, api, basePath="v1")

    assert refusal(caught) == (
        "ConflictException",
        "Base path already exists for this domain name",
    )


def test_requests_are_told_by_their_host(gateway: Gateway) -> None:
    create(gateway)
    mapped(gateway, api_at(gateway), stage="dev")

    assert status(gateway, "/a", f"{DOMAIN.upper()}:4566") == 200
    assert status(gateway, "/b") == 403
    assert status(gateway, "/a", "other.example.com") is None


def test_the_longest_base_path_is_taken(gateway: Gateway) -> None:
    create(gateway)
    mapped(gateway, api_at(gateway), stage="dev", basePath="v1")

    assert status(gateway, "/v1/a") == 200
    assert status(gateway, "/a") == 403


def test_a_mapping_without_a_stage_takes_it_from_the_path(gateway: Gateway) -> None:
    create(gateway)
    mapped(gateway, api_at(gateway), basePath="v1")

    assert status(gateway, "/v1/dev/a") == 200
    assert status(gateway, "/v1/a") == 403


def test_an_event_has_the_domain_and_the_whole_path(gateway: Gateway) -> None:
    create(gateway)
    mapped(gateway, api_at(gateway), stage="dev", basePath="v1")
    call(gateway, "/v1/a")

    (event,) = gateway.functions.events
    assert (event["path"], event["resource"]) == ("/v1/a", "/a")
    assert event["requestContext"]["path"] == "/v1/a"
    assert event["requestContext"]["domainName"] == DOMAIN
    assert event["requestContext"]["domainPrefix"] == "api"


def test_a_domain_serves_an_api_without_an_endpoint_of_its_own(gateway: Gateway) -> None:
    create(gateway)
    api = api_at(gateway, disableExecuteApiEndpoint=True)
    mapped(gateway, api, stage="dev")

    assert api.call("/a").status == 403
    assert status(gateway, "/a") == 200


def test_a_mapping_can_be_moved_and_removed(gateway: Gateway) -> None:
    create(gateway)
    mapped(gateway, api_at(gateway), stage="dev", basePath="v1")
    moved = gateway.client.update_base_path_mapping(
        domainName=DOMAIN,
        basePath="v1",
        patchOperations=[{"op": "replace", "path": "/basePath", "value": "v2"}],
    )
    assert moved["basePath"] == "v2"
    assert status(gateway, "/v2/a") == 200

    gateway.client.delete_base_path_mapping(domainName=DOMAIN, basePath="v2")
    assert gateway.client.get_base_path_mappings(domainName=DOMAIN)["items"] == []
    gateway.client.delete_domain_name(domainName=DOMAIN)
    assert status(gateway, "/v2/a") is None
