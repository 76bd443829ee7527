"""State that survives the emulator's end, orderly or by kill -9."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest
import requests

from tests.running_edge import ACCOUNT, REGION, RunningEdge, running_edge


def edge_process() -> psutil.Process:
    """The emulator that this process started."""
    return next(
        child
        for child in psutil.Process().children()
        if child.is_running() and "localtender.edge" in child.cmdline()
    )


def kill() -> None:
    process = edge_process()
    os.kill(process.pid, signal.SIGKILL)


def an_api(edge: RunningEdge, function_arn: str) -> str:
    gateway = edge.client("apigateway")
    api: str = gateway.create_rest_api(name="payments")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    method = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(
        **method,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function_arn}"
        "/invocations",
    )
    gateway.create_deployment(restApiId=api, stageName="v1")
    return api


@pytest.mark.parametrize("ending", ["orderly", "killed"])
def test_functions_and_apis_survive(tmp_path: Path, ending: str) -> None:
    with running_edge(tmp_path, "--persist") as edge:
        recorder = edge.recorder("kept", variables={"ANSWER": '{"statusCode": 201, "body": "x"}'})
        functions = edge.client("lambda")
        functions.publish_version(FunctionName="kept")
        functions.add_permission(
            FunctionName="kept",
            StatementId="api",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:*",
        )
        url = functions.create_function_url_config(FunctionName="kept", AuthType="NONE")
        api = an_api(edge, recorder.arn)
        before = requests.get(f"{edge.endpoint_url}/_localtender/health", timeout=5).json()
        if ending == "killed":
            kill()
    with running_edge(tmp_path, "--persist") as edge:
        after = requests.get(f"{edge.endpoint_url}/_localtender/health", timeout=5).json()
        assert after["instance_id"] == before["instance_id"]
        functions = edge.client("lambda")
        versions = functions.list_versions_by_function(FunctionName="kept")["Versions"]
        assert [version["Version"] for version in versions] == ["$LATEST", "1"]
        kept = functions.get_function_url_config(FunctionName="kept")["FunctionUrl"]
        assert kept.partition(".")[0] == url["FunctionUrl"].partition(".")[0]
        answer = requests.get(f"{edge.endpoint_url}/_aws/execute-api/{api}/v1/", timeout=20)
        assert (answer.status_code, answer.text) == (201, "x")


def test_without_it_a_new_run_begins_empty(tmp_path: Path) -> None:
    with running_edge(tmp_path, "--persist") as edge:
        edge.recorder("kept")
    with running_edge(tmp_path) as edge:
        assert edge.client("lambda").list_functions()["Functions"] == []
    with running_edge(tmp_path, "--persist") as edge:
        assert edge.client("lambda").list_functions()["Functions"] == []
