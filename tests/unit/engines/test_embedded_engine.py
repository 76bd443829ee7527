"""The embedded engine through its client, in process."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from urllib.parse import unquote

import pytest

from localtender.edge.protocol.models import ServiceModels
from localtender.engines.client import EngineCallError, EngineClient
from localtender.engines.embedded import EmbeddedEngine

ACCOUNT = {"account_id": "111122223333", "region": "us-east-1"}


def with_engine(work: Callable[[EmbeddedEngine, EngineClient], Awaitable[None]]) -> None:
    async def run() -> None:
        engine = EmbeddedEngine(port=14566, region="us-east-1")
        await engine.start()
        client = EngineClient(engine.transport, "http://127.0.0.1:14566", ServiceModels())
        try:
            await work(engine, client)
        finally:
            await client.close()
            await engine.stop()

    asyncio.run(run())


def test_services_of_every_wire_protocol_answer_as_to_boto3() -> None:
    async def work(engine: EmbeddedEngine, client: EngineClient) -> None:
        queue = await client.call("sqs", "CreateQueue", {"QueueName": "q"}, **ACCOUNT)
        assert queue["QueueUrl"].endswith("/111122223333/q")
        role = await client.call(
            "iam",
            "CreateRole",
            {"RoleName": "r", "AssumeRolePolicyDocument": json.dumps({"Statement": []})},
            **ACCOUNT,
        )
        assert role["Role"]["Arn"] == "arn:aws:iam::111122223333:role/r"
        await client.call("s3", "CreateBucket", {"Bucket": "a-bucket"}, **ACCOUNT)
        buckets = await client.call("s3", "ListBuckets", {}, **ACCOUNT)
        assert [bucket["Name"] for bucket in buckets["Buckets"]] == ["a-bucket"]

    with_engine(work)


def test_a_file_comes_back_as_its_bytes() -> None:
    async def work(engine: EmbeddedEngine, client: EngineClient) -> None:
        await client.call("s3", "CreateBucket", {"Bucket": "a-bucket"}, **ACCOUNT)
        item = {"Bucket": "a-bucket", "Key": "folder/a name.zip"}
        await client.call("s3", "PutObject", {**item, "Body": b"\xff\x00zip"}, **ACCOUNT)
        found = await client.call("s3", "GetObject", item, **ACCOUNT)
        assert found["Body"] == b"\xff\x00zip"

    with_engine(work)


def test_an_error_of_a_service_carries_its_code() -> None:
    async def work(engine: EmbeddedEngine, client: EngineClient) -> None:
        with pytest.raises(EngineCallError) as failure:
            await client.call("dynamodb", "DescribeTable", {"TableName": "none"}, **ACCOUNT)
        assert failure.value.code == "ResourceNotFoundException"
        assert failure.value.status == 400

    with_engine(work)


def test_accounts_do_not_see_each_other_and_a_reset_empties_all() -> None:
    async def work(engine: EmbeddedEngine, client: EngineClient) -> None:
        await client.call("sqs", "CreateQueue", {"QueueName": "mine"}, **ACCOUNT)
        other = {"account_id": "999988887777", "region": "us-east-1"}
        assert (await client.call("sqs", "ListQueues", {}, **other)).get("QueueUrls", []) == []
        await engine.reset()
        assert (await client.call("sqs", "ListQueues", {}, **ACCOUNT)).get("QueueUrls", []) == []

    with_engine(work)


def test_settings_of_another_emulator_in_the_shell_change_nothing() -> None:
    # In a process of its own: ministack reads them when it is imported.
    program = f"""
import runpy
test = runpy.run_path({__file__!r})
test["test_services_of_every_wire_protocol_answer_as_to_boto3"]()
"""
    foreign = {
        "SERVICES": "s3",
        "USE_SSL": "1",
        "PERSIST_STATE": "1",
        "STATE_DIR": "/dev/null/absent",
        "MINISTACK_ACCOUNT_ID": "999999999999",
        "LOG_LEVEL": "DEBUG",
    }
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **foreign},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert "CreateQueue" not in answer.stderr


def test_every_policy_that_aws_manages_is_known_and_a_reset_forgets_none() -> None:
    arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"
    path = "/service-role/"

    async def document(client: EngineClient) -> str:
        policy = (await client.call("iam", "GetPolicy", {"PolicyArn": arn}, **ACCOUNT))["Policy"]
        assert policy["Path"] == path
        version = {"PolicyArn": arn, "VersionId": policy["DefaultVersionId"]}
        found = await client.call("iam", "GetPolicyVersion", version, **ACCOUNT)
        return unquote(found["PolicyVersion"]["Document"])

    async def work(engine: EmbeddedEngine, client: EngineClient) -> None:
        assert "ec2:CreateNetworkInterface" in await document(client)
        await engine.reset()
        assert "ec2:CreateNetworkInterface" in await document(client)
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = {"RoleName": "r", "AssumeRolePolicyDocument": trust}
        await client.call("iam", "CreateRole", role, **ACCOUNT)
        attached = {"RoleName": "r", "PolicyArn": arn}
        await client.call("iam", "AttachRolePolicy", attached, **ACCOUNT)
        listed = {"Scope": "AWS", "PathPrefix": path}
        policies = (await client.call("iam", "ListPolicies", listed, **ACCOUNT))["Policies"]
        assert {policy["Arn"]: policy["AttachmentCount"] for policy in policies}[arn] == 1
        misspelt = {"PolicyArn": f"{arn}s"}
        with pytest.raises(EngineCallError) as failure:
            await client.call("iam", "GetPolicy", misspelt, **ACCOUNT)
        assert failure.value.code == "NoSuchEntity"

    with_engine(work)
