from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.edge.gateway.in_process import (
    Api,
    Gateway,
    patch,
    refusal,
    shape,
)


@pytest.fixture
def api(gateway: Gateway) -> Api:
    return gateway.rest_api()


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        ({"name": ""}, "BadRequestException", "Model name must be non-empty"),
        ({"name": "a-b"}, "BadRequestException", "Model name must be alphanumeric: a-b"),
        ({"name": "Empty"}, "ConflictException", "Model name already exists for this REST API"),
        (
            {"schema": ""},
            "BadRequestException",
            "Model schema must have at least 1 property or array items defined",
        ),
        (
            {"schema": "{"},
            "BadRequestException",
            "Invalid model specified: Validation Result: warnings : [], errors : "
            "[Invalid model schema specified]",
        ),
        (
            {"schema": '{"type": "thing"}'},
            "BadRequestException",
            "Invalid model specified: Validation Result: warnings : [], errors : "
            "[Invalid model schema specified]",
        ),
        (
            # As reported for AWS in awslabs/aws-api-gateway-developer-portal#571.
            {"schema": '{"properties": {"a": {"example": 1}}, "items": [{"nullable": true}]}'},
            "BadRequestException",
            "Invalid model specified: Validation Result: warnings : [], errors : "
            '[Invalid model schema specified. Unsupported keyword(s): ["example", "nullable"]]',
        ),
    ],
)
def test_wrong_models_are_refused(
    gateway: Gateway, api: Api, parameters: dict[str, Any], code: str, message: str
) -> None:
    model = {
        "name": "Pet",
        "contentType": "application/json",
        "schema": '{"type": "object"}',
        **parameters,
    }
    with pytest.raises(ClientError) as caught:
        gateway.client.create_model(restApiId=api.id, **model)
    assert refusal(caught) == (code, message)


def test_a_model_in_use_stays(gateway: Gateway, api: Api) -> None:
    gateway.client.create_model(
        restApiId=api.id, name="Pet", contentType="application/json", schema='{"type": "object"}'
    )
    api.method("/pets", "POST", requestModels={"application/json": "Pet"})

    with pytest.raises(ClientError) as caught:
        gateway.client.delete_model(restApiId=api.id, modelName="Pet")

    assert refusal(caught) == (
        "ConflictException",
        "Cannot delete model 'Pet', is referenced in method request: /pets/POST",
    )


def test_a_validator_lives_and_dies(gateway: Gateway, api: Api) -> None:
    client = gateway.client
    made = client.create_request_validator(restApiId=api.id, name="all", validateRequestBody=True)
    place = {"restApiId": api.id, "requestValidatorId": made["id"]}

    changed = client.update_request_validator(
        **place, patchOperations=[patch("replace", "/validateRequestBody")]
    )
    assert shape(changed) == {
        "id": made["id"],
        "name": "all",
        "validateRequestBody": False,
        "validateRequestParameters": False,
    }
    with pytest.raises(ClientError) as caught:
        client.update_request_validator(**place, patchOperations=[patch("replace", "/x", "y")])
    assert refusal(caught)[1] == (
        "Invalid patch path  '/x' specified for op 'replace'. Must be one of: "
        "[/name, /validateRequestParameters, /validateRequestBody]"
    )
    client.delete_request_validator(**place)
    with pytest.raises(ClientError) as caught:
        client.get_request_validator(**place)
    assert refusal(caught) == (
        "NotFoundException",
        "Invalid Request Validator identifier specified",
    )
