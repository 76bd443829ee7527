from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.edge.gateway.in_process import (
    FUNCTION_ARN,
    Answer,
    Api,
    FunctionFailure,
    Gateway,
    integration_uri,
)


def put_mock(api: Api, path: str = "/", verb: str = "OPTIONS", **integration: Any) -> str:
    client = api.gateway.client
    resource_id = api.resource(path)
    place = {"restApiId": api.id, "resourceId": resource_id, "httpMethod": verb}
    client.put_method(**place, authorizationType="NONE")
    integration.setdefault("requestTemplates", {"application/json": '{"statusCode": 200}'})
    client.put_integration(**place, type="MOCK", **integration)
    return resource_id


def put_response(
    api: Api,
    resource_id: str,
    status: str = "200",
    verb: str = "OPTIONS",
    *,
    headers: dict[str, str] | None = None,
    templates: dict[str, str] | None = None,
    pattern: str = "",
) -> None:
    names = {f"method.response.header.{name}": value for name, value in (headers or {}).items()}
    place = {"restApiId": api.id, "resourceId": resource_id, "httpMethod": verb}
    api.gateway.client.put_method_response(
        **place, statusCode=status, responseParameters=dict.fromkeys(names, True)
    )
    api.gateway.client.put_integration_response(
        **place,
        statusCode=status,
        responseParameters=names,
        responseTemplates=templates or {},
        selectionPattern=pattern,
    )


def rendered(gateway: Gateway, template: str, **options: Any) -> Answer:
    api = gateway.rest_api()
    resource_id = put_mock(api, "/{id}", "POST")
    put_response(api, resource_id, verb="POST", templates={"application/json": template})
    api.deploy(variables={"level": "debug"})
    return api.call("/7?page=2", "POST", **options)


def test_cors_preflight_is_answered_without_a_backend(gateway: Gateway) -> None:
    api = gateway.rest_api()
    resource_id = put_mock(api, "/v1")
    put_response(
        api,
        resource_id,
        headers={
            "Access-Control-Allow-Origin": "'https://example.com'",
            "Access-Control-Allow-Methods": "'GET,POST'",
        },
    )
    api.deploy()

    answer = api.call("/v1", "OPTIONS", headers={"Origin": "https://example.com"})

    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["access-control-allow-origin"] == "https://example.com"
    assert answer.headers["access-control-allow-methods"] == "GET,POST"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-amz-apigw-id"]


def test_the_mocks_status_chooses_the_response(gateway: Gateway) -> None:
    api = gateway.rest_api()
    template = '{"statusCode": #if($input.params("fail") == "1")503#{else}200#end}'
    resource_id = put_mock(api, requestTemplates={"application/json": template})
    put_response(api, resource_id)
    put_response(api, resource_id, "500", pattern=r"5\d\d")
    api.deploy()

    assert api.call("/", "OPTIONS").status == 200
    assert api.call("/?fail=1", "OPTIONS").status == 500


@pytest.mark.parametrize("template", ["{statusCode:200}", "{'statusCode': 200, 'a': {}}"])
def test_the_mocks_document_need_not_be_strict_json(gateway: Gateway, template: str) -> None:
    api = gateway.rest_api()
    put_response(api, put_mock(api, requestTemplates={"application/json": template}))
    api.deploy()

    assert api.call("/", "OPTIONS").status == 200


@pytest.mark.parametrize("template", ["", "{}", '{"statusCode": 20}', "nonsense", "#if("])
def test_a_mock_without_a_status_is_an_internal_error(gateway: Gateway, template: str) -> None:
    api = gateway.rest_api()
    put_response(api, put_mock(api, requestTemplates={"application/json": template}))
    api.deploy()

    answer = api.call("/", "OPTIONS")

    assert (answer.status, answer.body) == (500, b'{"message": "Internal server error"}')


def test_a_content_type_without_a_template_may_be_refused(gateway: Gateway) -> None:
    api = gateway.rest_api()
    put_response(api, put_mock(api, passthroughBehavior="NEVER"))
    api.deploy()

    answer = api.call("/", "OPTIONS", headers={"Content-Type": "text/plain"})

    assert (answer.status, answer.body) == (415, b'{"message":"Unsupported Media Type"}')
    assert api.call("/", "OPTIONS").status == 200


def test_templates_see_the_request_and_its_context(gateway: Gateway) -> None:
    template = """{
        "id": "$input.params('id')", "page": "$input.params().querystring.page",
        "header": "$input.params('X-One')", "absent": "$input.params('no')",
        "stage": "$context.stage", "ip": "$context.identity.sourceIp",
        "level": "$stageVariables.level", "none": "$context.authorizer.claims.sub",
        "escaped": "$util.escapeJavaScript('say "hi"')",
        "encoded": "$util.base64Encode('abc')", "url": "$util.urlEncode('a b')"
    }"""
    answer = rendered(gateway, template, headers={"x-one": "1"})

    assert answer.document == {
        "id": "7",
        "page": "2",
        "header": "1",
        "absent": "",
        "stage": "dev",
        "ip": "203.0.113.7",
        "level": "debug",
        "none": "",
        "escaped": 'say "hi"',
        "encoded": "YWJj",
        "url": "a+b",
    }


