"""How many run at once, and functions at an address of their own."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import awaited, outcome, said
from tests.integration.conformance.row import Area
from tests.integration.conformance.rows.lambda_results import invoked

AREA = Area("Lambda: scaling and function URLs")

SLEEPER = """
import os, time
def handler(event, context):
    print("began")
    time.sleep(event or 0)
    return os.getpid()
"""


@AREA.row("Four calls at the same time", aws="4 processes", source=docs.CONCURRENCY)
def scale_out(lab: Laboratory) -> str:
    arn = lab.function(SLEEPER)
    with ThreadPoolExecutor(4) as pool:
        pids = set(pool.map(lambda _: invoked(lab, arn, 3)["Payload"], range(4)))
    return f"{len(pids)} processes"


def _while_busy(lab: Laboratory, reserved: int) -> str:
    """What a call is told while another takes the reserved concurrency."""
    arn = lab.function(SLEEPER)
    lab.functions.put_function_concurrency(FunctionName=arn, ReservedConcurrentExecutions=reserved)
    if not reserved:
        return _throttled(lab, arn)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(invoked, lab, arn, 4)
        awaited(lambda: "began\n" in lab.log_messages(arn))
        told = _throttled(lab, arn)
        running.result()
    return told


def _throttled(lab: Laboratory, arn: str) -> str:
    try:
        lab.functions.invoke(FunctionName=arn)
    except lab.functions.exceptions.TooManyRequestsException as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return f"{status} TooManyRequestsException {error.response.get('Reason')}"
    return "200"


@AREA.row(
    "A second call where one is reserved",
    aws="429 TooManyRequestsException ReservedFunctionConcurrentInvocationLimitExceeded",
    source=docs.CONCURRENCY,
)
def reserved(lab: Laboratory) -> str:
    return _while_busy(lab, 1)


@AREA.row(
    "A call where none is reserved",
    aws="429 TooManyRequestsException ReservedFunctionConcurrentInvocationLimitExceeded",
    source=docs.CONCURRENCY,
)
def none_reserved(lab: Laboratory) -> str:
    return _while_busy(lab, 0)


@AREA.row(
    "A throttled function behind an API",
    aws='500 {"message": "Internal server error"}',
    source=docs.LAMBDA_ERRORS,
)
def throttled_behind_api(lab: Laboratory) -> str:
    arn = lab.function("def handler(event, context): return {'statusCode': 200}")
    api = lab.rest_api({"GET /": lab.proxy(arn)})
    lab.functions.put_function_concurrency(FunctionName=arn, ReservedConcurrentExecutions=0)
    return said(api.get("/"))


@AREA.row(
    "Provisioned concurrency: its status, and the initialization type of a call",
    aws="READY, provisioned-concurrency",
    source=docs.PROVISIONED_CONCURRENCY,
)
def provisioned(lab: Laboratory) -> str:
    arn = lab.function(
        "import os\ndef handler(e, c): return os.environ.get('AWS_LAMBDA_INITIALIZATION_TYPE')"
    )
    version = lab.functions.publish_version(FunctionName=arn)["Version"]
    place = {"FunctionName": arn, "Qualifier": version}
    lab.functions.put_provisioned_concurrency_config(**place, ProvisionedConcurrentExecutions=1)
    status = awaited(
        lambda: lab.functions.get_provisioned_concurrency_config(**place)["Status"],
        lambda told: told != "IN_PROGRESS",
    )
    kind = json.loads(invoked(lab, arn, Qualifier=version)["Payload"])
    return f"{status}, {kind}"


def _url(lab: Laboratory, code: str, *, public: bool = True, **config: Any) -> str:
    """The address of a new function: the path form where the endpoint has one."""
    arn = lab.function(code)
    made = lab.functions.create_function_url_config(
        FunctionName=arn, AuthType=config.pop("AuthType", "NONE"), **config
    )
    if public:
        lab.functions.add_permission(
            FunctionName=arn,
            StatementId="url",
            Action="lambda:InvokeFunctionUrl",
            Principal="*",
            FunctionUrlAuthType="NONE",
        )
        lab.functions.add_permission(
            FunctionName=arn, StatementId="call", Action="lambda:InvokeFunction", Principal="*"
        )
    return str(made["FunctionUrl"])


def _called(lab: Laboratory, url: str, method: str = "GET", **request: Any) -> requests.Response:
    """Call a function URL by its host name, at the endpoint's address."""
    headers = {"Host": urlsplit(url).netloc, **request.pop("headers", {})}
    path = request.pop("path", "/")
    return requests.request(
        method, lab.stack.endpoint_url + path, headers=headers, timeout=40, **request
    )


