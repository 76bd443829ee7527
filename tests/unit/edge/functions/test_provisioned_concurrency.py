"""Provisioned concurrency: its operations, and environments that are ready before a call."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.lambda_workbench import LambdaWorkbench, function_arn

pytestmark = pytest.mark.anyio

HANDLER = """
import os

def handler(event, context):
    return os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]
"""


async def published(bench: LambdaWorkbench, **changes: Any) -> None:
    await bench.create(Publish=True, **changes)
    await bench.call("CreateAlias", FunctionName="worker", Name="live", FunctionVersion="1")


async def put(bench: LambdaWorkbench, qualifier: str, count: int = 1) -> dict[str, Any]:
    return await bench.call(
        "PutProvisionedConcurrencyConfig",
        FunctionName="worker",
        Qualifier=qualifier,
        ProvisionedConcurrentExecutions=count,
    )


async def get(bench: LambdaWorkbench, qualifier: str) -> dict[str, Any]:
    return await bench.call(
        "GetProvisionedConcurrencyConfig", FunctionName="worker", Qualifier=qualifier
    )


async def until_ready(bench: LambdaWorkbench, qualifier: str) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while (found := await get(bench, qualifier)).get("Status") != "READY":
            await asyncio.sleep(0.02)
    return found


async def test_environments_are_ready_before_the_first_call(running: LambdaWorkbench) -> None:
    await published(running, code=HANDLER)
    made = await put(running, "live", 2)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert (made["Status"], made["AllocatedProvisionedConcurrentExecutions"]) == ("IN_PROGRESS", 0)
    ready = await until_ready(running, "live")
    assert ready["AvailableProvisionedConcurrentExecutions"] == 2
    assert len(running.service.environments()) == 2
    assert (await running.invoke("worker:live")).payload == "provisioned-concurrency"
    assert (await running.invoke("worker")).payload == "on-demand"


async def test_they_move_with_the_alias(running: LambdaWorkbench) -> None:
    await published(running, code=HANDLER)
    await put(running, "live")
    await until_ready(running, "live")
    await running.call("UpdateFunctionConfiguration", FunctionName="worker", Description="two")
    await running.call("UpdateFunctionConfiguration", FunctionName="worker", Timeout=5)
    await running.call("PublishVersion", FunctionName="worker")
    await running.call("UpdateAlias", FunctionName="worker", Name="live", FunctionVersion="2")
    await until_ready(running, "live")
    assert "2" in [status.version for status in running.service.environments()]


async def test_configurations_are_listed_and_removed(bench: LambdaWorkbench) -> None:
    await published(bench)
    await put(bench, "live")
    name = {"FunctionName": "worker"}
    listed = await bench.call("ListProvisionedConcurrencyConfigs", **name)
    assert [one["FunctionArn"] for one in listed["ProvisionedConcurrencyConfigs"]] == [
        function_arn("worker:live")
    ]
    await bench.call("DeleteProvisionedConcurrencyConfig", **name, Qualifier="live")
    gone = await get(bench, "live")
    assert gone["Error"] == {
        "Code": "ProvisionedConcurrencyConfigNotFoundException",
        "Message": "No Provisioned Concurrency Config found for this function",
    }


@pytest.mark.parametrize(
    ("qualifier", "count", "message"),
    [
        ("$LATEST", 1, "cannot be applied to unpublished function versions."),
        ("nobody", 1, f"Cannot find alias arn: {function_arn('worker:nobody')}"),
        ("9", 1, f"Function not found: {function_arn('worker:9')}"),
        ("1", 950, "below its minimum value of [100]."),
        ("1", 2000, "is greater than account's unreserved concurrency [1000]."),
    ],
)
async def test_what_cannot_be_provisioned_is_refused(
    bench: LambdaWorkbench, qualifier: str, count: int, message: str
) -> None:
    await published(bench)
    assert message in (await put(bench, qualifier, count))["Error"]["Message"]


async def test_a_version_is_provisioned_by_itself_or_by_its_alias(bench: LambdaWorkbench) -> None:
    await published(bench)
    await put(bench, "live")
    refused = await put(bench, "1")
    assert refused["Error"]["Code"] == "ResourceConflictException"
    assert refused["Error"]["Message"] == "Version is pointed by a Provisioned Concurrency alias"
