"""Integrations other than the Lambda proxy, and the mapping of requests and answers."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import MOCK, Laboratory
from tests.integration.conformance.observing import awaited, said
from tests.integration.conformance.row import Area
from tests.rest_api_workshop import DeployedRestApi
from tests.running_edge import free_port

AREA = Area("API Gateway: integrations and mapping")

JSON = "application/json"


def _mapped(
    lab: Laboratory,
    integration: dict[str, Any],
    *answers: dict[str, Any],
    route: str = "POST /",
    **method: Any,
) -> DeployedRestApi:
    """An API with one method; each answer is a status, perhaps with a pattern and templates."""
    api = lab.rest_api({})
    api.method(route, integration, **method)
    for answer in answers:
        given = dict(answer)
        lab.answers(api, route, given.pop("status"), given.pop("headers", None), **given)
    api.deploy()
    return api


def _template(text: str) -> dict[str, dict[str, str]]:
    return {"responseTemplates": {JSON: text}}


def _mock(request: str = '{"statusCode": 200}', **more: Any) -> dict[str, Any]:
    return {"type": "MOCK", "requestTemplates": {JSON: request}, **more}


@AREA.row("MOCK: the template's status chooses the response", aws="201 made", source=docs.MOCK)
def mock_status(lab: Laboratory) -> str:
    answers = ({"status": "200"}, {"status": "201", "selectionPattern": "201", **_template("made")})
    return said(_mapped(lab, _mock('{"statusCode": 201}'), *answers).post("/"))


@AREA.row(
    "A template's `$input.path` and `$input.json` of the request",
    aws='200 {"name": "Ada", "all": {"name": "Ada"}}',
    source=docs.TEMPLATE_VARIABLES,
)
def input_of_request(lab: Laboratory) -> str:
    # The function answers the event itself: what the request template made.
    request = """{"name": "$input.path('$.name')", "all": $input.json('$')}"""
    return said(
        _mapped(lab, _lambda(lab, request), {"status": "200"}).post("/", json={"name": "Ada"})
    )


@AREA.row(
    "`$input.params` takes a path variable, a query parameter and a header",
    aws='200 ["1", "2", "3"]',
    source=docs.TEMPLATE_VARIABLES,
)
def input_params(lab: Laboratory) -> str:
    template = """["$input.params('p')", "$input.params('q')", "$input.params('H')"]"""
    api = _mapped(lab, _mock(), {"status": "200", **_template(template)}, route="GET /a/{p}")
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
    return said(_mapped(lab, _mock(), {"status": "200", **_template(template)}).post("/"))


@AREA.row(
    "`#foreach`, `#set` and `#if` of the template language",
    aws="200 [1, 2, 3]",
    source=docs.MAPPING_TEMPLATES,
)
def template_directives(lab: Laboratory) -> str:
    template = "#set($all = [1, 2, 3])[#foreach($n in $all)$n#if($foreach.hasNext),#end#end]"
    return said(_mapped(lab, _mock(), {"status": "200", **_template(template)}).post("/"))


@AREA.row(
    "`$context` and `$stageVariables` in a template",
    aws='200 ["live", "POST", "red"]',
    source=docs.TEMPLATE_VARIABLES,
)
def context_in_template(lab: Laboratory) -> str:
    template = '["$context.stage", "$context.httpMethod", "$stageVariables.colour"]'
    api = _mapped(lab, _mock(), {"status": "200", **_template(template)})
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
    answer = _mapped(lab, _mock(), {"status": "200", **_template(template)}).post("/")
    return f"{answer.status_code}, X-Own: {answer.headers.get('X-Own')}"


@AREA.row(
    "CORS: a browser's preflight is answered by MOCK",
    aws="200 (empty), *, GET,OPTIONS, x-api-key",
    source=docs.CORS,
)
def preflight(lab: Laboratory) -> str:
    allowed = {"Origin": "'*'", "Methods": "'GET,OPTIONS'", "Headers": "'x-api-key'"}
    headers = {f"Access-Control-Allow-{name}": value for name, value in allowed.items()}
    api = _mapped(lab, _mock(), {"status": "200", "headers": headers}, route="OPTIONS /")
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    answer = api.call("OPTIONS", "/", headers=asked)
    return ", ".join([said(answer), *(answer.headers.get(name, "-") for name in headers)])


def _lambda(lab: Laboratory, request: str = "$input.json('$')", **more: Any) -> dict[str, Any]:
    return {**lab.obedient(), "type": "AWS", "requestTemplates": {JSON: request}, **more}


@AREA.row(
    "AWS: the function's result as it is without a response template",
    aws='200 {"a": 1}',
    source=docs.LAMBDA_CUSTOM,
)
def custom_result(lab: Laboratory) -> str:
    api = _mapped(lab, _lambda(lab), {"status": "200"})
    return said(api.post("/", json={"result": {"a": 1}}))


@AREA.row(
    "AWS: a response template of the function's result",
    aws='200 {"first": "x"}',
    source=docs.LAMBDA_CUSTOM,
)
def custom_template(lab: Laboratory) -> str:
    template = """{"first": "$input.path('$.items[0].name')"}"""
    api = _mapped(lab, _lambda(lab), {"status": "200", **_template(template)})
    return said(api.post("/", json={"result": {"items": [{"name": "x"}]}}))


@AREA.row(
    "AWS: a selection pattern that the function's error message matches",
    aws='404 {"told": "not found: 7"}',
    source=docs.LAMBDA_ERRORS,
)
def selection_pattern(lab: Laboratory) -> str:
    template = """{"told": "$input.path('$.errorMessage')"}"""
    wrong = {"status": "404", "selectionPattern": "not found.*", **_template(template)}
    api = _mapped(lab, _lambda(lab), {"status": "200"}, wrong)
    return said(api.post("/", json={"raise": "not found: 7"}))


@AREA.row(
    "AWS: an error that no selection pattern matches gets the default response",
    aws="200",
    source=docs.LAMBDA_ERRORS,
)
def unmatched_error(lab: Laboratory) -> str:
    wrong = {"status": "404", "selectionPattern": "not found.*"}
    api = _mapped(lab, _lambda(lab), {"status": "200"}, wrong)
    return str(api.post("/", json={"raise": "other"}).status_code)


@AREA.row(
    "AWS: no integration response at all",
    aws='500 {"message": "Internal server error"}',
    source=docs.LAMBDA_CUSTOM,
)
def no_integration_response(lab: Laboratory) -> str:
    return said(_mapped(lab, _lambda(lab)).post("/", json={}))


@AREA.row(
    "AWS: `X-Amz-Invocation-Type: 'Event'` answers before the function has run",
    aws="200, then it ran",
    source=docs.LAMBDA_ASYNC_INTEGRATION,
)
def asynchronous(lab: Laboratory) -> str:
    arn = lab.function(
        "import time\ndef handler(event, context):\n time.sleep(0.5)\n print('it ran')"
    )
    integration = {
        **lab.proxy(arn),
        "type": "AWS",
        "requestParameters": {"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
    }
    api = _mapped(lab, integration, {"status": "200"})
    status = api.post("/", json={}).status_code
    before = "it ran\n" in lab.log_messages(arn)
    ran = awaited(lambda: "it ran\n" in lab.log_messages(arn))
    when = "after it ran" if before else "then it ran" if ran else "it never ran"
    return f"{status}, {when}"


@AREA.row(
    "A function that did not permit API Gateway",
    aws='500 {"message": "Internal server error"}',
    source=docs.LAMBDA_PERMISSIONS,
)
def not_permitted(lab: Laboratory) -> str:
    arn = lab.function("def handler(event, context): return {'statusCode': 200}")
    uri = lab.obedient()["uri"].rpartition("/functions/")[0] + f"/functions/{arn}/invocations"
    return said(lab.rest_api({"GET /": {**lab.obedient(), "uri": uri}}).get("/"))


@AREA.row(
    "A permission for another API",
    aws='500 {"message": "Internal server error"}',
    source=docs.LAMBDA_PERMISSIONS,
)
def permitted_to_another(lab: Laboratory) -> str:
    arn = lab.function("def handler(event, context): return {'statusCode': 200}")
    lab.functions.add_permission(
        FunctionName=arn,
        StatementId="other",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{lab.region}:{lab.account_id}:abcdefghij/*/*/*",
    )
    uri = lab.obedient()["uri"].rpartition("/functions/")[0] + f"/functions/{arn}/invocations"
    return said(lab.rest_api({"GET /": {**lab.obedient(), "uri": uri}}).get("/"))


@AREA.row(
    "AWS: SQS SendMessage by path", aws="200, hello in the queue", source=docs.AWS_INTEGRATION
)
def to_queue(lab: Laboratory) -> str:
    sqs, name = lab.client("sqs"), lab.name()
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    integration = {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "credentials": lab.role,
        "uri": f"arn:aws:apigateway:{lab.region}:sqs:path/{lab.account_id}/{name}",
        "requestParameters": {
            "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"
        },
        "requestTemplates": {JSON: "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"},
    }
    status = _mapped(lab, integration, {"status": "200"}).post("/", json="hello").status_code
    found = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2).get("Messages", [])
    return f"{status}, {found[0]['Body'].strip(chr(34)) if found else 'nothing'} in the queue"


@AREA.row("AWS: SNS Publish by action", aws="200, with a MessageId", source=docs.AWS_INTEGRATION)
def to_topic(lab: Laboratory) -> str:
    topic = lab.client("sns").create_topic(Name=lab.name())["TopicArn"]
    integration = {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "credentials": lab.role,
        "uri": f"arn:aws:apigateway:{lab.region}:sns:action/Publish",
        "requestParameters": {
            "integration.request.querystring.TopicArn": f"'{topic}'",
            "integration.request.querystring.Message": "'paid'",
        },
    }
    answer = _mapped(lab, integration, {"status": "200"}).post("/", json={})
    return (
        f"{answer.status_code}, {'with' if 'MessageId' in answer.text else 'without'} a MessageId"
    )


@AREA.row(
    "AWS: DynamoDB GetItem by action, with both templates",
    aws='200 {"email": "ada@example.com"}',
    source=docs.AWS_INTEGRATION,
)
def from_table(lab: Laboratory) -> str:
    dynamodb, name = lab.client("dynamodb"), lab.name()
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName=name, Item={"id": {"S": "1"}, "email": {"S": "ada@example.com"}})
    request = {"TableName": name, "Key": {"id": {"S": "$input.params('id')"}}}
    integration = {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "credentials": lab.role,
        "uri": f"arn:aws:apigateway:{lab.region}:dynamodb:action/GetItem",
        "requestTemplates": {JSON: json.dumps(request)},
    }
    template = """{"email": "$input.path('$.Item.email.S')"}"""
    answer = {"status": "200", **_template(template)}
    return said(_mapped(lab, integration, answer, route="GET /{id}").get("/1"))


def _backend(lab: Laboratory) -> str:
    """The address of an HTTP backend: an API of the endpoint's own that echoes its event."""
    return lab.obedient_api().url


