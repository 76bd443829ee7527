"""What a caller of an API sees when the function behind it misbehaves."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import said
from tests.integration.conformance.row import Area, Probe

AREA = Area("API Gateway: handlers that misbehave")

BAD_GATEWAY = '502 {"message": "Internal server error"}'


def _returning(what: str, result: Any) -> None:
    """A row for a result that is no proxy response."""

    def returns(lab: Laboratory) -> str:
        return said(lab.obedient_api().post("/", json={"result": result}))

    _row(f"The function returns {what}", returns)


def _row(behaviour: str, probe: Probe) -> None:
    probe.__name__ = behaviour.lower()
    AREA.row(behaviour, aws=BAD_GATEWAY, source=docs.PROXY_INTEGRATION)(probe)


_returning("null", None)
_returning("a string", "text")
_returning("a list", ["list"])
_returning("a status code that is no number", {"statusCode": "abc"})
_returning("the status code 600", {"statusCode": 600})
_returning("a body that is an object", {"statusCode": 200, "body": {"not": "text"}})
_returning("a member that a proxy response has not", {"statusCode": 200, "surplus": 1})
_returning("headers that are a list", {"statusCode": 200, "headers": ["X"]})
_returning(
    "multi-value headers that are no lists", {"statusCode": 200, "multiValueHeaders": {"X": "a"}}
)


@AREA.row(
    "The function raises an exception",
    aws=BAD_GATEWAY,
    source=docs.LAMBDA_ERRORS,
)
def raises(lab: Laboratory) -> str:
    return said(lab.obedient_api().post("/", json={"raise": "a secret of the handler"}))


@AREA.row("The function's process ends with 0", aws=BAD_GATEWAY, source=docs.LAMBDA_ERRORS)
def exits(lab: Laboratory) -> str:
    return said(lab.obedient_api().post("/", json={"exit": 0}))


@AREA.row("The function's process ends with 7", aws=BAD_GATEWAY, source=docs.LAMBDA_ERRORS)
def exits_with_an_error(lab: Laboratory) -> str:
    return said(lab.obedient_api().post("/", json={"exit": 7}))


@AREA.row("The call after one whose process ended", aws="200", source=docs.EXECUTION_ENVIRONMENT)
def next_call(lab: Laboratory) -> str:
    lab.obedient_api().post("/", json={"exit": 7})
    return str(lab.obedient_api().post("/", json={}).status_code)


@AREA.row("The function times out by its own limit", aws=BAD_GATEWAY, source=docs.LAMBDA_ERRORS)
def times_out(lab: Laboratory) -> str:
    code = "import time\ndef handler(event, context): time.sleep(30)"
    return said(lab.rest_api({"GET /": lab.proxy_of(code, timeout=1)}).get("/"))


@AREA.row("The function's module can't be imported", aws=BAD_GATEWAY, source=docs.LAMBDA_ERRORS)
def does_not_load(lab: Laboratory) -> str:
    return said(lab.rest_api({"GET /": lab.proxy_of("import no_such_module")}).get("/"))


@AREA.row("The function has no such handler", aws=BAD_GATEWAY, source=docs.LAMBDA_ERRORS)
def has_no_handler(lab: Laboratory) -> str:
    return said(lab.rest_api({"GET /": lab.proxy_of("other = 1")}).get("/"))


@AREA.row(
    "The function uses more than its memory",
    aws=BAD_GATEWAY,
    source=docs.LAMBDA_ERRORS,
)
def runs_out_of_memory(lab: Laboratory) -> str:
    code = "def handler(event, context): return len(b'x' * 400_000_000)"
    return said(lab.rest_api({"GET /": lab.proxy_of(code, MemorySize=128)}).get("/"))


@AREA.row(
    "The function returns more than 6 MB",
    aws=BAD_GATEWAY,
    source=docs.LAMBDA_QUOTAS,
)
def too_large(lab: Laboratory) -> str:
    return said(lab.obedient_api().post("/", json={"size": 6_400_000}))


@AREA.row(
    "The function returns what JSON can't say",
    aws=BAD_GATEWAY,
    source=docs.LAMBDA_ERRORS,
)
def not_serializable(lab: Laboratory) -> str:
    code = "def handler(event, context): return {1, 2}"
    return said(lab.rest_api({"GET /": lab.proxy_of(code)}).get("/"))


@AREA.row(
    "The function returns only `statusCode`",
    aws="204 (empty)",
    source=docs.PROXY_INTEGRATION,
)
def only_a_status(lab: Laboratory) -> str:
    return said(lab.obedient_api().post("/", json={"result": {"statusCode": 204}}))


@AREA.row(
    "The function prints a JSON line that looks like a response",
    aws="200, the returned body",
    source=docs.PYTHON_LOGGING,
)
def prints_a_response(lab: Laboratory) -> str:
    printed = json.dumps({"statusCode": 200, "body": "the printed body"})
    order = {"print": printed, "result": {"statusCode": 200, "body": "the returned body"}}
    answer = lab.obedient_api().post("/", json=order)
    return f"{answer.status_code}, {answer.text}"


@AREA.row(
    "The error type of a bad gateway, in x-amzn-ErrorType",
    aws="InternalServerErrorException",
    source=docs.GATEWAY_RESPONSE_TYPES,
)
def error_type(lab: Laboratory) -> str:
    answer = lab.obedient_api().post("/", json={"result": "text"})
    return answer.headers.get("x-amzn-ErrorType", "no such header")
