"""Secrets Manager rotates a secret by a function, as "Rotate AWS Secrets Manager secrets" says."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.lambda_workbench import zip_of
from tests.running_edge import RECORDER, Recorder, RunningEdge, running_edge, until

# As Secrets Manager's own rotation template works, and fails in the step that a file names.
ROTATES = """
import json, os
import boto3

def handler(event, context):
    with open(os.environ["EVENTS"], "a") as file:
        file.write(json.dumps({"event": event, "arn": context.invoked_function_arn}) + "\\n")
    if os.path.exists(os.environ["FAILING"]):
        with open(os.environ["FAILING"]) as file:
            if file.read() == event["Step"]:
                raise RuntimeError("told to fail")
    secrets = boto3.client("secretsmanager")
    arn, token = event["SecretId"], event["ClientRequestToken"]
    described = secrets.describe_secret(SecretId=arn)
    assert described["RotationEnabled"]
    assert "AWSPENDING" in described["VersionIdsToStages"][token]
    if event["Step"] == "createSecret":
        try:
            secrets.get_secret_value(SecretId=arn, VersionId=token, VersionStage="AWSPENDING")
        except secrets.exceptions.ResourceNotFoundException:
            secrets.put_secret_value(
                SecretId=arn, ClientRequestToken=token, SecretString="new-" + token,
                VersionStages=["AWSPENDING"])
    elif event["Step"] == "finishSecret":
        current = next(version for version, stages in described["VersionIdsToStages"].items()
                       if "AWSCURRENT" in stages)
        secrets.update_secret_version_stage(
            SecretId=arn, VersionStage="AWSCURRENT", MoveToVersionId=token,
            RemoveFromVersionId=current)
