"""Mapping of requests and answers: templates, parameters, overrides."""

from __future__ import annotations

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.mapped_api import (
    custom_lambda,
    http_backend,
    mapped,
    mock,
    with_template,
)
from tests.integration.conformance.observing import said
from tests.integration.conformance.row import Area

AREA = Area("API Gateway: mapping templates and parameters")


@AREA.row("MOCK: the template's status chooses the response", aws="201 made", source=docs.MOCK)
def mock_status(lab: Laboratory) -> str:
    answers = (
        {"status": "200"},
        {"status": "201", "selectionPattern": "201", **with_template("made")},
    )
    return said(mapped(lab, mock('{"statusCode": 201}'), *answers).post("/"))


@AREA.row(
    "A template's `$input.path` and `$input.json` of the request",
    aws='200 {"name": "Ada", "all": {"name": "Ada"}}',
    source=docs.TEMPLATE_VARIABLES,
)
def input_of_request(lab: Laboratory) -> str:
    # The function answers the event itself: what the request template made.
    request = """{"name": "$input.path('$.name')", "all": $input.json('$')}"""
    return said(
        mapped(lab, custom_lambda(lab, request), {"status": "200"}).post("/", json={"name": "Ada"})
    )


@AREA.row(
    "`$input.params` takes a path variable, a query parameter and a header",
    aws='200 ["1", "2", "3"]',
    source=docs.TEMPLATE_VARIABLES,
)
def input_params(lab: Laboratory) -> str:
    template = """["$input.params('p')", "$input.params('q')", "$input.params('H')"]"""
    api = mapped(lab, mock(), {"status": "200", **with_template(template)}, route="GET /a/{p}")
    return said(api.get("/a/1?q=2", headers={"H": "3"}))


@AREA.row(
    "`$util.escapeJavaScript`, `urlEncode` and `base64Encode`",
    aws='200 ["a\\"b", "a+b%26", "YQ=="]',
    source=docs.TEMPLATE_VARIABLES,
)
def template_functions(lab: Laboratory) -> str:
    template = (
        """["$util.escapeJavaScript('a"b')", "$util.urlEncode('a b&')", """
        """"$util.base64Encode('a')"]"""
    )
    return said(mapped(lab, mock(), {"status": "200", **with_template(template)}).post("/"))


@AREA.row(
    "`#foreach`, `#set` and `#if` of the template language",
    aws="200 [1, 2, 3]",
    source=docs.MAPPING_TEMPLATES,
)
def template_directives(lab: Laboratory) -> str:
    template = "#set($all = [1, 2, 3])[#foreach($n in $all)$n#if($foreach.hasNext),#end#end]"
    return said(mapped(lab, mock(), {"status": "200", **with_template(template)}).post("/"))


@AREA.row(
    "`$context` and `$stageVariables` in a template",
    aws='200 ["live", "POST", "red"]',
    source=docs.TEMPLATE_VARIABLES,
)
def context_in_template(lab: Laboratory) -> str:
    template = '["$context.stage", "$context.httpMethod", "$stageVariables.colour"]'
    api = mapped(lab, mock(), {"status": "200", **with_template(template)})
    api.change_stage(variables__colour="red")
    return said(api.post("/"))


@AREA.row(
    "`$context.responseOverride` sets status and header",
    aws="418, X-Own: a",
    source=docs.OVERRIDES,
)
def response_override(lab: Laboratory) -> str:
    template = (
        "#set($context.responseOverride.status = 418)"
        '#set($context.responseOverride.header.X-Own = "a")'
    )
    answer = mapped(lab, mock(), {"status": "200", **with_template(template)}).post("/")
    return f"{answer.status_code}, X-Own: {answer.headers.get('X-Own')}"


@AREA.row(
    "CORS: a browser's preflight is answered by MOCK",
    aws="200 (empty), *, GET,OPTIONS, x-api-key",
    source=docs.CORS,
)
def preflight(lab: Laboratory) -> str:
    allowed = {"Origin": "'*'", "Methods": "'GET,OPTIONS'", "Headers": "'x-api-key'"}
    headers = {f"Access-Control-Allow-{name}": value for name, value in allowed.items()}
    api = mapped(lab, mock(), {"status": "200", "headers": headers}, route="OPTIONS /")
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    answer = api.call("OPTIONS", "/", headers=asked)
    return ", ".join([said(answer), *(answer.headers.get(name, "-") for name in headers)])


@AREA.row(
    "A header is mapped from the query by `requestParameters`",
    aws="red",
    source=docs.PARAMETER_MAPPING,
)
def mapped_header(lab: Laboratory) -> str:
    integration = {
        "type": "HTTP_PROXY",
        "integrationHttpMethod": "GET",
        "uri": f"{http_backend(lab)}/",
        "requestParameters": {
            "integration.request.header.X-Colour": "method.request.querystring.colour"
        },
    }
    api = mapped(
        lab,
        integration,
        route="GET /",
        requestParameters={"method.request.querystring.colour": False},
    )
    headers = api.get("/?colour=red").json()["headers"]
    named = {name.lower(): value for name, value in headers.items()}
    return str(named.get("x-colour", "no such header"))


@AREA.row(
    "A header of the answer is mapped from the integration's body",
    aws="7",
    source=docs.PARAMETER_MAPPING,
)
def mapped_answer_header(lab: Laboratory) -> str:
    answer = {"status": "200", "headers": {"X-Own": "integration.response.body.id"}}
    api = mapped(lab, custom_lambda(lab), answer)
    told = api.post("/", json={"result": {"id": "7"}})
    return told.headers.get("X-Own", "no such header")
