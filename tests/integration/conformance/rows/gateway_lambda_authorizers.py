"""TOKEN and REQUEST authorizers: a function decides who may call."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import said
from tests.integration.conformance.row import Area
from tests.rest_api_workshop import DeployedRestApi

AREA = Area("API Gateway: Lambda authorizers")

TOKEN_SOURCE = "method.request.header.Authorization"


def token_api(lab: Laboratory) -> DeployedRestApi:
    """A shared API behind a TOKEN authorizer that nothing is kept of."""
    return lab.stack.keep(
        "TOKEN API",
        lambda: lab.shared.guarded_api(
            "TOKEN", identitySource=TOKEN_SOURCE, authorizerResultTtlInSeconds=0
        ),
    )


def _token_row(behaviour: str, token: str | None, aws: str) -> None:
    """A row for the answer to a token."""

    def probe(lab: Laboratory) -> str:
        headers = {} if token is None else {"Authorization": token}
        answer = token_api(lab).get("/", headers=headers)
        return "200" if answer.status_code == 200 else said(answer)

    probe.__name__ = behaviour
    AREA.row(f"TOKEN: {behaviour}", aws=aws, source=docs.LAMBDA_AUTHORIZERS)(probe)


_token_row("a policy that allows", "allow", "200")
_token_row("no token", None, '401 {"message": "Unauthorized"}')
_token_row(
    "a policy that denies",
    "deny",
    '403 {"Message": "User is not authorized to access this resource with an explicit deny"}',
)
_token_row(
    "a policy for another method",
    "other",
    '403 {"Message": "User is not authorized to access this resource"}',
)
_token_row("the function raises `Unauthorized`", "unauthorized", '401 {"message": "Unauthorized"}')
_token_row("the function raises anything else", "broken", '500 {"message": null}')
_token_row("the function returns a string", "nonsense", '500 {"message": null}')
_token_row("a context with an object in it", "object", '500 {"message": null}')


@AREA.row(
    "TOKEN: `x-amzn-ErrorType` of a failed, a denying and a refusing authorizer",
    aws="AuthorizerConfigurationException, AccessDeniedException, UnauthorizedException",
    source=docs.GATEWAY_RESPONSE_TYPES,
)
def error_types(lab: Laboratory) -> str:
    api = token_api(lab)
    tokens = ("broken", "deny", "unauthorized")
    answers = [api.get("/", headers={"Authorization": token}) for token in tokens]
    return ", ".join(answer.headers.get("x-amzn-ErrorType", "none") for answer in answers)


@AREA.row(
    "TOKEN: the context in `requestContext.authorizer`, every value a string",
    aws='{"number": "1", "principalId": "ada", "text": "a", "truth": "true"}',
    source=docs.LAMBDA_AUTHORIZERS,
)
def context_in_event(lab: Laboratory) -> str:
    answer = token_api(lab).get("/", headers={"Authorization": "context"})
    told = answer.json()["requestContext"]["authorizer"]
    told.pop("integrationLatency", None)
    return json.dumps(told, sort_keys=True)


@AREA.row(
    "TOKEN: the members of the authorizer's event",
    aws="authorizationToken, methodArn, type",
    source=docs.AUTHORIZER_INPUT,
)
def token_event(lab: Laboratory) -> str:
    answer = token_api(lab).get("/", headers={"Authorization": "event"})
    return ", ".join(sorted(json.loads(answer.json()["requestContext"]["authorizer"]["event"])))


@AREA.row(
    "TOKEN: a token that the validation expression does not match",
    aws='401 {"message": "Unauthorized"}, the function is not asked',
    source=docs.LAMBDA_AUTHORIZERS,
)
def validation_expression(lab: Laboratory) -> str:
    arn, api = _own_authorizer(
        lab, "TOKEN", identitySource=TOKEN_SOURCE, identityValidationExpression="^Bearer .+"
    )
    answer = api.get("/", headers={"Authorization": "allow"})
    asked = "asked" if lab.log_messages(arn) else "not asked"
    return f"{said(answer)}, the function is {asked}"


def _own_authorizer(lab: Laboratory, kind: str, **authorizer: Any) -> tuple[str, DeployedRestApi]:
    """An authorizer function of the row's own, which counts its calls, and its API."""
    code = """
        count = 0
        def handler(event, context):
            global count
            count += 1
            statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}
            return {
                "principalId": "ada",
                "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
                "context": {"count": count},
            }
    """
    arn = lab.function(code)
    return arn, lab.guarded_api(kind, authorizerUri=lab.proxy(arn)["uri"], **authorizer)


