"""What is exported with all extensions is, imported again, the same API."""

from __future__ import annotations

import json

import pytest

from tests.unit.edge.gateway.a_full_definition import DEFINITION, content
from tests.unit.edge.gateway.in_process import Gateway, patch


@pytest.fixture
def api_id(gateway: Gateway) -> str:
    identifier: str = gateway.client.import_rest_api(body=json.dumps(DEFINITION))["id"]
    gateway.client.create_deployment(restApiId=identifier, stageName="dev")
    gateway.client.update_stage(
        restApiId=identifier,
        stageName="dev",
        patchOperations=[patch("replace", "/documentationVersion", "v1")],
    )
    return identifier


@pytest.mark.parametrize("kind", ["oas30", "swagger"])
@pytest.mark.parametrize("accepts", ["application/json", "application/yaml"])
def test_an_export_is_the_api(gateway: Gateway, api_id: str, kind: str, accepts: str) -> None:
    exported = gateway.client.get_export(
        restApiId=api_id,
        stageName="dev",
        exportType=kind,
        accepts=accepts,
        parameters={"extensions": "apigateway"},
    )["body"].read()
    again = gateway.client.import_rest_api(body=exported, failOnWarnings=True)["id"]

    assert content(gateway, again) == content(gateway, api_id)


@pytest.mark.parametrize("mode", ["merge", "overwrite"])
def test_putting_an_export_over_its_api_changes_nothing(
    gateway: Gateway, api_id: str, mode: str
) -> None:
    exported = gateway.client.get_export(
        restApiId=api_id,
        stageName="dev",
        exportType="oas30",
        parameters={"extensions": "apigateway"},
    )["body"].read()
    before = content(gateway, api_id)
    gateway.client.put_rest_api(restApiId=api_id, mode=mode, body=exported)

    assert content(gateway, api_id) == before


def test_each_part_comes_by_its_extension(gateway: Gateway, api_id: str) -> None:
    def tops(extensions: str) -> set[str]:
        answer = gateway.client.get_export(
            restApiId=api_id,
            stageName="dev",
            exportType="oas30",
            parameters={"extensions": extensions},
        )
        document = json.loads(answer["body"].read())
        return {name for name in document if name.startswith("x-amazon-apigateway-")}

    assert tops("integrations") == set()
    assert tops("validators,documentation") == {
        "x-amazon-apigateway-request-validators",
        "x-amazon-apigateway-documentation",
    }
    assert tops("gatewayresponses") == {"x-amazon-apigateway-gateway-responses"}
