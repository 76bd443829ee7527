"""What a function behind an API is told of the request."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import requests

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.row import Area
from tests.rest_api_workshop import DeployedRestApi

AREA = Area("API Gateway: the proxy event")

Event = dict[str, Any]
Told = Callable[[Event, requests.Response], object]


def _row(behaviour: str, aws: str, told: Told, **request: Any) -> None:
    """A row that looks at the event of one request to `/pets/{pet}`."""

    def probe(lab: Laboratory) -> str:
        api = lab.stack.keep("pets", lambda: _pets(lab.shared))
        sent = {"method": "GET", "path": "/pets/1", **request}
        answer = api.call(sent.pop("method"), sent.pop("path"), **sent)
        value = told(answer.json(), answer)
        return value if isinstance(value, str) else json.dumps(value)

    probe.__name__ = behaviour
    AREA.row(behaviour, aws=aws, source=docs.PROXY_EVENT)(probe)


def _pets(lab: Laboratory) -> DeployedRestApi:
    return lab.rest_api({"ANY /pets/{pet}": lab.obedient()})


def _same(one: object, other: object) -> str:
    if one is None or other is None:
        return "one of them is absent"
    return "the same" if one == other else "two different ones"


def _matches(pattern: str, text: object) -> str:
    return "as documented" if re.fullmatch(pattern, str(text)) else str(text)


_row(
    "Its members",
    "body, headers, httpMethod, isBase64Encoded, multiValueHeaders, "
    "multiValueQueryStringParameters, path, pathParameters, queryStringParameters, "
    "requestContext, resource, stageVariables",
    lambda event, _: ", ".join(sorted(event)),
)
_row(
    "A header's name as the client wrote it",
    "X-Pet and x-lower",
    lambda event, _: " and ".join(
        name for name in event["headers"] if name.lower() in ("x-pet", "x-lower")
    ),
    headers={"X-Pet": "cat", "x-lower": "y"},
)
_row(
    "`resource`, `path` and `httpMethod`",
    '["/pets/{pet}", "/pets/1", "DELETE"]',
    lambda event, _: [event["resource"], event["path"], event["httpMethod"]],
    method="DELETE",
)
_row("`pathParameters`", '{"pet": "1"}', lambda event, _: event["pathParameters"])
_row(
    "`queryStringParameters` of a name that comes twice",
    '{"a": "3"}',
    lambda event, _: event["queryStringParameters"],
    path="/pets/1?a=1&a=3",
)
_row(
    "`multiValueQueryStringParameters` of a name that comes twice",
    '{"a": ["1", "3"]}',
    lambda event, _: event["multiValueQueryStringParameters"],
    path="/pets/1?a=1&a=3",
)
_row(
    "A query value that is percent-encoded",
    '{"text": "\\u00fc +"}',
    lambda event, _: event["queryStringParameters"],
    path="/pets/1?text=%C3%BC%20%2B",
)
_row(
    "`queryStringParameters`, its multi-value form, `stageVariables` and `body` without any",
    "[null, null, null, null]",
    lambda event, _: [
        event["queryStringParameters"],
        event["multiValueQueryStringParameters"],
        event["stageVariables"],
        event["body"],
    ],
)
_row(
    "`multiValueHeaders` of a header",
    '["cat"]',
    lambda event, _: event["multiValueHeaders"]["X-Pet"],
    headers={"X-Pet": "cat"},
)
_row(
    "`body` and `isBase64Encoded` of a text",
    '["{\\"x\\": \\"\\u00fc\\"}", false]',
    lambda event, _: [event["body"], event["isBase64Encoded"]],
    method="POST",
    data='{"x": "ü"}'.encode(),
    headers={"Content-Type": "application/json"},
)
_row(
    "`X-Forwarded-Port` and `X-Forwarded-Proto`",
    '["443", "https"]',
    lambda event, _: [event["headers"].get(f"X-Forwarded-{name}") for name in ("Port", "Proto")],
)
_row(
    "`X-Forwarded-For`",
    "127.0.0.1",
    lambda event, _: event["headers"].get("X-Forwarded-For"),
)
_row(
    "`X-Forwarded-For` of a client that sends one",
    "203.0.113.9, 127.0.0.1",
    lambda event, _: event["headers"].get(
        "X-Forwarded-For", event["headers"].get("x-forwarded-for")
    ),
    headers={"X-Forwarded-For": "203.0.113.9"},
)
_row(
    "`identity.sourceIp` of a client that sends X-Forwarded-For",
    "127.0.0.1",
    lambda event, _: event["requestContext"]["identity"]["sourceIp"],
    headers={"X-Forwarded-For": "203.0.113.9"},
)
_row(
    "`X-Amzn-Trace-Id`",
    "as documented",
    lambda event, _: _matches(
        r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;.*)?", event["headers"].get("X-Amzn-Trace-Id")
    ),
)
_row(
    "`Host`",
    "API.execute-api.us-east-1.amazonaws.com",
    lambda event, _: str(event["headers"].get("Host", event["headers"].get("host"))).replace(
        event["requestContext"]["apiId"], "API"
    ),
)
_row(
    "The members of `requestContext`",
    "accountId, apiId, deploymentId, domainName, domainPrefix, extendedRequestId, httpMethod, "
    "identity, path, protocol, requestId, requestTime, requestTimeEpoch, resourceId, resourcePath, "
    "stage",
    lambda event, _: ", ".join(sorted(event["requestContext"])),
)
_row(
    "The members of `requestContext.identity` of a call without key and signature",
    "accessKey, accountId, caller, cognitoAuthenticationProvider, cognitoAuthenticationType, "
    "cognitoIdentityId, cognitoIdentityPoolId, principalOrgId, sourceIp, user, userAgent, userArn",
    lambda event, _: ", ".join(sorted(event["requestContext"]["identity"])),
)
_row(
    "`requestContext.requestId` beside the answer's x-amzn-RequestId",
    "the same",
    lambda event, answer: _same(
        event["requestContext"]["requestId"], answer.headers.get("x-amzn-RequestId")
    ),
)
_row(
    "`requestContext.extendedRequestId` beside the answer's x-amz-apigw-id",
    "the same",
    lambda event, answer: _same(
        event["requestContext"].get("extendedRequestId"), answer.headers.get("x-amz-apigw-id")
    ),
)
_row(
    "`requestContext.path` has the stage, `resourcePath` is the resource's",
    '["/live/pets/1", "/pets/{pet}"]',
    lambda event, _: [event["requestContext"]["path"], event["requestContext"]["resourcePath"]],
)
_row(
    "`requestContext.requestTime`",
    "as documented",
    lambda event, _: _matches(
        r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", event["requestContext"]["requestTime"]
    ),
)
_row(
    "`requestContext.protocol` and `stage`",
    '["HTTP/1.1", "live"]',
    lambda event, _: [event["requestContext"]["protocol"], event["requestContext"]["stage"]],
)
_row(
    "`requestContext.domainPrefix` is the API's id",
    "the same",
    lambda event, _: _same(
        event["requestContext"].get("domainPrefix"), event["requestContext"]["apiId"]
    ),
)