def _counts(api: DeployedRestApi, *requests: dict[str, Any]) -> str:
    answers = [api.get("/", **request).json() for request in requests]
    counts = (answer["requestContext"]["authorizer"]["count"] for answer in answers)
    return ", ".join(str(count) for count in counts)


@AREA.row(
    "TOKEN: the result of a token is kept for the TTL",
    aws="asked for the calls 1, 1, 2",
    source=docs.LAMBDA_AUTHORIZERS,
)
def kept_results(lab: Laboratory) -> str:
    _, api = _own_authorizer(
        lab, "TOKEN", identitySource=TOKEN_SOURCE, authorizerResultTtlInSeconds=300
    )
    tokens = [{"headers": {"Authorization": token}} for token in ("one", "one", "two")]
    return "asked for the calls " + _counts(api, *tokens)


@AREA.row(
    "TOKEN: a TTL of 0 keeps nothing",
    aws="asked for the calls 1, 2",
    source=docs.LAMBDA_AUTHORIZERS,
)
def nothing_kept(lab: Laboratory) -> str:
    _, api = _own_authorizer(
        lab, "TOKEN", identitySource=TOKEN_SOURCE, authorizerResultTtlInSeconds=0
    )
    return "asked for the calls " + _counts(api, *[{"headers": {"Authorization": "one"}}] * 2)


@AREA.row(
    "REQUEST: an identity source is missing",
    aws='401 {"message": "Unauthorized"}, the function is not asked',
    source=docs.LAMBDA_AUTHORIZERS,
)
def missing_source(lab: Laboratory) -> str:
    sources = "method.request.header.Token,method.request.querystring.tenant"
    arn, api = _own_authorizer(lab, "REQUEST", identitySource=sources)
    answer = api.get("/", headers={"Token": "allow"})
    asked = "asked" if lab.log_messages(arn) else "not asked"
    return f"{said(answer)}, the function is {asked}"


@AREA.row(
    "REQUEST: a result is kept by all identity sources together",
    aws="asked for the calls 1, 1, 2",
    source=docs.LAMBDA_AUTHORIZERS,
)
def kept_by_all_sources(lab: Laboratory) -> str:
    sources = "method.request.header.Token,method.request.querystring.tenant"
    _, api = _own_authorizer(
        lab, "REQUEST", identitySource=sources, authorizerResultTtlInSeconds=300
    )
    requests = [
        {"headers": {"Token": "t"}, "params": {"tenant": tenant}} for tenant in ("a", "a", "b")
    ]
    return "asked for the calls " + _counts(api, *requests)


@AREA.row(
    "REQUEST: the members of the authorizer's event",
    aws="headers, httpMethod, methodArn, multiValueHeaders, multiValueQueryStringParameters, path, "
    "pathParameters, queryStringParameters, requestContext, resource, stageVariables, type",
    source=docs.AUTHORIZER_INPUT,
)
def request_event(lab: Laboratory) -> str:
    api = lab.guarded_api("REQUEST", identitySource="method.request.header.Token")
    answer = api.get("/", headers={"Token": "event"})
    return ", ".join(sorted(json.loads(answer.json()["requestContext"]["authorizer"]["event"])))


@AREA.row(
    "An authorizer whose function does not permit API Gateway",
    aws='500 {"message": null}',
    source=docs.LAMBDA_AUTHORIZERS,
)
def not_permitted(lab: Laboratory) -> str:
    arn = lab.function("def handler(event, context): return {}")
    uri = lab.obedient()["uri"].rpartition("/functions/")[0] + f"/functions/{arn}/invocations"
    api = lab.guarded_api("TOKEN", identitySource=TOKEN_SOURCE, authorizerUri=uri)
    return said(api.get("/", headers={"Authorization": "allow"}))
