"""Access logs of a stage and the metrics of an API."""

from __future__ import annotations

import re
from typing import Any

import requests

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import awaited, outcome
from tests.integration.conformance.row import Area
from tests.metric_statistics import statistic
from tests.rest_api_workshop import DeployedRestApi

AREA = Area("API Gateway: access logs and metrics")


def _logged(
    lab: Laboratory, api: DeployedRestApi, form: str, path: str = "/"
) -> tuple[str, requests.Response]:
    """One request's line in the access log, which ends in the request's id, and its answer."""
    logs, group = lab.client("logs"), f"access-{api.id}"
    logs.create_log_group(logGroupName=group)
    role = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": lab.role}]
    lab.gateway.update_account(patchOperations=role)
    arn = f"arn:aws:logs:{lab.region}:{lab.account_id}:log-group:{group}"
    api.change_stage(
        accessLogSettings__destinationArn=arn,
        accessLogSettings__format=f"{form} $context.requestId",
    )
    answer = api.get(path)
    events = awaited(lambda: logs.filter_log_events(logGroupName=group)["events"])
    return (events[0]["message"].strip() if events else ""), answer


def _line(lab: Laboratory, api: DeployedRestApi, form: str, path: str = "/") -> str:
    return _logged(lab, api, form, path)[0].rpartition(" ")[0] or "no line"


@AREA.row(
    "The access log in the stage's format",
    aws="200 GET / live HTTP/1.1",
    source=docs.ACCESS_LOGS,
)
def access_log(lab: Laboratory) -> str:
    form = (
        "$context.status $context.httpMethod $context.resourcePath $context.stage $context.protocol"
    )
    return _line(lab, lab.mock_api(), form)


@AREA.row(
    "`$context.requestId` of the access log beside x-amzn-RequestId",
    aws="the same",
    source=docs.ACCESS_LOGS,
)
def logged_request_id(lab: Laboratory) -> str:
    line, answer = _logged(lab, lab.mock_api(), "id:")
    return (
        "the same"
        if line.removeprefix("id: ") == answer.headers.get("x-amzn-RequestId")
        else "no such line"
    )


@AREA.row(
    "The access log of a refused request",
    aws="403 Missing Authentication Token MISSING_AUTHENTICATION_TOKEN",
    source=docs.ACCESS_LOGS,
)
def logged_refusal(lab: Laboratory) -> str:
    form = "$context.status $context.error.message $context.error.responseType"
    return _line(lab, lab.mock_api(), form, "/nowhere")


@AREA.row(
    "The access log's latencies are numbers and what has no value is a dash",
    aws="number number -",
    source=docs.ACCESS_LOGS,
)
def logged_latency(lab: Laboratory) -> str:
    api = lab.rest_api({"GET /": lab.obedient()})
    form = "$context.responseLatency $context.integrationLatency $context.authorizer.principalId"
    return re.sub(r"\b\d+\b", "number", _line(lab, api, form))


@AREA.row(
    "An access log of an account that gave API Gateway no role for CloudWatch Logs",
    aws="400 BadRequestException: CloudWatch Logs role ARN must be set in account settings to "
    "enable logging",
    source=docs.LOGGING,
)
def no_logging_role(lab: Laboratory) -> str:
    api = lab.other_account().mock_api()
    arn = f"arn:aws:logs:{lab.region}:{api.workshop.account_id}:log-group:access"
    return outcome(
        lambda: api.change_stage(
            accessLogSettings__destinationArn=arn, accessLogSettings__format="$context.requestId"
        )
    )


def _statistic(lab: Laboratory, api: DeployedRestApi, metric: str, kind: str) -> float:
    name = lab.gateway.get_rest_api(restApiId=api.id)["name"]
    return statistic(lab.client("cloudwatch"), "AWS/ApiGateway", metric, kind, ApiName=name)


def _metric_row(metric: str, aws: str, order: dict[str, Any], path: str = "/") -> None:
    def enough(found: float) -> bool:
        return found >= float(aws)

    def probe(lab: Laboratory) -> str:
        api = lab.rest_api({"POST /": lab.obedient()})
        for _ in range(2):
            api.post(path, json=order)
        return f"{awaited(lambda: _statistic(lab, api, metric, 'Sum'), enough):.0f}"

    probe.__name__ = metric
    behaviour = {"Count": "two requests", "4XXError": "two requests of a path that is not there"}
    told = behaviour.get(metric, "two requests whose function fails")
    AREA.row(f"The metric {metric} after {told}", aws=aws, source=docs.GATEWAY_METRICS)(probe)


_metric_row("Count", "2", {})
_metric_row("4XXError", "2", {}, "/nowhere")
_metric_row("5XXError", "2", {"raise": "x"})


@AREA.row(
    "The metrics Latency and IntegrationLatency of a function that takes 200 ms",
    aws="both at least 200 ms, Latency the longer one",
    source=docs.GATEWAY_METRICS,
)
def latency(lab: Laboratory) -> str:
    api = lab.rest_api({"POST /": lab.obedient()})
    api.post("/", json={"sleep": 0.2})
    whole = awaited(lambda: _statistic(lab, api, "Latency", "Maximum"))
    part = _statistic(lab, api, "IntegrationLatency", "Maximum")
    if 200 <= part <= whole:
        return "both at least 200 ms, Latency the longer one"
    return "no such metrics" if whole == 0 else f"Latency {whole}, IntegrationLatency {part}"


@AREA.row(
    "Metrics by stage: the dimensions ApiName and Stage", aws="true", source=docs.GATEWAY_METRICS
)
def stage_dimension(lab: Laboratory) -> str:
    api = lab.mock_api()
    name = lab.gateway.get_rest_api(restApiId=api.id)["name"]
    api.get("/")
    wanted = [{"Name": "ApiName", "Value": name}, {"Name": "Stage", "Value": "live"}]

    def known() -> bool:
        found = lab.client("cloudwatch").list_metrics(
            Namespace="AWS/ApiGateway", MetricName="Count", Dimensions=wanted
        )
        return any(len(metric["Dimensions"]) == 2 for metric in found["Metrics"])

    return str(awaited(known)).lower()
