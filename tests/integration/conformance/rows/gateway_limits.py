"""Sizes and times that a request to an API may not exceed."""

from __future__ import annotations

import time

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import MOCK, Laboratory
from tests.integration.conformance.observing import awaited, outcome, said
from tests.integration.conformance.row import Area
from tests.rest_api_workshop import DeployedRestApi

AREA = Area("API Gateway: limits and time-outs")

MEGABYTE = 1024 * 1024
JSON = {"Content-Type": "application/json"}


@AREA.row("A request of 10 MB", aws="200 (empty)", source=docs.GATEWAY_QUOTAS)
def ten_megabytes(lab: Laboratory) -> str:
    return said(lab.mock_api().post("/", data=b" " * 10 * MEGABYTE, headers=JSON))


@AREA.row(
    "A request of 10 MB and a byte",
    aws='413 {"message": "Request Too Long"}',
    source=docs.GATEWAY_QUOTAS,
)
def more_than_ten_megabytes(lab: Laboratory) -> str:
    return said(lab.mock_api().post("/", data=b" " * (10 * MEGABYTE + 1), headers=JSON))


@AREA.row(
    "A request of 7 MB to a function, which takes 6",
    aws='413 {"message": "Request Too Long"}',
    source=docs.LAMBDA_QUOTAS,
)
def too_large_for_a_function(lab: Laboratory) -> str:
    return said(lab.obedient_api().post("/", data=b"x" * 7 * MEGABYTE))


@AREA.row(
    "The function takes longer than `timeoutInMillis`",
    aws='504 {"message": "Endpoint request timed out"}',
    source=docs.GATEWAY_QUOTAS,
)
def own_time_out(lab: Laboratory) -> str:
    api = lab.rest_api({"POST /": {**lab.obedient(), "timeoutInMillis": 200}})
    return said(api.post("/", json={"sleep": 1}))


SLOW_WRITER = """
import time
def handler(event, context):
    time.sleep(1)
    print("it ran to its end")
    return {"statusCode": 200}
"""


def timed_out_api(lab: Laboratory) -> tuple[str, DeployedRestApi]:
    """A function that writes to its log after the caller was told that it timed out."""
    arn = lab.function(SLOW_WRITER, Timeout=10)
    return arn, lab.rest_api({"GET /": {**lab.proxy(arn), "timeoutInMillis": 300}})


@AREA.row(
    "The function runs on after the caller had its 504",
    aws="504, then it ran to its end",
    source=docs.LAMBDA_ERRORS,
)
def runs_on(lab: Laboratory) -> str:
    arn, api = timed_out_api(lab)
    status = api.get("/").status_code
    logged = awaited(lambda: "it ran to its end" in " ".join(lab.log_messages(arn)))
    return f"{status}, then {'it ran to its end' if logged else 'nothing more'}"


@AREA.row(
    "The function takes 32 s and the integration says nothing of a time-out",
    aws='504 {"message": "Endpoint request timed out"} after 29 s',
    source=docs.GATEWAY_QUOTAS,
    waits=True,
)
def default_time_out(lab: Laboratory) -> str:
    code = "import time\ndef handler(event, context): time.sleep(32)"
    api = lab.rest_api({"GET /": lab.proxy_of(code, timeout=60)})
    began = time.monotonic()
    answer = api.get("/")
    seconds = time.monotonic() - began
    # A busy machine may add a little; the function itself answers after 32 s.
    return f"{said(answer)} after {'29 s' if 28.9 <= seconds < 32 else _coarse(seconds)}"


def _coarse(seconds: float) -> str:
    return "32 s" if seconds >= 32 else "less than 29 s"


def _time_out(lab: Laboratory, milliseconds: int) -> str:
    api = lab.mock_api()
    return outcome(
        lambda: lab.gateway.put_integration(
            restApiId=api.id,
            resourceId=api.resource("/"),
            httpMethod="GET",
            timeoutInMillis=milliseconds,
            **MOCK,
        )
    )


@AREA.row(
    "`timeoutInMillis` of 49",
    aws="400 BadRequestException: Timeout should be between 50 ms and 29000 ms",
    source=docs.RECORDED_INTEGRATIONS,
)
def too_short_time_out(lab: Laboratory) -> str:
    return _time_out(lab, 49)


@AREA.row(
    "`timeoutInMillis` of 29,001",
    aws="400 BadRequestException: Timeout should be between 50 ms and 29000 ms",
    source=docs.RECORDED_INTEGRATIONS,
)
def too_long_time_out(lab: Laboratory) -> str:
    return _time_out(lab, 29_001)
