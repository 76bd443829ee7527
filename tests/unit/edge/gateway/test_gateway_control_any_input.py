"""Whatever an operation is given, it answers with one of its errors, never with a failure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from botocore.model import OperationModel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localtender.edge.protocol.messages import Caller, HttpRequest
from localtender.edge.protocol.models import ServiceModels
from tests.unit.edge.gateway.a_full_definition import DEFINITION
from tests.unit.edge.gateway.in_process import ACCOUNT, REGION, Gateway

MODEL = ServiceModels().get("apigateway")
# What makes many things at once is tried with definitions of its own.
OPERATIONS = sorted(set(MODEL.operation_names) - {"ImportRestApi", "PutRestApi"})
PATHS = [
    "/name",
    "/description",
    "/policy",
    "/minimumCompressionSize",
    "/binaryMediaTypes/a~1b",
    "/variables/v",
    "/endpointConfiguration/types/EDGE",
    "/requestParameters/method.request.header.X",
    "/*/*/x",
    "/requestModels/application~1json",
    "/responseParameters/method.response.header.X",
    "/responseTemplates/application~1json",
    "/*/*/throttling/burstLimit",
    "/*/*/logging/loglevel",
    "/~1pets/GET/caching/ttlInSeconds",
    "/canarySettings/percentTraffic",
    "/canarySettings",
    "/canarySettings/stageVariableOverrides/v",
    "/accessLogSettings/format",
    "/cacheClusterSize",
    "/accessLogSettings/destinationArn",
    "/apiStages",
    "/throttle/rateLimit",
    "/quota/period",
    "/quota",
    "/quota/offset",
    "/enabled",
    "/stages",
    "/timeoutInMillis",
    "/uri",
    "/type",
    "/cacheKeyParameters",
    "/statusCode",
    "/tlsConfig/insecureSkipVerification",
    "/selectionPattern",
    "/authorizerUri",
    "/providerARNs",
    "/authorizerResultTtlInSeconds",
    "/authorizationType",
    "/authorizerId",
    "/requestValidatorId",
    "/schema",
    "/properties",
    "/pathPart",
    "/parentId",
    "/deploymentId",
    "/cloudwatchRoleArn",
    "/remaining",
    "/basePath",
    "x",
]
TEXTS = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "1e400",
        "true",
        "{}",
        "[1]",
        "{proxy+}",
        "application/json",
        "method.request.header.X",
        "method.response.header.X",
        "integration.request.header.X",
        "'x'",
        "GET",
        "ANY",
        "dev",
        "NONE",
        "CUSTOM",
        "API_KEY",
        "2026-11-01",
        "http://example.com/{id}",
        "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations",
        '{"type": "object", "properties": {"a": {"$ref": "x"}}}',
        "${stageVariables.v}",
        "x" * 3_000,
    ]
) | st.text(max_size=8)
JUNK = st.sampled_from([None, True, 0, -1.5, 10**30, "x", "", [], {}, [None], {"a": None}])


@dataclass
class Known:
    """Ids that a request may name, by the member that has them."""

    ids: dict[str, list[str]] = field(default_factory=dict)

    def values(self, shape: Any, name: str, depth: int = 0) -> st.SearchStrategy[Any]:
        """Values of a shape, most of them right."""
        found: st.SearchStrategy[Any]
        match shape.type_name:
            case "string":
                found = TEXTS
                if shape.enum:
                    found = st.sampled_from(shape.enum) | st.just("NONSENSE")
                elif name in ("path", "from"):
                    found = st.sampled_from(PATHS) | TEXTS
                elif name in self.ids:
                    found = st.sampled_from(self.ids[name] * 4) | TEXTS
            case "integer" | "long":
                found = st.sampled_from([0, 1, -1, 50, 29_000, 10**20])
            case "float" | "double":
                found = st.sampled_from([0, 1.5, -1, 1e30])
            case "boolean":
                found = st.booleans()
            case "blob":
                found = st.binary(max_size=30).map(lambda value: value.decode("latin-1"))
            case "list":
                found = st.lists(self.values(shape.member, name, depth + 1), max_size=2)
            case "map":
                found = st.dictionaries(
                    TEXTS, self.values(shape.value, name, depth + 1), max_size=2
                )
            case "structure":
                found = self.members(shape, shape.members, depth + 1)
            case _:
                found = JUNK
        return found | JUNK if depth > 1 else found

    def members(self, shape: Any, names: Any, depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
        """Some members of a structure, nearly always those that are required."""
        members = {name: self.values(shape.members[name], name, depth) for name in names}
        required = {name: members.pop(name) for name in names if name in shape.required_members}
        return st.fixed_dictionaries(required, optional=members)


@pytest.fixture
def known(gateway: Gateway) -> Known:
    client = gateway.client
    api = client.import_rest_api(body=json.dumps(DEFINITION))
    resources = client.get_resources(restApiId=api["id"])["items"]
    deployment = client.create_deployment(restApiId=api["id"], stageName="dev")["id"]
    plan = client.create_usage_plan(
        name="plan",
        apiStages=[{"apiId": api["id"], "stage": "dev"}],
        quota={"limit": 5, "period": "DAY"},
    )["id"]
    key = client.create_api_key(name="key")["id"]
    client.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    arn = f"arn:aws:apigateway:{REGION}::/restapis/{api['id']}"

    def listed(listing: str) -> list[str]:
        items = getattr(client, f"get_{listing}")(restApiId=api["id"])["items"]
        return [item["id"] for item in items]

    return Known(
        {
            "restApiId": [api["id"]],
            "apiId": [api["id"]],
            "resourceId": [item["id"] for item in resources],
            "parentId": [item["id"] for item in resources],
            "httpMethod": ["GET", "POST", "ANY"],
            "authorizerId": listed("authorizers"),
            "requestValidatorId": listed("request_validators"),
            "documentationPartId": listed("documentation_parts"),
            "documentationVersion": ["v1"],
            "modelName": ["Pet"],
            "deploymentId": [deployment],
            "stageName": ["dev"],
            "stage": ["dev"],
            "usagePlanId": [plan],
            "keyId": [key],
            "apiKey": [key],
            "resourceArn": [arn, f"{arn}/stages/dev"],
            "exportType": ["oas30", "swagger"],
            "statusCode": ["200", "404"],
        }
    )


def request_of(operation: OperationModel, parameters: dict[str, Any]) -> HttpRequest:
    shape: Any = operation.input_shape
    path, _, fixed = operation.http["requestUri"].partition("?")
    query = parse_qsl(fixed, keep_blank_values=True)
    headers = [("Content-Type", "application/json")]
    body: dict[str, Any] = {}
    for name, value in parameters.items():
        traits = shape.members[name].serialization
        wire_name = traits.get("name", name)
        match traits.get("location"):
            case "uri":
                for label in (f"{{{wire_name}}}", f"{{{wire_name}+}}"):
                    path = path.replace(label, quote(value, ""))
            case "querystring":
                values = value if isinstance(value, list) else [value]
                query.extend((wire_name, str(item)) for item in values)
            case "header":
                headers.append((wire_name, str(value)))
            case _:
                body[wire_name] = value
    payload = shape.serialization.get("payload")
    text = str(body.get(payload, "")) if payload else json.dumps(body)
    return HttpRequest(
        method=operation.http["method"],
        raw_path=path,
        query=tuple(query),
        headers=tuple(headers),
        body=text.encode("utf-8", "replace"),
        source_ip="127.0.0.1",
        http_version="1.1",
        scheme="http",
        request_id="request",
    )


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_input_breaks_an_operation(gateway: Gateway, known: Known, data: st.DataObject) -> None:
    operation = MODEL.operation_model(data.draw(st.sampled_from(OPERATIONS)))
    shape: Any = operation.input_shape
    parameters = data.draw(known.members(shape, shape.members))
    for name, member in shape.members.items():
        if member.serialization.get("location") == "uri":
            named = parameters.get(name)
            is_text = isinstance(named, str) and named.strip("/")
            parameters[name] = named if is_text else "missing"
        elif member.serialization.get("location") and parameters.get(name) is None:
            parameters.pop(name, None)
    request = request_of(operation, parameters)

    answer = gateway.run(gateway.service.control(request, Caller(ACCOUNT, REGION, ACCOUNT)))

    assert answer.status < 500 or answer.status == 501