URL_ECHO = "import json\ndef handler(e, c): return {'statusCode': 201, 'body': json.dumps(e)}"


@AREA.row("A function URL: status of the function's result", aws="201", source=docs.FUNCTION_URLS)
def url(lab: Laboratory) -> str:
    return str(_called(lab, _url(lab, URL_ECHO)).status_code)


@AREA.row(
    "A function URL's event: version, method, path and query",
    aws='["2.0", "GET", "/a", "q=1"]',
    source=docs.URL_INVOCATION,
)
def url_event(lab: Laboratory) -> str:
    event = _called(lab, _url(lab, URL_ECHO), path="/a?q=1").json()
    return json.dumps(
        [
            event["version"],
            event["requestContext"]["http"]["method"],
            event["rawPath"],
            event["rawQueryString"],
        ]
    )


@AREA.row(
    "A function URL: a result that is no response", aws='200 {"a": 1}', source=docs.URL_INVOCATION
)
def url_plain_result(lab: Laboratory) -> str:
    return said(_called(lab, _url(lab, "def handler(e, c): return {'a': 1}")))


@AREA.row(
    "A function URL of a function that raises",
    aws="502 Internal Server Error",
    source=docs.URL_INVOCATION,
)
def url_error(lab: Laboratory) -> str:
    return said(_called(lab, _url(lab, "def handler(e, c): raise ValueError('a secret')")))


@AREA.row(
    "A function URL without permission for everybody",
    aws="403",
    source=docs.FUNCTION_URLS,
)
def url_not_public(lab: Laboratory) -> str:
    return str(_called(lab, _url(lab, URL_ECHO, public=False)).status_code)


@AREA.row("A function URL with AWS_IAM and no signature", aws="403", source=docs.FUNCTION_URLS)
def url_unsigned(lab: Laboratory) -> str:
    return str(_called(lab, _url(lab, URL_ECHO, AuthType="AWS_IAM")).status_code)


@AREA.row("A function URL's CORS answer to a preflight", aws="200 GET", source=docs.FUNCTION_URLS)
def url_preflight(lab: Laboratory) -> str:
    cors = {"AllowOrigins": ["https://shop.example"], "AllowMethods": ["GET"]}
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    answer = _called(lab, _url(lab, URL_ECHO, Cors=cors), "OPTIONS", headers=asked)
    return f"{answer.status_code} {answer.headers.get('Access-Control-Allow-Methods')}"


@AREA.row(
    "A second function URL of the same function",
    aws="409 ResourceConflictException",
    source=docs.FUNCTION_URLS,
)
def url_twice(lab: Laboratory) -> str:
    arn = lab.function(URL_ECHO)

    def make() -> None:
        lab.functions.create_function_url_config(FunctionName=arn, AuthType="NONE")

    make()
    return outcome(make).partition(":")[0]


@AREA.row(
    "InvokeWithResponseStream of a Python handler: its payload, and how the stream ends",
    aws='{"a": 1}, InvokeComplete',
    source=docs.STREAMING,
)
def response_stream(lab: Laboratory) -> str:
    arn = lab.function("def handler(event, context): return {'a': 1}")
    answer = lab.functions.invoke_with_response_stream(FunctionName=arn, Payload=b"{}")
    payload, end = b"", "no end"
    for event in answer["EventStream"]:
        payload += event.get("PayloadChunk", {}).get("Payload", b"")
        if "InvokeComplete" in event:
            end = "InvokeComplete"
    return f"{payload.decode()}, {end}"


@AREA.row(
    "A function URL with RESPONSE_STREAM does not interpret a Python handler's result",
    aws='200 {"statusCode": 201, "body": "made"}',
    source=docs.STREAMING,
)
def url_response_stream(lab: Laboratory) -> str:
    code = "def handler(event, context): return {'statusCode': 201, 'body': 'made'}"
    return said(_called(lab, _url(lab, code, InvokeMode="RESPONSE_STREAM")))
