"""Documentation, client certificates, usage and cache operations."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from cryptography import x509

from tests.unit.edge.gateway.in_process import Gateway, patch, refusal, shape

PROPERTIES = json.dumps({"description": "Pays"})


def test_a_part_is_about_a_place(gateway: Gateway) -> None:
    api = gateway.rest_api()
    created = shape(
        gateway.client.create_documentation_part(
            restApiId=api.id,
            location={"type": "METHOD", "path": "/a"},
            properties=PROPERTIES,
        )
    )

    assert created == {
        "id": created["id"],
        "location": {"type": "METHOD", "path": "/a", "method": "*"},
        "properties": PROPERTIES,
    }
    (listed,) = gateway.client.get_documentation_parts(restApiId=api.id)["items"]
    assert listed == created


def test_a_place_has_one_part(gateway: Gateway) -> None:
    api = gateway.rest_api()
    given = {"restApiId": api.id, "location": {"type": "API"}, "properties": PROPERTIES}
    gateway.client.create_documentation_part(**given)
    with pytest.raises(ClientError) as caught:
        gateway.client.create_documentation_part(**given)

    assert refusal(caught)[0] == "ConflictException"


@pytest.mark.parametrize(
    "location",
    [{"type": "API", "path": "/"}, {"type": "QUERY_PARAMETER", "path": "/"}],
)
def test_a_place_that_is_none_is_refused(gateway: Gateway, location: dict[str, str]) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.create_documentation_part(
            restApiId=gateway.rest_api().id, location=location, properties=PROPERTIES
        )

    assert refusal(caught)[0] == "BadRequestException"


def test_a_parts_properties_can_be_replaced_and_nothing_else(gateway: Gateway) -> None:
    api = gateway.rest_api()
    part_id = gateway.client.create_documentation_part(
        restApiId=api.id, location={"type": "API"}, properties=PROPERTIES
    )["id"]
    where = {"restApiId": api.id, "documentationPartId": part_id}
    changed = gateway.client.update_documentation_part(
        **where, patchOperations=[patch("replace", "/properties", '{"a": 1}')]
    )
    assert changed["properties"] == '{"a": 1}'

    with pytest.raises(ClientError) as caught:
        gateway.client.update_documentation_part(
            **where, patchOperations=[patch("replace", "/location", "x")]
        )
    assert refusal(caught) == (
        "BadRequestException",
        "Invalid patch path  '/location' specified for op 'replace'. Must be one of: [/properties]",
    )


def test_a_missing_part_is_not_found(gateway: Gateway) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.get_documentation_part(
            restApiId=gateway.rest_api().id, documentationPartId="abc123"
        )

    assert refusal(caught) == (
        "NotFoundException",
        "Invalid Documentation part identifier specified",
    )


def test_a_version_keeps_the_parts_for_a_stage(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/")
    api.deploy()
    answer = shape(
        gateway.client.create_documentation_version(
            restApiId=api.id, documentationVersion="1", stageName="dev", description="first"
        )
    )

    assert (answer["version"], answer["description"]) == ("1", "first")
    stage = gateway.client.get_stage(restApiId=api.id, stageName="dev")
    assert stage["documentationVersion"] == "1"


def test_parts_are_imported_with_a_definition(gateway: Gateway) -> None:
    documentation = {
        "version": "7",
        "documentationParts": [
            {"location": {"type": "API"}, "properties": {"description": "Pays"}},
            {"location": {"type": "MODEL", "name": "Payment"}, "properties": {"description": "P"}},
        ],
    }
    definition = {
        "openapi": "3.0.1",
        "info": {"title": "payments"},
        "paths": {},
        "x-amazon-apigateway-documentation": documentation,
    }
    api_id = gateway.client.import_rest_api(body=json.dumps(definition))["id"]

    parts = gateway.client.get_documentation_parts(restApiId=api_id)["items"]
    assert [part["location"]["type"] for part in parts] == ["API", "MODEL"]
    versions = gateway.client.get_documentation_versions(restApiId=api_id)["items"]
    assert [version["version"] for version in versions] == ["7"]

    other = gateway.rest_api()
    answer = gateway.client.import_documentation_parts(
        restApiId=other.id, body=json.dumps(definition)
    )
    assert len(answer["ids"]) == 2


def test_a_client_certificate_is_a_real_one(gateway: Gateway) -> None:
    made = gateway.client.generate_client_certificate(description="own")

    certificate = x509.load_pem_x509_certificate(made["pemEncodedCertificate"].encode())
    assert certificate.not_valid_after_utc == made["expirationDate"]
    found = gateway.client.get_client_certificate(clientCertificateId=made["clientCertificateId"])
    assert found["description"] == "own"
    gateway.client.delete_client_certificate(clientCertificateId=made["clientCertificateId"])
    assert gateway.client.get_client_certificates()["items"] == []


def test_usage_counts_by_key_and_day(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/", apiKeyRequired=True)
    api.deploy()
    key = gateway.client.create_api_key(name="k", enabled=True)
    plan_id = gateway.client.create_usage_plan(
        name="p",
        apiStages=[{"apiId": api.id, "stage": "dev"}],
        quota={"limit": 3, "period": "MONTH"},
    )["id"]
    gateway.client.create_usage_plan_key(usagePlanId=plan_id, keyId=key["id"], keyType="API_KEY")
    headers = {"x-api-key": key["value"]}
    for _ in range(2):
        assert api.call("/", headers=headers).status == 200

    today = datetime.now(UTC).date().isoformat()
    usage = shape(gateway.client.get_usage(usagePlanId=plan_id, startDate=today, endDate=today))
    assert usage == {
        "usagePlanId": plan_id,
        "startDate": today,
        "endDate": today,
        "items": {key["id"]: [[2, 1]]},
    }

    changed = gateway.client.update_usage(
        usagePlanId=plan_id,
        keyId=key["id"],
        patchOperations=[patch("replace", "/remaining", "0")],
    )
    assert changed["items"] == {key["id"]: [[2, 0]]}
    assert api.call("/", headers=headers).status == 429


def test_caches_of_a_stage_can_be_flushed(gateway: Gateway) -> None:
    api = gateway.rest_api()
    api.method("/")
    api.deploy()

    for flush in (gateway.client.flush_stage_cache, gateway.client.flush_stage_authorizers_cache):
        assert flush(restApiId=api.id, stageName="dev")["ResponseMetadata"]["HTTPStatusCode"] == 202
        with pytest.raises(ClientError) as caught:
            flush(restApiId=api.id, stageName="missing")
        assert refusal(caught) == ("NotFoundException", "Invalid stage identifier specified")
