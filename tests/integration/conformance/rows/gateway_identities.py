"""COGNITO_USER_POOLS and AWS_IAM: callers that Cognito or a signature vouches for."""

from __future__ import annotations

import base64
import json
from typing import Any

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import said
from tests.integration.conformance.row import Area
from tests.rest_api_workshop import DeployedRestApi
from tests.user_pool import UserPool, user_pool

AREA = Area("API Gateway: Cognito and IAM callers")

UNAUTHORIZED = '401 {"message": "Unauthorized"}'


def pool_of(lab: Laboratory) -> UserPool:
    """A shared user pool."""
    return lab.stack.keep("user pool", lambda: user_pool(lab.shared))


def pool_api(lab: Laboratory) -> DeployedRestApi:
    """A shared API: `GET /` wants an id token, `GET /scoped` an access token with a scope."""

    def make() -> DeployedRestApi:
        api = lab.shared.guarded_api(
            "COGNITO_USER_POOLS",
            providerARNs=[pool_of(lab).arn],
            identitySource="method.request.header.Authorization",
        )
        authorizer = lab.gateway.get_authorizers(restApiId=api.id)["items"][0]["id"]
        for path, scope in (("/scoped", "aws.cognito.signin.user.admin"), ("/other", "a/b")):
            api.method(
                f"GET {path}",
                lab.obedient(),
                authorizationType="COGNITO_USER_POOLS",
                authorizerId=authorizer,
                authorizationScopes=[scope],
            )
        api.deploy()
        return api

    return lab.stack.keep("pool API", make)


def _call(lab: Laboratory, path: str, token: str | None) -> str:
    headers = {} if token is None else {"Authorization": token}
    answer = pool_api(lab).get(path, headers=headers)
    return "200" if answer.status_code == 200 else said(answer)


@AREA.row("Cognito: an id token", aws="200", source=docs.COGNITO_AUTHORIZERS)
def id_token(lab: Laboratory) -> str:
    return _call(lab, "/", pool_of(lab).tokens()["IdToken"])


@AREA.row("Cognito: no token", aws=UNAUTHORIZED, source=docs.COGNITO_AUTHORIZERS)
def no_token(lab: Laboratory) -> str:
    return _call(lab, "/", None)


@AREA.row("Cognito: what is no token", aws=UNAUTHORIZED, source=docs.COGNITO_AUTHORIZERS)
def nonsense(lab: Laboratory) -> str:
    return _call(lab, "/", "nonsense")