def test_templates_override_status_and_headers(gateway: Gateway) -> None:
    template = """#set($context.responseOverride.status = 418)
#set($context.responseOverride.header.X-Teapot = "yes")
{}"""
    answer = rendered(gateway, template)

    assert answer.status == 418
    assert answer.headers["x-teapot"] == "yes"


def test_what_a_requests_template_sets_is_there_for_the_responses(gateway: Gateway) -> None:
    # As recorded in LocalStack's test_apigateway_integrations.snapshot.json
    # (test_integration_mock_with_request_overrides_in_response_template).
    api = gateway.rest_api()
    request = """#set($context.requestOverride.path.body = $input.params("kind"))
#set($context.responseOverride.header.X-Early = "yes")
{"statusCode": 200}"""
    response = """#if($context.requestOverride.path.body == "one")
{"response": "path was path one"}
#else
{"response": "this is the else clause"}
#end"""
    resource_id = put_mock(api, requestTemplates={"application/json": request})
    put_response(api, resource_id, templates={"application/json": response})
    api.deploy()

    answer = api.call("/?kind=one", "OPTIONS")

    assert answer.document == {"response": "path was path one"}
    assert answer.headers["x-early"] == "yes"
    other = api.call("/?kind=two", "OPTIONS")
    assert other.document == {"response": "this is the else clause"}


def custom_lambda(gateway: Gateway, **integration: Any) -> tuple[Api, str]:
    api = gateway.rest_api()
    resource_id = api.resource("/pay")
    place = {"restApiId": api.id, "resourceId": resource_id, "httpMethod": "POST"}
    gateway.client.put_method(**place, authorizationType="NONE")
    gateway.client.put_integration(
        **place, type="AWS", integrationHttpMethod="POST", uri=integration_uri(), **integration
    )
    return api, resource_id


def test_a_custom_lambda_integration_maps_both_ways(gateway: Gateway) -> None:
    gateway.functions.handlers[FUNCTION_ARN] = lambda event: {"paid": event["sum"] * 2}
    template = '{"sum": $input.json("$.order[\'lines\'][1].price"), "all": $input.json("$")}'
    api, resource_id = custom_lambda(gateway, requestTemplates={"application/json": template})
    put_response(
        api,
        resource_id,
        verb="POST",
        headers={"X-Paid": "integration.response.body.paid"},
        templates={"application/json": '#set($r = $input.path("$")){"result": $r.paid}'},
    )
    api.deploy()

    answer = api.call("/pay", "POST", body={"order": {"lines": [{"price": 1}, {"price": 21}]}})

    assert answer.document == {"result": 42}
    assert answer.headers["x-paid"] == "42"
    assert gateway.functions.events[0]["all"]["order"]["lines"][0] == {"price": 1}


def test_a_functions_error_message_chooses_the_response(gateway: Gateway) -> None:
    gateway.functions.handlers[FUNCTION_ARN] = lambda event: FunctionFailure("[NotFound] no such x")
    api, resource_id = custom_lambda(gateway)
    put_response(api, resource_id, verb="POST")
    put_response(api, resource_id, "404", "POST", pattern=r"\[NotFound\].*")
    api.deploy()

    answer = api.call("/pay", "POST", body="{}")

    assert answer.status == 404
    assert json.loads(answer.body)["errorMessage"] == "[NotFound] no such x"


# The template "Method request passthrough" of the API Gateway console.
PASSTHROUGH = """
#set($allParams = $input.params())
{
"body-json" : $input.json('$'),
"params" : {
#foreach($type in $allParams.keySet())
    #set($params = $allParams.get($type))
"$type" : {
    #foreach($paramName in $params.keySet())
    "$paramName" : "$util.escapeJavaScript($params.get($paramName))"
        #if($foreach.hasNext),#end
    #end
}
    #if($foreach.hasNext),#end
#end
},
"stage-variables" : {
#foreach($key in $stageVariables.keySet())
"$key" : "$util.escapeJavaScript($stageVariables.get($key))"
    #if($foreach.hasNext),#end
#end
},
"context" : {
    "stage" : "$context.stage",
    "source-ip" : "$context.identity.sourceIp",
    "user" : "$context.identity.user"
    }
}
"""


