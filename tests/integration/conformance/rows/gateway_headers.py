"""Headers between a client, the gateway and an integration."""

from __future__ import annotations

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import MOCK, Laboratory
from tests.integration.conformance.observing import said
from tests.integration.conformance.row import Area
from tests.rest_api_workshop import DeployedRestApi

AREA = Area("API Gateway: headers of integrations")


def _answering(lab: Laboratory, **headers: str) -> DeployedRestApi:
    """An API whose MOCK answers with mapped headers; `_` in a name stands for a dash."""
    api = lab.rest_api({})
    api.method("GET /", MOCK)
    mapped = {name.replace("_", "-"): f"'{value}'" for name, value in headers.items()}
    lab.answers(api, "GET /", "200", mapped)
    api.deploy()
    return api


@AREA.row(
    "A mapped response header of the gateway's own (Date, Server, Authorization)",
    aws="x-amzn-Remapped-Date, x-amzn-Remapped-Server, x-amzn-Remapped-Authorization",
    source=docs.RECORDED_INTEGRATIONS,
)
def remapped(lab: Laboratory) -> str:
    answer = _answering(lab, Date="own", Server="own", Authorization="own").get("/")
    names = ("Date", "Server", "Authorization")
    return ", ".join(
        f"x-amzn-Remapped-{name}"
        if answer.headers.get(f"x-amzn-Remapped-{name}") == "own"
        else f"{name}: {answer.headers.get(name)}"
        for name in names
    )


@AREA.row(
    "A function's own `WWW-Authenticate`",
    aws="x-amzn-Remapped-WWW-Authenticate",
    source=docs.KNOWN_ISSUES,
)
def remapped_of_a_function(lab: Laboratory) -> str:
    result = {"statusCode": 401, "headers": {"WWW-Authenticate": "Basic"}}
    answer = lab.obedient_api().post("/", json={"result": result})
    names = ("WWW-Authenticate", "x-amzn-Remapped-WWW-Authenticate")
    return ", ".join(name for name in names if name in answer.headers)


def _refused(name: str) -> None:
    def probe(lab: Laboratory) -> str:
        integration = {
            **lab.obedient(),
            "requestParameters": {f"integration.request.header.{name}": "'x'"},
        }
        return said(lab.rest_api({"GET /": integration}).get("/"))

    probe.__name__ = f"mapped {name}".lower()
    AREA.row(
        f"An integration that is given the header `{name}`",
        aws='500 {"message": "Internal server error"}',
        source=docs.RECORDED_INTEGRATIONS,
    )(probe)


for _name in ("Content-Length", "Transfer-Encoding", "Authorization", "Expect", "TE"):
    _refused(_name)


@AREA.row("X-Amzn-Trace-Id of a MOCK", aws="no such header", source=docs.RECORDED_COMMON)
def trace_of_a_mock(lab: Laboratory) -> str:
    there = "X-Amzn-Trace-Id" in lab.mock_api().get("/").headers
    return "a trace" if there else "no such header"


@AREA.row(
    "X-Amzn-Trace-Id of a function",
    aws="Root, Parent, Sampled, Lineage",
    source=docs.RECORDED_COMMON,
)
def trace_of_a_function(lab: Laboratory) -> str:
    trace = lab.obedient_api().post("/", json={}).headers.get("X-Amzn-Trace-Id", "")
    return ", ".join(part.partition("=")[0].title() for part in trace.split(";"))
