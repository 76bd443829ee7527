"""What CreateFunction and the updates refuse beyond the model's constraints.

Source: LocalStack's ``tests/aws/services/lambda_/test_lambda_api.snapshot.json``
(TestLambdaFunction, TestLambdaSizeLimits, TestRuntimeValidation, TestLambdaSnapStart,
TestLambdaImages) and "Defining Lambda function permissions with an execution role".
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.lambda_workbench import TRUST, LambdaWorkbench, zip_of
from tests.unit.edge.functions.refusals import INVALID, refusal

pytestmark = pytest.mark.anyio

NOT_ASSUMABLE = (
    INVALID,
    "The role defined for the function cannot be assumed by Lambda.",
    400,
)


def trust(**changes: Any) -> dict[str, Any]:
    statement = {**TRUST["Statement"][0], **changes}  # type: ignore[dict-item]
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize(
    "document",
    [
        trust(Principal={"Service": "ec2.amazonaws.com"}),
        trust(Effect="Deny"),
        trust(Action="sts:TagSession"),
        trust(Condition={"StringEquals": {"aws:SourceAccount": "999999999999"}}),
        "no json",
    ],
)
async def test_a_role_that_lambda_may_not_assume_is_refused(
    bench: LambdaWorkbench, document: Any
) -> None:
    bench.engine.trust = document
    assert refusal(await bench.create()) == NOT_ASSUMABLE


@pytest.mark.parametrize(
    "document",
    [
        trust(Principal={"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}),
        trust(Action="sts:*"),
        trust(Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}}),
    ],
)
async def test_a_role_that_lambda_may_assume_will_do(bench: LambdaWorkbench, document: Any) -> None:
    bench.engine.trust = document
    assert (await bench.create())["State"] == "Pending"


async def test_an_update_checks_the_role_too(bench: LambdaWorkbench) -> None:
    created = await bench.create()
    bench.engine.trust = trust(Effect="Deny")
    update = {"FunctionName": "worker", "Role": created["Role"]}
    assert refusal(await bench.call("UpdateFunctionConfiguration", **update)) == NOT_ASSUMABLE


async def test_another_accounts_role_is_not_passed(bench: LambdaWorkbench) -> None:
    answer = await bench.create(Role="arn:aws:iam::999999999999:role/worker")
    assert refusal(answer) == (
        "AccessDeniedException",
        "Cross-account pass role is not allowed.",
        403,
    )


@pytest.mark.parametrize(
    ("retired", "successor"),
    [
        ("java8", "java21"),
        ("go1.x", "provided.al2023"),
        ("ruby2.7", "ruby3.2"),
        ("nodejs14.x", "nodejs20.x"),
        ("python3.7", "python3.12"),
        ("dotnetcore3.1", "dotnet6"),
    ],
)
async def test_a_retired_runtime_names_its_successor(
    bench: LambdaWorkbench, retired: str, successor: str
) -> None:
    assert refusal(await bench.create(Runtime=retired)) == (
        INVALID,
        f"The runtime parameter of {retired} is no longer supported for creating or updating AWS "
        f"Lambda functions. We recommend you use the new runtime ({successor}) while creating or "
        "updating functions.",
        400,
    )


async def test_snap_start_optimizes_published_versions(bench: LambdaWorkbench) -> None:
    await bench.create(SnapStart={"ApplyOn": "PublishedVersions"}, Publish=True)
    name = {"FunctionName": "worker"}
    latest = await bench.call("GetFunctionConfiguration", **name)
    published = await bench.call("GetFunctionConfiguration", **name, Qualifier="1")
    applied = {"ApplyOn": "PublishedVersions"}
    assert latest["SnapStart"] == {**applied, "OptimizationStatus": "Off"}
    assert published["SnapStart"] == {**applied, "OptimizationStatus": "On"}
    refused = await bench.create(
        "older", Runtime="python3.9", SnapStart={"ApplyOn": "PublishedVersions"}
    )
    assert refusal(refused)[1] == "python3.9 is not supported for SnapStart enabled functions."


@pytest.mark.parametrize("operation", ["UpdateFunctionCode", "CreateFunction"])
async def test_code_has_to_come_from_somewhere(bench: LambdaWorkbench, operation: str) -> None:
    await bench.create()
    if operation == "UpdateFunctionCode":
        answer = await bench.call(operation, FunctionName="worker")
    else:
        answer = await bench.create("other", Code={})
    assert refusal(answer) == (INVALID, "Please provide a source for function code.", 400)


async def test_a_zip_function_takes_no_image(bench: LambdaWorkbench) -> None:
    await bench.create()
    answer = await bench.call("UpdateFunctionCode", FunctionName="worker", ImageUri="repo:latest")
    assert refusal(answer)[1] == (
        "Please don't provide ImageUri when updating a function with packageType Zip."
    )


async def test_a_large_archive_and_a_large_request_are_too_large(bench: LambdaWorkbench) -> None:
    archive = await bench.create(Code={"ZipFile": bytes(52_428_801)})
    assert refusal(archive) == (
        "RequestEntityTooLargeException",
        "Zipped size must be smaller than 52428800 bytes",
        413,
    )
    request = await bench.create(Code={"ZipFile": bytes(52_700_000)})
    assert refusal(request) == (
        "RequestEntityTooLargeException",
        "Request must be smaller than 70167211 bytes for the CreateFunction operation",
        413,
    )


async def test_layers_and_code_are_limited_together(
    bench: LambdaWorkbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = "localtender.edge.functions.control.uploaded_code.MAXIMUM_UNZIPPED_BYTES"
    monkeypatch.setattr(limit, 1500)
    half = {"ZipFile": zip_of({"data.txt": "x" * 1000})}
    layer = await bench.call("PublishLayerVersion", LayerName="shared", Content=half)
    answer = await bench.create(Code=half, Layers=[layer["LayerVersionArn"]])
    assert refusal(answer)[1] == (
        "Function code combined with layers exceeds the maximum allowed size of 1500 bytes. "
        "The actual size is 2000 bytes."
    )


async def test_a_network_is_known_by_its_subnets(bench: LambdaWorkbench) -> None:
    bench.engine.subnets["subnet-1"] = "vpc-1"
    given = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    created = await bench.create(VpcConfig=given)
    assert created["VpcConfig"] == {**given, "VpcId": "vpc-1", "Ipv6AllowedForDualStack": False}
    name = {"FunctionName": "worker"}
    empty: dict[str, list[str]] = {"SubnetIds": [], "SecurityGroupIds": []}
    gone = await bench.call("UpdateFunctionConfiguration", **name, VpcConfig=empty)
    assert gone["VpcConfig"] == {**empty, "VpcId": "", "Ipv6AllowedForDualStack": False}
    alone = await bench.create("alone", VpcConfig={"SubnetIds": ["subnet-1"]})
    assert refusal(alone)[1] == "SubnetIds and SecurityIds must coexist or be both empty list."
    missing = await bench.create(
        "missing", VpcConfig={"SubnetIds": ["subnet-9"], "SecurityGroupIds": ["sg-1"]}
    )
    assert refusal(missing)[1] == (
        "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error "
        "Message: The subnet ID 'subnet-9' does not exist"
    )
