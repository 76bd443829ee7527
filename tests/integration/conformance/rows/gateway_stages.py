"""Canary releases, resource policies and execution logs of a stage."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import MOCK, Laboratory
from tests.integration.conformance.mapped_api import mapped, mock, with_template
from tests.integration.conformance.observing import awaited
from tests.integration.conformance.row import Area

AREA = Area("API Gateway: stages")


@AREA.row(
    "A canary with all of the traffic serves its own deployment, and its variables",
    aws="the stage before, the canary after",
    source=docs.CANARY,
)
def canary(lab: Laboratory) -> str:
    answer = {"status": "200", **with_template("the $stageVariables.which")}
    api = mapped(lab, mock(), answer, route="GET /")
    api.change_stage(variables__which="stage")
    before = api.get("/").text
    lab.gateway.create_deployment(
        restApiId=api.id,
        stageName="live",
        canarySettings={"percentTraffic": 100, "stageVariableOverrides": {"which": "canary"}},
    )
    return f"{before} before, {api.get('/').text} after"


@AREA.row(
    "A canary that is promoted is the stage's deployment",
    aws="200 with the canary's method, no canary",
    source=docs.CANARY,
)
def promoted(lab: Laboratory) -> str:
    api = lab.mock_api()
    api.method("GET /new", MOCK)
    lab.answers(api, "GET /new", "200")
    made = lab.gateway.create_deployment(
        restApiId=api.id, stageName="live", canarySettings={"percentTraffic": 0}
    )
    lab.gateway.update_stage(
        restApiId=api.id,
        stageName="live",
        patchOperations=[
            {"op": "replace", "path": "/deploymentId", "value": made["id"]},
            {"op": "remove", "path": "/canarySettings"},
        ],
    )
    left = lab.gateway.get_stage(restApiId=api.id, stageName="live").get("canarySettings")
    status = api.get("/new").status_code
    return f"{status} with the canary's method, {'a' if left else 'no'} canary"


def _with_policy(lab: Laboratory, **statement: Any) -> str:
    """What an API says whose resource policy has this statement besides an allow for everybody."""
    everything = {"Action": "execute-api:Invoke", "Principal": "*", "Resource": "execute-api:/*"}
    statements = [{"Effect": "Allow", **everything}, {**everything, **statement}]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    answer = lab.mock_api(policy=policy).get("/")
    reason = ", with an explicit deny" if "with an explicit deny" in answer.text else ""
    return f"{answer.status_code}{reason}"


@AREA.row(
    "A resource policy that denies the caller's address",
    aws="403, with an explicit deny",
    source=docs.RESOURCE_POLICY,
)
def denied_address(lab: Laboratory) -> str:
    condition = {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}
    return _with_policy(lab, Effect="Deny", Condition=condition)


@AREA.row("A resource policy that denies another address", aws="200", source=docs.RESOURCE_POLICY)
def other_address(lab: Laboratory) -> str:
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    return _with_policy(lab, Effect="Deny", Condition=condition)


@AREA.row(
    "The execution log of a stage at level INFO has the method's end",
    aws="Method completed with status: 200",
    source=docs.LOGGING,
)
def execution_log(lab: Laboratory) -> str:
    role = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": lab.role}]
    lab.gateway.update_account(patchOperations=role)
    api = lab.mock_api()
    api.change_stage(**{"*__*__logging__loglevel": "INFO"})
    api.get("/")
    logs = lab.client("logs")
    group = f"API-Gateway-Execution-Logs_{api.id}/live"

    def lines() -> list[str]:
        groups = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        if not groups:
            return []
        found = logs.filter_log_events(logGroupName=group)["events"]
        return [event["message"] for event in found if "Method completed" in event["message"]]

    found = awaited(lines)
    return found[0].partition(") ")[2].strip() if found else "no such line"