@AREA.row(
    "Cognito: a token with another payload under its signature",
    aws=UNAUTHORIZED,
    source=docs.COGNITO_AUTHORIZERS,
)
def forged_claims(lab: Laboratory) -> str:
    head, body, signature = pool_of(lab).tokens()["IdToken"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    forged = json.dumps({**claims, "email": "eve@example.com"}).encode()
    payload = base64.urlsafe_b64encode(forged).decode().rstrip("=")
    return _call(lab, "/", f"{head}.{payload}.{signature}")


@AREA.row(
    "Cognito: a token with the algorithm `none`", aws=UNAUTHORIZED, source=docs.COGNITO_AUTHORIZERS
)
def no_algorithm(lab: Laboratory) -> str:
    _, body, _ = pool_of(lab).tokens()["IdToken"].split(".")
    head = base64.urlsafe_b64encode(b'{"alg": "none"}').decode().rstrip("=")
    return _call(lab, "/", f"{head}.{body}.")


@AREA.row("Cognito: a token of another pool", aws=UNAUTHORIZED, source=docs.COGNITO_AUTHORIZERS)
def other_pool(lab: Laboratory) -> str:
    return _call(lab, "/", user_pool(lab).tokens()["IdToken"])


@AREA.row(
    "Cognito: an access token where the method has no scopes",
    aws=UNAUTHORIZED,
    source=docs.COGNITO_AUTHORIZERS,
)
def access_token_without_scopes(lab: Laboratory) -> str:
    return _call(lab, "/", pool_of(lab).tokens()["AccessToken"])


@AREA.row(
    "Cognito: an access token with the method's scope", aws="200", source=docs.COGNITO_AUTHORIZERS
)
def access_token_with_scope(lab: Laboratory) -> str:
    return _call(lab, "/scoped", pool_of(lab).tokens()["AccessToken"])


@AREA.row(
    "Cognito: an access token without the method's scope",
    aws=UNAUTHORIZED,
    source=docs.COGNITO_AUTHORIZERS,
)
def access_token_with_other_scope(lab: Laboratory) -> str:
    return _call(lab, "/other", pool_of(lab).tokens()["AccessToken"])


@AREA.row(
    "Cognito: the claims in `requestContext.authorizer`",
    aws='["ada@example.com", "id", "ada"]',
    source=docs.COGNITO_AUTHORIZERS,
)
def claims_in_event(lab: Laboratory) -> str:
    answer = pool_api(lab).get("/", headers={"Authorization": pool_of(lab).tokens()["IdToken"]})
    claims = answer.json()["requestContext"]["authorizer"]["claims"]
    return json.dumps([claims[name] for name in ("email", "token_use", "cognito:username")])


def _iam_api(lab: Laboratory) -> DeployedRestApi:
    def make() -> DeployedRestApi:
        api = lab.shared.rest_api({})
        api.method("GET /", lab.obedient(), authorizationType="AWS_IAM")
        api.deploy()
        return api

    return lab.stack.keep("IAM API", make)


def _signed(api: DeployedRestApi, key: str, secret: str) -> requests.Response:
    """A GET of the API's root with a signature."""
    request = AWSRequest("GET", f"{api.url}/")
    SigV4Auth(Credentials(key, secret), "execute-api", "us-east-1").add_auth(request)
    return api.get("/", headers=dict(request.headers.items()))


def _user(lab: Laboratory, *actions: str) -> dict[str, Any]:
    """The access key of a new user that may do these things."""
    iam = lab.client("iam")
    name = lab.name()
    iam.create_user(UserName=name)
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    if actions:
        iam.put_user_policy(
            UserName=name,
            PolicyName="own",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
    key: dict[str, Any] = iam.create_access_key(UserName=name)["AccessKey"]
    return key


@AREA.row(
    "AWS_IAM: no signature",
    aws='403 {"message": "Missing Authentication Token"}',
    source=docs.IAM_AUTHORIZATION,
)
def unsigned(lab: Laboratory) -> str:
    return said(_iam_api(lab).get("/"))


@AREA.row(
    "AWS_IAM: a user that is allowed `execute-api:Invoke`", aws="200", source=docs.IAM_AUTHORIZATION
)
def allowed_user(lab: Laboratory) -> str:
    key = _user(lab, "execute-api:Invoke")
    answer = _signed(_iam_api(lab), key["AccessKeyId"], key["SecretAccessKey"])
    return "200" if answer.status_code == 200 else said(answer)


@AREA.row("AWS_IAM: a user without a policy", aws="403", source=docs.IAM_AUTHORIZATION)
def denied_user(lab: Laboratory) -> str:
    key = _user(lab)
    answer = _signed(_iam_api(lab), key["AccessKeyId"], key["SecretAccessKey"])
    return str(answer.status_code)


@AREA.row(
    "AWS_IAM: a signature with another secret",
    aws="403 InvalidSignatureException",
    source=docs.IAM_AUTHORIZATION,
)
def other_secret(lab: Laboratory) -> str:
    key = _user(lab, "execute-api:Invoke")
    answer = _signed(_iam_api(lab), key["AccessKeyId"], "not the secret")
    return f"{answer.status_code} {answer.headers.get('x-amzn-ErrorType', 'without an error type')}"


@AREA.row(
    "AWS_IAM: `requestContext.identity.userArn` ends in the user's name",
    aws="true",
    source=docs.IAM_AUTHORIZATION,
)
def user_in_event(lab: Laboratory) -> str:
    key = _user(lab, "execute-api:Invoke")
    answer = _signed(_iam_api(lab), key["AccessKeyId"], key["SecretAccessKey"])
    arn = answer.json()["requestContext"]["identity"].get("userArn") or ""
    return json.dumps(arn.endswith(f":user/{key['UserName']}"))
