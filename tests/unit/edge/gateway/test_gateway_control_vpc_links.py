"""VPC links, as recorded in LocalStack's `test_apigateway_api.snapshot.json`."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import Gateway, patch, refusal, shape

TARGET = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/nlb/1234567890abcdef"
READY = {"status": "AVAILABLE", "statusMessage": "Your vpc link is ready for use"}


def test_a_vpc_link_lives(gateway: Gateway) -> None:
    client = gateway.client
    created = client.create_vpc_link(name="link", targetArns=[TARGET])
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 202
    link = shape(created)
    members = {"id": link["id"], "name": "link", "targetArns": [TARGET]}
    assert link == {**members, "status": "PENDING"}
    assert shape(client.get_vpc_link(vpcLinkId=link["id"])) == {**members, **READY, "tags": {}}
    assert shape(client.get_vpc_links()) == {"items": [{**members, **READY}]}

    updated = client.update_vpc_link(
        vpcLinkId=link["id"], patchOperations=[patch("replace", "/name", "link-updated")]
    )
    assert shape(updated) == {**members, **READY, "name": "link-updated", "tags": {}}

    deleted = client.delete_vpc_link(vpcLinkId=link["id"])
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert client.get_vpc_links()["items"] == []


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"name": "link", "targetArns": ["invalid-arn"]},
            "Invalid ARN. ARN is not well formed invalid-arn",
        ),
        ({"name": "", "targetArns": [TARGET]}, "Name cannot be empty"),
    ],
)
def test_a_vpc_link_that_leads_nowhere_is_refused(
    gateway: Gateway, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.create_vpc_link(**parameters)

    assert refusal(caught) == ("BadRequestException", message)


@pytest.mark.parametrize("operation", ["get_vpc_link", "delete_vpc_link", "update_vpc_link"])
def test_a_vpc_link_that_is_missing_is_told(gateway: Gateway, operation: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(gateway.client, operation)(vpcLinkId="missing")

    assert refusal(caught) == ("NotFoundException", "Invalid Vpc Link identifier specified")


def test_a_vpc_link_that_a_stage_uses_stays(gateway: Gateway) -> None:
    link = gateway.client.create_vpc_link(name="link", targetArns=[TARGET])["id"]
    api = gateway.rest_api()
    method = {"restApiId": api.id, "resourceId": api.root_id, "httpMethod": "GET"}
    gateway.client.put_method(**method, authorizationType="NONE")
    gateway.client.put_integration(
        **method,
        type="HTTP_PROXY",
        integrationHttpMethod="GET",
        uri="http://nlb.example.com",
        connectionType="VPC_LINK",
        connectionId=link,
    )
    api.deploy()
    with pytest.raises(ClientError) as caught:
        gateway.client.delete_vpc_link(vpcLinkId=link)

    assert refusal(caught) == (
        "BadRequestException",
        f"Cannot delete vpc link. Vpc link '{link}', is referenced in [GET:{api.root_id}:dev] in "
        "format of [Method:Resource:Stage].",
    )


def test_links_certificates_and_domains_can_be_tagged_by_arn(gateway: Gateway) -> None:
    client = gateway.client
    link = client.create_vpc_link(name="link", targetArns=[TARGET])["id"]
    certificate = client.generate_client_certificate()["clientCertificateId"]
    client.create_domain_name(
        domainName="pay.example.com",
        certificateArn="arn:aws:acm:us-east-1:111122223333:certificate/c",
    )
    for path in (
        f"vpclinks/{link}",
        f"clientcertificates/{certificate}",
        "domainnames/pay.example.com",
    ):
        arn = f"arn:aws:apigateway:eu-west-1::/{path}"
        client.tag_resource(resourceArn=arn, tags={"team": "pay", "stage": "dev"})
        client.untag_resource(resourceArn=arn, tagKeys=["stage"])
        assert client.get_tags(resourceArn=arn)["tags"] == {"team": "pay"}

    assert client.get_vpc_link(vpcLinkId=link)["tags"] == {"team": "pay"}
