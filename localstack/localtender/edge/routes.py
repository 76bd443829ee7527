"""Which part of the edge answers a request: gateway, functions, our own control, or the engine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

# The forms in which a REST API is called, as LocalStack's documentation "API Gateway" and AWS's
# "Invoke REST APIs in API Gateway" have them. More than one slash before the stage is one, as
# recorded on AWS in LocalStack's `test_apigateway_lambda.snapshot.json`.
_EXECUTE_PATH = re.compile(r"/_aws/execute-api/(?P<api>[^/]+)/+(?P<stage>[^/]+)(?P<path>/.*)?")
_USER_REQUEST_PATH = re.compile(
    r"/restapis/(?P<api>[^/]+)/+(?P<stage>[^/]+)/_user_request_(?P<path>/.*)?"
)
_EXECUTE_PATH_WITHOUT_STAGE = re.compile(r"/_aws/execute-api/(?P<api>[^/]+)/*")
# Private APIs have the id of a VPC endpoint behind their own: "Invoke a private API".
_EXECUTE_HOST = re.compile(r"(?P<api>[a-z0-9]+)(?:-vpce-[a-z0-9]+)?\.execute-api\.", re.IGNORECASE)
_URL_PATH = re.compile(r"/_aws/lambda-url/(?P<url>[a-z0-9]+)(?P<path>/.*)?")
_URL_HOST = re.compile(r"(?P<url>[a-z0-9]+)\.lambda-url\.", re.IGNORECASE)
_STAGE_PATH = re.compile(r"/+(?P<stage>[^/]+)(?P<path>/.*)?")

_LAMBDA_PATH = re.compile(
    r"/\d{4}-\d{2}-\d{2}/(functions|event-source-mappings|layers|tags|account-settings)(/|$)"
)
_GATEWAY_PATH = re.compile(
    r"/(restapis|apikeys|usageplans|domainnames|clientcertificates|account)(/|$)"
)


# LocalStack's Chaos API, which acts upon our faults.
CHAOS_PATH = "/_localstack/chaos/"


class Target(Enum):
    """The parts of the edge that answer requests."""

    EXECUTE_API = "execute-api"
    API_GATEWAY = "apigateway"
    LAMBDA = "lambda"
    FUNCTION_URL = "lambda-url"
    CLOUDWATCH = "monitoring"
    CONTROL = "localtender"
    ENGINE = "engine"


@dataclass(frozen=True)
class Route:
    """A request's destination; the last three fields are set for EXECUTE_API only.

    `path` is the resource path below the stage, percent-encoded, beginning with a slash. For
    FUNCTION_URL `api_id` is the URL's identifier and `path` everything behind the host. An ENGINE
    route with an `api_id` is a call of an HTTP API that the engine has deployed.
    """

    target: Target
    api_id: str = ""
    stage: str = ""
    path: str = "/"

    @property
    def is_api(self) -> bool:
        """Whether it leads to the API of a service, not to something that was deployed there."""
        return self.service is not None or (self.target is Target.ENGINE and not self.api_id)

    @property
    def service(self) -> str | None:
        """The signing name of the service, where it is one of our own."""
        ours = (Target.API_GATEWAY, Target.LAMBDA, Target.CLOUDWATCH)
        return self.target.value if self.target in ours else None


_ENGINE = Route(Target.ENGINE)


def route_request(raw_path: str, host: str, signing_service: str | None) -> Route:
    """Decide by path, Host header and the service of the SigV4 scope (None when unsigned)."""
    if raw_path.startswith(("/_localtender/", CHAOS_PATH)):
        return Route(Target.CONTROL)
    call = _EXECUTE_PATH.fullmatch(raw_path) or _USER_REQUEST_PATH.fullmatch(raw_path)
    if call:
        return Route(Target.EXECUTE_API, call["api"], call["stage"], call["path"] or "/")
    function_url = _URL_PATH.fullmatch(raw_path)
    if function_url:
        return Route(Target.FUNCTION_URL, function_url["url"], path=function_url["path"] or "/")
    url_host = _URL_HOST.match(host)
    if url_host:
        return Route(Target.FUNCTION_URL, url_host["url"].lower(), path=raw_path)
    without_stage = _EXECUTE_PATH_WITHOUT_STAGE.fullmatch(raw_path)
    if without_stage:
        return Route(Target.EXECUTE_API, without_stage["api"])
    api_id = api_of_host(host)
    if api_id is not None:
        below = _STAGE_PATH.fullmatch(raw_path)
        if below is None:
            return Route(Target.EXECUTE_API, api_id)
        return Route(Target.EXECUTE_API, api_id, below["stage"], below["path"] or "/")
    return _control_plane(raw_path, signing_service)


def api_of_host(host: str) -> str | None:
    """The API id of a Host header like `{api}.execute-api.us-east-1.amazonaws.com`, or None."""
    found = _EXECUTE_HOST.match(host)
    return found["api"].lower() if found else None


def _control_plane(raw_path: str, signing_service: str | None) -> Route:
    if signing_service == "apigateway":
        # HTTP and WebSocket APIs share the signing name and stay with the engine.
        return _ENGINE if raw_path.startswith("/v2/") else Route(Target.API_GATEWAY)
    if signing_service == "lambda":
        return Route(Target.LAMBDA)
    if signing_service == "monitoring":
        return Route(Target.CLOUDWATCH)
    if signing_service is None:
        if _LAMBDA_PATH.match(raw_path):
            return Route(Target.LAMBDA)
        if _GATEWAY_PATH.match(raw_path):
            return Route(Target.API_GATEWAY)
    return _ENGINE