@AREA.row(
    "HTTP_PROXY: path, query and body go to the backend",
    aws='["POST", "/a", {"q": "1"}, "{\\"x\\": 1}"]',
    source=docs.HTTP_INTEGRATION,
)
def http_proxy(lab: Laboratory) -> str:
    integration = {
        "type": "HTTP_PROXY",
        "integrationHttpMethod": "POST",
        "uri": f"{_backend(lab)}/{{path}}",
        "requestParameters": {"integration.request.path.path": "method.request.path.path"},
    }
    api = _mapped(
        lab,
        integration,
        route="POST /{path}",
        requestParameters={"method.request.path.path": True},
    )
    event = api.post("/a?q=1", json={"x": 1}).json()
    names = ("httpMethod", "path", "queryStringParameters", "body")
    return json.dumps([event[name] for name in names])


@AREA.row("HTTP_PROXY: the backend's status passes", aws="403", source=docs.HTTP_INTEGRATION)
def http_proxy_status(lab: Laboratory) -> str:
    uri = f"{_backend(lab)}-none/"
    integration = {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": uri}
    return str(_mapped(lab, integration, route="GET /").get("/").status_code)


@AREA.row(
    "HTTP: the backend's status chooses the response by its pattern",
    aws='404 {"told": "gone"}',
    source=docs.HTTP_INTEGRATION,
)
def http_custom(lab: Laboratory) -> str:
    uri = f"{_backend(lab)}-none/"
    integration = {"type": "HTTP", "integrationHttpMethod": "GET", "uri": uri}
    wrong = {"status": "404", "selectionPattern": "4\\d{2}", **_template('{"told": "gone"}')}
    return said(_mapped(lab, integration, {"status": "200"}, wrong, route="GET /").get("/"))


@AREA.row(
    "HTTP_PROXY: nobody listens at the backend's address",
    aws='504 {"message": "Internal server error"}',
    source=docs.HTTP_FAILURES,
)
def nobody_listens(lab: Laboratory) -> str:
    uri = f"http://127.0.0.1:{free_port()}/"
    integration = {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": uri}
    return said(_mapped(lab, integration, route="GET /").get("/"))


@AREA.row(
    "A header is mapped from the query by `requestParameters`",
    aws="red",
    source=docs.PARAMETER_MAPPING,
)
def mapped_header(lab: Laboratory) -> str:
    integration = {
        "type": "HTTP_PROXY",
        "integrationHttpMethod": "GET",
        "uri": f"{_backend(lab)}/",
        "requestParameters": {
            "integration.request.header.X-Colour": "method.request.querystring.colour"
        },
    }
    api = _mapped(
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
    api = _mapped(lab, _lambda(lab), answer)
    told = api.post("/", json={"result": {"id": "7"}})
    return told.headers.get("X-Own", "no such header")


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
