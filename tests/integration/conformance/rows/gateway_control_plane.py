"""What API Gateway's own operations answer."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import MOCK, Laboratory
from tests.integration.conformance.row import Area

AREA = Area("API Gateway: control plane")

RECORDED = docs.RECORDED_CONTROL_PLANE


def _names(value: dict[str, Any]) -> str:
    return ", ".join(sorted(set(value) - {"ResponseMetadata"}))


@AREA.row("A new API's endpoint type and key source", aws="EDGE, HEADER", source=RECORDED)
def new_api(lab: Laboratory) -> str:
    told = lab.gateway.get_rest_api(restApiId=lab.rest_api({}).id)
    return f"{', '.join(told['endpointConfiguration']['types'])}, {told['apiKeySource']}"


@AREA.row("A new API's models", aws="Empty, Error", source=RECORDED)
def new_models(lab: Laboratory) -> str:
    models = lab.gateway.get_models(restApiId=lab.rest_api({}).id)["items"]
    return ", ".join(sorted(model["name"] for model in models))


@AREA.row(
    "GetResources with `embed=methods`: the members of a method",
    aws="apiKeyRequired, authorizationType, httpMethod, methodIntegration",
    source=RECORDED,
)
def embedded_methods(lab: Laboratory) -> str:
    api = lab.rest_api({"GET /": MOCK})
    (resource,) = lab.gateway.get_resources(restApiId=api.id, embed=["methods"])["items"]
    return _names(resource["resourceMethods"]["GET"])


@AREA.row(
    "The members of GetIntegration's answer for MOCK",
    aws="cacheKeyParameters, cacheNamespace, passthroughBehavior, requestTemplates, "
    "timeoutInMillis, type",
    source=docs.RECORDED_INTEGRATIONS,
)
def integration_members(lab: Laboratory) -> str:
    api = lab.rest_api({"GET /": MOCK})
    place = {"restApiId": api.id, "resourceId": api.resource("/"), "httpMethod": "GET"}
    return _names(lab.gateway.get_integration(**place))


@AREA.row(
    "GetApiKeys leaves the values out unless they are asked for",
    aws="without, with",
    source=docs.API_KEYS,
)
def key_values(lab: Laboratory) -> str:
    name = lab.name()
    made = lab.gateway.create_api_key(name=name)
    try:
        told = []
        for asked in (False, True):
            found = lab.gateway.get_api_keys(nameQuery=name, includeValues=asked)["items"][0]
            told.append("with" if found.get("value") else "without")
        return ", ".join(told)
    finally:
        lab.gateway.delete_api_key(apiKey=made["id"])


@AREA.row("ImportApiKeys from CSV", aws="1 key, no warnings", source=docs.KEY_FILE)
def imported_keys(lab: Laboratory) -> str:
    csv = f"Name,Key,Enabled\n{lab.name()},{lab.name() * 2},TRUE\n"
    made = lab.gateway.import_api_keys(body=csv.encode(), format="csv")
    for key in made["ids"]:
        lab.gateway.delete_api_key(apiKey=key)
    return f"{len(made['ids'])} key, {'warnings' if made.get('warnings') else 'no warnings'}"


@AREA.row("GetResources page by page with `limit=1`", aws="3 pages of 3 resources", source=RECORDED)
def pages_of_resources(lab: Laboratory) -> str:
    api = lab.rest_api({})
    for path in ("/a", "/b"):
        api.resource(path)
    pages: list[int] = []
    position: dict[str, str] = {}
    while len(pages) < 9:
        page = lab.gateway.get_resources(restApiId=api.id, limit=1, **position)
        pages.append(len(page["items"]))
        if "position" not in page:
            break
        position = {"position": page["position"]}
    return f"{len(pages)} pages of {sum(pages)} resources"


@AREA.row("TestInvokeMethod", aws="200, with a log and a latency", source=docs.TEST_INVOKE_METHOD)
def tried_method(lab: Laboratory) -> str:
    api = lab.mock_api()
    told = lab.gateway.test_invoke_method(
        restApiId=api.id, resourceId=api.resource("/"), httpMethod="GET"
    )
    log = "with" if "Method completed with status: 200" in told.get("log", "") else "without"
    return f"{told['status']}, {log} a log and {'a' if 'latency' in told else 'no'} latency"


@AREA.row(
    "TestInvokeAuthorizer of a token that is allowed",
    aws="ada: Allow",
    source=docs.LAMBDA_AUTHORIZERS,
)
def tried_authorizer(lab: Laboratory) -> str:
    api = lab.rest_api({})
    made = lab.gateway.create_authorizer(
        restApiId=api.id,
        name="guard",
        type="TOKEN",
        authorizerUri=lab.authorizing_function()["uri"],
        identitySource="method.request.header.Authorization",
    )
    told = lab.gateway.test_invoke_authorizer(
        restApiId=api.id, authorizerId=made["id"], headers={"Authorization": "allow"}
    )
    (statement,) = json.loads(told["policy"])["Statement"]
    return f"{told['principalId']}: {statement['Effect']}"


@AREA.row("TagResource of an API, then GetTags", aws='{"team": "payments"}', source=RECORDED)
def tags(lab: Laboratory) -> str:
    arn = f"arn:aws:apigateway:{lab.region}::/restapis/{lab.rest_api({}).id}"
    lab.gateway.tag_resource(resourceArn=arn, tags={"team": "payments"})
    return json.dumps(lab.gateway.get_tags(resourceArn=arn)["tags"])


@AREA.row(
    "A base path mapping of a domain name, called by the domain's name",
    aws="200",
    source=docs.BASE_PATH_MAPPINGS,
)
def domain_name(lab: Laboratory) -> str:
    api = lab.mock_api()
    domain = f"{lab.name()}.example.com"
    certificate = f"arn:aws:acm:{lab.region}:{lab.account_id}:certificate/own"
    lab.gateway.create_domain_name(
        domainName=domain,
        regionalCertificateArn=certificate,
        endpointConfiguration={"types": ["REGIONAL"]},
    )
    try:
        lab.gateway.create_base_path_mapping(
            domainName=domain, basePath="shop", restApiId=api.id, stage="live"
        )
        url = f"{lab.stack.endpoint_url}/shop/"
        return str(api.session.get(url, headers={"Host": domain}, timeout=40).status_code)
    finally:
        lab.gateway.delete_domain_name(domainName=domain)


@AREA.row(
    "A documentation version after its part was made",
    aws="1.0",
    source=docs.DOCUMENTATION_VERSIONS,
)
def documentation_version(lab: Laboratory) -> str:
    api = lab.rest_api({})
    lab.gateway.create_documentation_part(
        restApiId=api.id, location={"type": "API"}, properties='{"info": "x"}'
    )
    lab.gateway.create_documentation_version(restApiId=api.id, documentationVersion="1.0")
    found = lab.gateway.get_documentation_versions(restApiId=api.id)["items"]
    return ", ".join(each["version"] for each in found)


@AREA.row(
    "GetGatewayResponse of THROTTLED, which nobody has set",
    aws="429, the default",
    source=docs.GATEWAY_RESPONSE_TYPES,
)
def default_gateway_response(lab: Laboratory) -> str:
    api = lab.rest_api({})
    told = lab.gateway.get_gateway_response(restApiId=api.id, responseType="THROTTLED")
    return f"{told['statusCode']}, {'the default' if told['defaultResponse'] else 'set'}"


PETS = {
    "openapi": "3.0.1",
    "info": {"title": "pets", "version": "1"},
    "paths": {
        "/pets": {
            "get": {
                "responses": {"200": {"description": "all"}},
                "x-amazon-apigateway-integration": {
                    "type": "mock",
                    "requestTemplates": {"application/json": '{"statusCode": 200}'},
                    "responses": {"default": {"statusCode": "200"}},
                },
            }
        }
    },
}


def _paths(gateway: Any, api_id: str) -> str:
    found = gateway.get_resources(restApiId=api_id)["items"]
    return ", ".join(sorted(resource["path"] for resource in found))


@AREA.row(
    "ImportRestApi of an OpenAPI 3 document, deployed and called",
    aws="pets: /, /pets; GET /pets 200",
    source=docs.OPENAPI,
)
def imported(lab: Laboratory) -> str:
    made = lab.gateway.import_rest_api(body=json.dumps(PETS).encode())
    try:
        lab.gateway.create_deployment(restApiId=made["id"], stageName="live")
        api = lab.rest_api({})
        url = api.url.replace(api.id, made["id"])
        status = api.session.get(f"{url}/pets", timeout=40).status_code
        return f"{made['name']}: {_paths(lab.gateway, made['id'])}; GET /pets {status}"
    finally:
        lab.gateway.delete_rest_api(restApiId=made["id"])


def _put(lab: Laboratory, mode: str) -> str:
    api = lab.rest_api({})
    api.resource("/own")
    lab.gateway.put_rest_api(restApiId=api.id, mode=mode, body=json.dumps(PETS).encode())
    return _paths(lab.gateway, api.id)


@AREA.row("PutRestApi with `merge` keeps what was there", aws="/, /own, /pets", source=docs.OPENAPI)
def merged(lab: Laboratory) -> str:
    return _put(lab, "merge")


@AREA.row("PutRestApi with `overwrite` does not", aws="/, /pets", source=docs.OPENAPI)
def overwritten(lab: Laboratory) -> str:
    return _put(lab, "overwrite")


@AREA.row(
    "GetExport as OpenAPI 3 with the integrations",
    aws="3.0.1, GET / with a mock integration",
    source=docs.OPENAPI,
)
def exported(lab: Laboratory) -> str:
    api = lab.mock_api()
    told = lab.gateway.get_export(
        restApiId=api.id,
        stageName="live",
        exportType="oas30",
        parameters={"extensions": "integrations"},
        accepts="application/json",
    )
    document = json.loads(told["body"].read())
    kind = document["paths"]["/"]["get"]["x-amazon-apigateway-integration"]["type"].lower()
    return f"{document['openapi']}, GET / with a {kind} integration"
