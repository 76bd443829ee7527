"""Integrations other than the Lambda proxy."""

from __future__ import annotations

import json

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.mapped_api import (
    JSON,
    custom_lambda,
    http_backend,
    mapped,
    with_template,
)
from tests.integration.conformance.observing import awaited, said
from tests.integration.conformance.row import Area
from tests.running_edge import free_port

AREA = Area("API Gateway: integrations")


@AREA.row(
    "AWS: the function's result as it is without a response template",
    aws='200 {"a": 1}',
    source=docs.LAMBDA_CUSTOM,
)
def custom_result(lab: Laboratory) -> str:
    api = mapped(lab, custom_lambda(lab), {"status": "200"})
    return said(api.post("/", json={"result": {"a": 1}}))


@AREA.row(
    "AWS: a response template of the function's result",
    aws='200 {"first": "x"}',
    source=docs.LAMBDA_CUSTOM,
)
def custom_template(lab: Laboratory) -> str:
    template = """{"first": "$input.path('$.items[0].name')"}"""
    api = mapped(lab, custom_lambda(lab), {"status": "200", **with_template(template)})
    return said(api.post("/", json={"result": {"items": [{"name": "x"}]}}))


@AREA.row(
    "AWS: a selection pattern that the function's error message matches",
    aws='404 {"told": "not found: 7"}',
    source=docs.LAMBDA_ERRORS,
)
def selection_pattern(lab: Laboratory) -> str:
    template = """{"told": "$input.path('$.errorMessage')"}"""
    wrong = {"status": "404", "selectionPattern": "not found.*", **with_template(template)}
    api = mapped(lab, custom_lambda(lab), {"status": "200"}, wrong)
    return said(api.post("/", json={"raise": "not found: 7"}))


@AREA.row(
    "AWS: an error that no selection pattern matches gets the default response",
    aws="200",
    source=docs.LAMBDA_ERRORS,
)
def unmatched_error(lab: Laboratory) -> str:
    wrong = {"status": "404", "selectionPattern": "not found.*"}
    api = mapped(lab, custom_lambda(lab), {"status": "200"}, wrong)
    return str(api.post("/", json={"raise": "other"}).status_code)


@AREA.row(
    "AWS: no integration response at all",
    aws='500 {"message": "Internal server error"}',
    source=docs.LAMBDA_CUSTOM,
)
def no_integration_response(lab: Laboratory) -> str:
    return said(mapped(lab, custom_lambda(lab)).post("/", json={}))


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
    api = mapped(lab, integration, {"status": "200"})
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
    status = mapped(lab, integration, {"status": "200"}).post("/", json="hello").status_code
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
    answer = mapped(lab, integration, {"status": "200"}).post("/", json={})
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
    answer = {"status": "200", **with_template(template)}
    return said(mapped(lab, integration, answer, route="GET /{id}").get("/1"))


@AREA.row(
    "HTTP_PROXY: path, query and body go to the backend",
    aws='["POST", "/a", {"q": "1"}, "{\\"x\\": 1}"]',
    source=docs.HTTP_INTEGRATION,
)
def http_proxy(lab: Laboratory) -> str:
    integration = {
        "type": "HTTP_PROXY",
        "integrationHttpMethod": "POST",
        "uri": f"{http_backend(lab)}/{{path}}",
        "requestParameters": {"integration.request.path.path": "method.request.path.path"},
    }
    api = mapped(
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
    uri = f"{http_backend(lab)}-none/"
    integration = {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": uri}
    return str(mapped(lab, integration, route="GET /").get("/").status_code)


@AREA.row(
    "HTTP: the backend's status chooses the response by its pattern",
    aws='404 {"told": "gone"}',
    source=docs.HTTP_INTEGRATION,
)
def http_custom(lab: Laboratory) -> str:
    uri = f"{http_backend(lab)}-none/"
    integration = {"type": "HTTP", "integrationHttpMethod": "GET", "uri": uri}
    wrong = {"status": "404", "selectionPattern": "4\\d{2}", **with_template('{"told": "gone"}')}
    return said(mapped(lab, integration, {"status": "200"}, wrong, route="GET /").get("/"))


@AREA.row(
    "HTTP_PROXY: nobody listens at the backend's address",
    aws='504 {"message": "Internal server error"}',
    source=docs.HTTP_FAILURES,
)
def nobody_listens(lab: Laboratory) -> str:
    uri = f"http://127.0.0.1:{free_port()}/"
    integration = {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": uri}
    return said(mapped(lab, integration, route="GET /").get("/"))