def test_the_consoles_passthrough_template_shows_everything(gateway: Gateway) -> None:
    api, resource_id = custom_lambda(gateway, requestTemplates={"application/json": PASSTHROUGH})
    put_response(api, resource_id, verb="POST")
    api.deploy(variables={"table": "orders"})

    answer = api.call("/pay?page=1&q=%22", "POST", body={"a": 1}, headers={"X-A": "b"})

    assert answer.status == 200, answer.body
    assert gateway.functions.events == [
        {
            "body-json": {"a": 1},
            "params": {"path": {}, "querystring": {"page": "1", "q": '"'}, "header": {"X-A": "b"}},
            "stage-variables": {"table": "orders"},
            "context": {"stage": "dev", "source-ip": "203.0.113.7", "user": ""},
        }
    ]


def test_json_of_nothing_is_an_empty_text(gateway: Gateway) -> None:
    template = """{"a": $input.json("$.nothing"), "b": $input.json("$.null"),
        "c": "$input.path("$.nothing")"}"""
    api, resource_id = custom_lambda(gateway, requestTemplates={"application/json": template})
    put_response(api, resource_id, verb="POST")
    api.deploy()

    api.call("/pay", "POST", body={"null": None})

    assert gateway.functions.events == [{"a": "", "b": None, "c": ""}]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$b.items.size() $b.items.get(1) $b.items[0]", "2 y x"),
        ("$b.size() $b.isEmpty() $b.containsKey('of') $b.containsKey('no')", "2 false true false"),
        ("#foreach($key in $b.keySet())$key;#end", "items;of;"),
        ("#foreach($entry in $b.of.entrySet())$entry.key=$entry.getValue();#end", "n=1;"),
        ("$b.of.items|$b.of.keys|$b.of.update|$b.missing", "|||"),
        ("#foreach($item in $b.of.items)$item#end", ""),
    ],
)
def test_a_document_is_a_map_as_velocity_knows_it(
    gateway: Gateway, template: str, text: str
) -> None:
    mapped = f'#set($b = $input.path("$"))"{template}"'
    api, resource_id = custom_lambda(gateway, requestTemplates={"application/json": mapped})
    put_response(api, resource_id, verb="POST")
    api.deploy()

    answer = api.call("/pay", "POST", body={"items": ["x", "y"], "of": {"n": 1}})

    assert answer.status == 200, answer.body
    assert gateway.functions.events == json.loads(json.dumps([text]))


def test_a_template_that_makes_no_json_does_not_reach_the_function(gateway: Gateway) -> None:
    api, resource_id = custom_lambda(gateway, requestTemplates={"application/json": '{"a": }'})
    put_response(api, resource_id, verb="POST")
    api.deploy()

    answer = api.call("/pay", "POST", body="{}")

    assert (answer.status, answer.body) == (500, b'{"message": "Internal server error"}')
    assert gateway.functions.events == []


def test_an_outcome_without_a_response_is_an_internal_error(gateway: Gateway) -> None:
    api, _ = custom_lambda(gateway)
    api.deploy()

    answer = api.call("/pay", "POST", body="{}")

    assert (answer.status, answer.body) == (500, b'{"message": "Internal server error"}')


def test_an_asynchronous_invocation_answers_at_once(gateway: Gateway) -> None:
    api, resource_id = custom_lambda(
        gateway, requestParameters={"integration.request.header.X-Amz-Invocation-Type": "'Event'"}
    )
    put_response(api, resource_id, verb="POST")
    api.deploy()

    assert api.call("/pay", "POST", body="{}").status == 200
    assert gateway.functions.invocations[0].invocation_type == "Event"


def test_an_override_that_cannot_be_sent_is_ignored(gateway: Gateway) -> None:
    template = """#set($context.responseOverride.status = "teapot")
#set($context.responseOverride.header["not a name"] = "x")
#set($context.responseOverride.header.X-Good = "y")
{}"""
    answer = rendered(gateway, template)

    assert (answer.status, answer.headers["x-good"]) == (200, "y")
    assert "not a name" not in answer.headers


@pytest.mark.parametrize(
    "place", ["responseOverride", "responseOverride.header", "requestOverride"]
)
def test_overrides_that_are_no_maps_set_nothing(gateway: Gateway, place: str) -> None:
    answer = rendered(gateway, f"#set($context.{place} = 5){{}}")

    assert (answer.status, answer.document) == (200, {})


@pytest.mark.parametrize("depth", [200, 100_000])
def test_a_body_of_any_depth_is_answered(gateway: Gateway, depth: int) -> None:
    api, resource_id = custom_lambda(
        gateway, requestTemplates={"application/json": '{"all": $input.json("$.none")}'}
    )
    put_response(api, resource_id, verb="POST")
    api.deploy()

    assert api.call("/pay", "POST", body="[" * depth + "]" * depth).status in (200, 500)
