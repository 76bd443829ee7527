"""Gateway responses of an API's own, for what goes wrong."""

from __future__ import annotations

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import MOCK, Laboratory
from tests.integration.conformance.mapped_api import (
    JSON,
)
from tests.integration.conformance.observing import said
from tests.integration.conformance.row import Area

AREA = Area("API Gateway: gateway responses")


@AREA.row(
    "A gateway response with a template, a status and a header",
    aws='404 {"who": "GET /nowhere"} with X-Own: a',
    source=docs.GATEWAY_RESPONSES,
)
def own_gateway_response(lab: Laboratory) -> str:
    api = lab.mock_api()
    lab.gateway.put_gateway_response(
        restApiId=api.id,
        responseType="MISSING_AUTHENTICATION_TOKEN",
        statusCode="404",
        responseParameters={"gatewayresponse.header.X-Own": "'a'"},
        responseTemplates={JSON: '{"who": "$context.httpMethod /nowhere"}'},
    )
    api.deploy()
    answer = api.get("/nowhere")
    return f"{said(answer)} with X-Own: {answer.headers.get('X-Own')}"


@AREA.row(
    "`DEFAULT_4XX` stands for the types that have no response of their own",
    aws="403 Forbidden (by default)",
    source=docs.GATEWAY_RESPONSES,
)
def default_gateway_response(lab: Laboratory) -> str:
    api = lab.rest_api({})
    api.method("GET /", MOCK, apiKeyRequired=True)
    lab.gateway.put_gateway_response(
        restApiId=api.id,
        responseType="DEFAULT_4XX",
        responseTemplates={JSON: "$context.error.message (by default)"},
    )
    api.deploy()
    return said(api.get("/"))


@AREA.row(
    "`DEFAULT_5XX` stands for a function's failure",
    aws='502 {"sorry": "Internal server error"}',
    source=docs.GATEWAY_RESPONSES,
)
def default_5xx(lab: Laboratory) -> str:
    api = lab.rest_api({"POST /": lab.obedient()})
    lab.gateway.put_gateway_response(
        restApiId=api.id,
        responseType="DEFAULT_5XX",
        responseTemplates={JSON: '{"sorry": "$context.error.message"}'},
    )
    api.deploy()
    return said(api.post("/", json={"raise": "x"}))


@AREA.row("A CORS header on errors by a gateway response", aws="*", source=docs.GATEWAY_RESPONSES)
def cors_on_errors(lab: Laboratory) -> str:
    api = lab.mock_api()
    lab.gateway.put_gateway_response(
        restApiId=api.id,
        responseType="DEFAULT_4XX",
        responseParameters={"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
    )
    api.deploy()
    return api.get("/nowhere").headers.get("Access-Control-Allow-Origin", "no such header")
