"""APIs made from other ones, and models made into templates and flat schemas."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import POOL_ARN, Api, Gateway, patch, refusal


def model(api: Api, name: str, **schema: object) -> None:
    api.gateway.client.create_model(
        restApiId=api.id, name=name, contentType="application/json", schema=json.dumps(schema)
    )


def reference(api: Api, name: str) -> dict[str, str]:
    return {"$ref": f"https://apigateway.amazonaws.com/restapis/{api.id}/models/{name}"}


def test_a_template_writes_a_sample_of_a_model(gateway: Gateway) -> None:
    api = gateway.rest_api()
    model(api, "Pet", type="object", properties={"id": {"type": "integer"}, "sold": {}})
    model(
        api,
        "Order",
        type="object",
        properties={
            "currency": {"enum": ["EUR", "USD"]},
            "pet": reference(api, "Pet"),
            "amount": {"type": "number"},
        },
    )
    answer = gateway.client.get_model_template(restApiId=api.id, modelName="Order")

    assert answer["value"].splitlines() == [
        "#set($inputRoot = $input.path('$'))",
        "{",
        '  "currency" : "EUR",',
        '  "pet" : {',
        '    "id" : 42,',
        '    "sold" : { }',
        "  },",
        '  "amount" : 3.149',
        "}",
    ]


def test_a_template_of_a_model_that_contains_itself_ends(gateway: Gateway) -> None:
    api = gateway.rest_api()
    model(api, "Node", type="object", properties={"next": reference(api, "Node")})

    answer = gateway.client.get_model_template(restApiId=api.id, modelName="Node")

    assert answer["value"].count('"next"') > 1


def test_a_flat_schema_has_the_models_it_refers_to(gateway: Gateway) -> None:
    api = gateway.rest_api()
    model(api, "House", type="object", properties={"owner": reference(api, "Person")})
    model(api, "Person", type="object", properties={"house": reference(api, "House")})
    model(api, "Town", type="array", items=reference(api, "House"))
    answer = gateway.client.get_model(restApiId=api.id, modelName="Town", flatten=True)

    assert json.loads(answer["schema"]) == {
        "type": "array",
        "items": {"$ref": "#/definitions/House"},
        "definitions": {
            "House": {"type": "object", "properties": {"owner": {"$ref": "#/definitions/Person"}}},
            "Person": {"type": "object", "properties": {"house": {"$ref": "#/definitions/House"}}},
        },
    }


def test_a_copy_answers_as_its_source_and_shares_nothing_with_it(gateway: Gateway) -> None:
    client = gateway.client
    source = gateway.rest_api(binaryMediaTypes=["image/png"])
    model(source, "Pet", type="object", properties={"id": {"type": "integer"}})
    model(source, "Pets", type="array", items=reference(source, "Pet"))
    authorizer = client.create_authorizer(
        restApiId=source.id, name="pool", type="COGNITO_USER_POOLS", providerARNs=[POOL_ARN]
    )["id"]
    validator = client.create_request_validator(
        restApiId=source.id, name="body", validateRequestBody=True
    )["id"]
    source.method(
        "/pets/{id}",
        authorizationType="COGNITO_USER_POOLS",
        authorizerId=authorizer,
        requestValidatorId=validator,
    )
    created = client.create_rest_api(name="copy", cloneFrom=source.id)
    copy = Api(gateway, created["id"], created["rootResourceId"])

    assert created["binaryMediaTypes"] == ["image/png"]
    assert client.get_model(restApiId=copy.id, modelName="Pets")["schema"] == json.dumps(
        {"type": "array", "items": reference(copy, "Pet")}
    )
    method = client.get_method(
        restApiId=copy.id, resourceId=copy.resource("/pets/{id}"), httpMethod="GET"
    )
    (own,) = client.get_authorizers(restApiId=copy.id)["items"]
    assert method["authorizerId"] == own["id"] != authorizer
    assert method["requestValidatorId"] != validator
    assert method["methodIntegration"]["cacheNamespace"] == copy.resource("/pets/{id}")

    client.update_method(
        restApiId=copy.id,
        resourceId=copy.resource("/pets/{id}"),
        httpMethod="GET",
        patchOperations=[patch("replace", "/authorizationType", "NONE")],
    )
    copy.deploy()
    assert copy.call("/pets/7").body == b"ok"
    client.delete_rest_api(restApiId=copy.id)
    assert len(client.get_authorizers(restApiId=source.id)["items"]) == 1


def test_there_is_nothing_to_copy_of_an_api_that_is_missing(gateway: Gateway) -> None:
    with pytest.raises(ClientError) as caught:
        gateway.client.create_rest_api(name="copy", cloneFrom="missing")

    assert refusal(caught)[0] == "NotFoundException"