"""
STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEdge]:
    with running_edge(tmp_path_factory.mktemp("edge")) as running:
        yield running


class Rotated:
    """A secret and the function that rotates it."""

    def __init__(self, edge: RunningEdge, name: str, *, permitted: bool = True) -> None:
        self.secrets = edge.client("secretsmanager")
        self.failing = edge.directory / f"{name}.failing"
        self.function: Recorder = edge.recorder(
            name, code=ROTATES, variables={"FAILING": str(self.failing)}
        )
        self.arn: str = self.secrets.create_secret(Name=name, SecretString="old")["ARN"]
        if permitted:
            edge.client("lambda").add_permission(
                FunctionName=name,
                StatementId="secrets",
                Action="lambda:InvokeFunction",
                Principal="secretsmanager.amazonaws.com",
                SourceArn=self.arn,
            )

    def rotate(self, **parameters: Any) -> dict[str, Any]:
        given = {"RotationLambdaARN": self.function.arn, **parameters}
        answer: dict[str, Any] = self.secrets.rotate_secret(SecretId=self.arn, **given)
        return answer

    def steps(self) -> list[str]:
        return [event["Step"] for event in self.function.events()]

    def stages(self, version: str) -> list[str]:
        described = self.secrets.describe_secret(SecretId=self.arn)
        return sorted(described["VersionIdsToStages"].get(version, ()))

    def last_rotated(self) -> datetime | None:
        found: datetime | None = self.secrets.describe_secret(SecretId=self.arn).get(
            "LastRotatedDate"
        )
        return found

    def wait_for_rotation(self) -> datetime:
        return until(self.last_rotated)


def test_a_rotation_takes_four_steps_and_moves_the_stages(edge: RunningEdge) -> None:
    rotated = Rotated(edge, "four-steps")
    before = rotated.secrets.get_secret_value(SecretId=rotated.arn)["VersionId"]
    answer = rotated.rotate(RotationRules={"AutomaticallyAfterDays": 30})
    token = answer["VersionId"]
    last = rotated.wait_for_rotation()

    events = rotated.function.events()
    assert [event["Step"] for event in events] == STEPS
    assert {event["SecretId"] for event in events} == {rotated.arn}
    assert {event["ClientRequestToken"] for event in events} == {token}
    assert rotated.stages(token) == ["AWSCURRENT", "AWSPENDING"]
    assert rotated.stages(before) == ["AWSPREVIOUS"]
    assert rotated.secrets.get_secret_value(SecretId=rotated.arn)["SecretString"] == f"new-{token}"
    described = rotated.secrets.describe_secret(SecretId=rotated.arn)
    assert described["RotationEnabled"] is True
    assert described["RotationLambdaARN"] == rotated.function.arn
    assert described["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert (described["NextRotationDate"] - last).days in (30, 31)
    (listed,) = [
        secret
        for secret in rotated.secrets.list_secrets()["SecretList"]
        if secret["ARN"] == rotated.arn
    ]
    assert listed["LastRotatedDate"] == described["LastRotatedDate"]


def test_the_next_rotation_takes_over_both_stages(edge: RunningEdge) -> None:
    rotated = Rotated(edge, "twice")
    first = rotated.rotate()["VersionId"]
    done = rotated.wait_for_rotation()
    second = rotated.secrets.rotate_secret(SecretId="twice")["VersionId"]
    until(lambda: (rotated.last_rotated() or done) > done)
    assert rotated.stages(second) == ["AWSCURRENT", "AWSPENDING"]
    assert rotated.stages(first) == ["AWSPREVIOUS"]
    assert rotated.steps() == STEPS * 2


def test_a_failed_step_leaves_the_version_pending_and_a_later_call_tries_again(
    edge: RunningEdge,
) -> None:
    rotated = Rotated(edge, "failing")
    rotated.failing.write_text("setSecret")
    token = rotated.rotate()["VersionId"]
    until(lambda: "setSecret" in rotated.steps())
    log = edge.directory / "edge.log"
    until(lambda: "setSecret of" in log.read_text() and "told to fail" in log.read_text())
    assert rotated.stages(token) == ["AWSPENDING"]
    assert rotated.secrets.get_secret_value(SecretId=rotated.arn)["SecretString"] == "old"
    assert rotated.last_rotated() is None

    rotated.failing.unlink()
    with pytest.raises(ClientError) as refused:
        rotated.rotate()
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"
    assert "A previous rotation isn't complete" in refused.value.response["Error"]["Message"]
    rotated.wait_for_rotation()
    assert rotated.stages(token) == ["AWSCURRENT", "AWSPENDING"]
    assert rotated.steps() == ["createSecret", "setSecret", *STEPS]


def test_a_function_that_never_moves_the_stage_has_not_rotated(edge: RunningEdge) -> None:
    rotated = Rotated(edge, "lazy")
    edge.client("lambda").update_function_configuration(
        FunctionName="lazy", Environment={"Variables": {"EVENTS": str(rotated.function.path)}}
    )
    edge.client("lambda").update_function_code(
        FunctionName="lazy", ZipFile=zip_of({"app.py": RECORDER}), Publish=False
    )
    token = rotated.rotate()["VersionId"]
    assert [event["Step"] for event in rotated.function.wait(4)] == STEPS
    log = edge.directory / "edge.log"
    until(lambda: f"did not move AWSCURRENT to version {token}" in log.read_text())
    assert rotated.stages(token) == ["AWSPENDING"]


def test_without_permission_nothing_is_called(edge: RunningEdge) -> None:
    rotated = Rotated(edge, "forbidden", permitted=False)
    with pytest.raises(ClientError) as refused:
        rotated.rotate()
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    assert "secretsmanager.amazonaws.com" in refused.value.response["Error"]["Message"]
    assert "RotationEnabled" not in rotated.secrets.describe_secret(SecretId=rotated.arn)
    assert rotated.steps() == []


def test_a_secret_without_a_function_can_not_be_rotated(edge: RunningEdge) -> None:
    secrets = edge.client("secretsmanager")
    secrets.create_secret(Name="plain", SecretString="x")
    with pytest.raises(ClientError) as refused:
        secrets.rotate_secret(SecretId="plain")
    assert refused.value.response["Error"]["Message"] == (
        "No Lambda rotation function ARN is associated with this secret."
    )
    with pytest.raises(ClientError) as missing:
        secrets.rotate_secret(SecretId="no-such-secret")
    assert missing.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_rotating_later_only_tests_and_leaves_the_secret_as_it_is(edge: RunningEdge) -> None:
    rotated = Rotated(edge, "later")
    before = rotated.secrets.describe_secret(SecretId=rotated.arn)["VersionIdsToStages"]
    rotated.rotate(RotateImmediately=False, RotationRules={"ScheduleExpression": "rate(10 days)"})
    assert rotated.function.wait()[0]["Step"] == "testSecret"

    def staged() -> dict[str, list[str]]:
        versions = rotated.secrets.describe_secret(SecretId=rotated.arn)["VersionIdsToStages"]
        return {version: stages for version, stages in versions.items() if stages}

    until(lambda: staged() == before)
    described = rotated.secrets.describe_secret(SecretId=rotated.arn)
    assert described["NextRotationDate"] > datetime.now(UTC)
    assert rotated.steps() == ["testSecret"]


def test_cancelling_ends_the_schedule(edge: RunningEdge) -> None:
    rotated = Rotated(edge, "cancelled")
    rotated.rotate(RotationRules={"AutomaticallyAfterDays": 1})
    rotated.wait_for_rotation()
    rotated.secrets.cancel_rotate_secret(SecretId=rotated.arn)
    described = rotated.secrets.describe_secret(SecretId=rotated.arn)
    assert described["RotationEnabled"] is False
    assert described["RotationLambdaARN"] == rotated.function.arn
    assert "NextRotationDate" not in described


def test_a_schedule_survives_a_restart(tmp_path: Path) -> None:
    with running_edge(tmp_path, "--persist") as edge:
        rotated = Rotated(edge, "kept")
        rotated.rotate(RotationRules={"AutomaticallyAfterDays": 5})
        rotated.wait_for_rotation()
        before = rotated.secrets.describe_secret(SecretId="kept")
    with running_edge(tmp_path, "--persist") as edge:
        after = edge.client("secretsmanager").describe_secret(SecretId="kept")
    for field in ("RotationEnabled", "RotationRules", "LastRotatedDate", "NextRotationDate"):
        assert after[field] == before[field]


def test_the_same_request_twice_is_one_rotation(edge: RunningEdge) -> None:
    rotated = Rotated(edge, "idempotent")
    token = str(uuid.uuid4())
    for _ in range(2):
        assert rotated.rotate(ClientRequestToken=token)["VersionId"] == token
    rotated.wait_for_rotation()
    assert rotated.steps() == STEPS


def test_the_event_has_the_documented_fields(edge: RunningEdge) -> None:
    rotated = Rotated(edge, "named")
    rotated.rotate()
    assert set(rotated.function.wait()[0]) == {
        *("Step", "SecretId", "ClientRequestToken", "RotationToken")
    }
