"""Request validators: bodies by their models, required parameters."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import MOCK, Laboratory
from tests.integration.conformance.observing import said
from tests.integration.conformance.row import Area
from tests.rest_api_workshop import DeployedRestApi

AREA = Area("API Gateway: request validation")

BAD_BODY = '400 {"message": "Invalid request body"}'
DRAFT_4 = "http://json-schema.org/draft-04/schema#"


def validating_api(lab: Laboratory) -> DeployedRestApi:
    """A shared API: `POST /` wants an Order, the header X-Tenant and the query's page."""

    def make() -> DeployedRestApi:
        shared = lab.shared
        api = shared.rest_api({})
        models = f"https://apigateway.amazonaws.com/restapis/{api.id}/models"
        schemas: dict[str, Any] = {
            "Count": {"$schema": DRAFT_4, "type": "integer", "minimum": 1},
            "Order": {
                "$schema": DRAFT_4,
                "type": "object",
                "required": ["count"],
                "properties": {
                    "count": {"$ref": f"{models}/Count"},
                    "colour": {"enum": ["red", "blue"]},
                },
                "additionalProperties": False,
            },
        }
        for name, schema in schemas.items():
            shared.gateway.create_model(
                restApiId=api.id,
                name=name,
                contentType="application/json",
                schema=json.dumps(schema),
            )
        validator = shared.gateway.create_request_validator(
            restApiId=api.id, name="all", validateRequestBody=True, validateRequestParameters=True
        )
        api.method(
            "POST /",
            MOCK,
            requestValidatorId=validator["id"],
            requestModels={"application/json": "Order"},
            requestParameters={
                "method.request.header.X-Tenant": True,
                "method.request.querystring.page": True,
                "method.request.querystring.size": False,
            },
        )
        shared.answers(api, "POST /", "200")
        api.deploy()
        return api

    return lab.stack.keep("validating API", make)


def _body_row(behaviour: str, body: str, aws: str, content_type: str = "application/json") -> None:
    def probe(lab: Laboratory) -> str:
        headers = {"Content-Type": content_type, "X-Tenant": "t"}
        answer = validating_api(lab).post("/?page=1", data=body, headers=headers)
        return "200" if answer.status_code == 200 else said(answer)

    probe.__name__ = behaviour
    AREA.row(behaviour, aws=aws, source=docs.VALIDATION)(probe)


_body_row("A body as its model wants it", '{"count": 1, "colour": "red"}', "200")
_body_row("A body that another model, by `$ref`, refuses", '{"count": 0}', BAD_BODY)
_body_row("A body without a required member", "{}", BAD_BODY)
_body_row("A body with a member of another type", '{"count": "1"}', BAD_BODY)
_body_row("A body with a value that is not in the `enum`", '{"count": 1, "colour": "x"}', BAD_BODY)
_body_row("A body with an additional member", '{"count": 1, "other": 1}', BAD_BODY)
_body_row("A body that is no JSON", "{", BAD_BODY)
_body_row("No body", "", BAD_BODY)


def _parameters_row(
    behaviour: str, aws: str, path: str = "/", headers: dict[str, str] | None = None
) -> None:
    def probe(lab: Laboratory) -> str:
        answer = validating_api(lab).post(path, json={"count": 1}, headers=headers)
        return "200" if answer.status_code == 200 else said(answer)

    probe.__name__ = behaviour
    AREA.row(behaviour, aws=aws, source=docs.VALIDATION)(probe)


_parameters_row(
    "A required query parameter is missing",
    '400 {"message": "Missing required request parameters: [page]"}',
    headers={"X-Tenant": "t"},
)
_parameters_row(
    "A required header is missing",
    '400 {"message": "Missing required request parameters: [X-Tenant]"}',
    path="/?page=1",
)
_parameters_row(
    "A required query parameter is empty",
    '400 {"message": "Missing required request parameters: [page]"}',
    path="/?page=",
    headers={"X-Tenant": "t"},
)


@AREA.row(
    "An invalid body by `$context.error.validationErrorString` of a gateway response",
    aws='400 {"errors": "[numeric instance is lower than the required minimum '
    '(minimum: 1, found: 0)]"}',
    source=docs.VALIDATION,
)
def error_string(lab: Laboratory) -> str:
    api = lab.rest_api({})
    schema = {"$schema": DRAFT_4, "type": "integer", "minimum": 1}
    lab.gateway.create_model(
        restApiId=api.id,
        name="Count",
        contentType="application/json",
        schema=json.dumps(schema),
    )
    validator = lab.gateway.create_request_validator(
        restApiId=api.id, name="body", validateRequestBody=True
    )
    lab.gateway.put_gateway_response(
        restApiId=api.id,
        responseType="BAD_REQUEST_BODY",
        responseTemplates={
            "application/json": '{"errors": "$context.error.validationErrorString"}'
        },
    )
    api.method(
        "POST /",
        MOCK,
        requestValidatorId=validator["id"],
        requestModels={"application/json": "Count"},
    )
    api.deploy()
    return said(api.post("/", json=0))


@AREA.row(
    "A validator that checks parameters only lets any body pass", aws="200", source=docs.VALIDATION
)
def parameters_only(lab: Laboratory) -> str:
    api = lab.rest_api({})
    lab.gateway.create_model(
        restApiId=api.id, name="Never", contentType="application/json", schema='{"not": {}}'
    )
    validator = lab.gateway.create_request_validator(
        restApiId=api.id, name="parameters", validateRequestParameters=True
    )
    api.method(
        "POST /",
        MOCK,
        requestValidatorId=validator["id"],
        requestModels={"application/json": "Never"},
    )
    lab.answers(api, "POST /", "200")
    api.deploy()
    return str(api.post("/", json={}).status_code)
