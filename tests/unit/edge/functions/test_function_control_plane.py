"""Functions, versions, aliases and settings, as boto3 and Terraform ask for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lambda_workbench import ACCOUNT, ROLE, LambdaWorkbench, function_arn, zip_of

pytestmark = pytest.mark.anyio

NOT_FOUND = "ResourceNotFoundException"


def error(answer: dict[str, Any]) -> tuple[str, str, int]:
    return (
        answer["Error"]["Code"],
        answer["Error"]["Message"],
        answer["ResponseMetadata"]["HTTPStatusCode"],
    )


async def test_a_new_function_has_awss_defaults(bench: LambdaWorkbench) -> None:
    created = await bench.create()
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert created["State"] == "Pending"
    assert created["StateReasonCode"] == "Creating"
    assert "LastUpdateStatus" not in created
    assert "Environment" not in created
    found = await bench.call("GetFunctionConfiguration", FunctionName="worker")
    assert found["FunctionArn"] == function_arn("worker")
    assert (found["State"], found["LastUpdateStatus"]) == ("Active", "Successful")
    assert (found["Timeout"], found["MemorySize"]) == (3, 128)
    assert found["Architectures"] == ["x86_64"]
    assert found["EphemeralStorage"] == {"Size": 512}
    assert found["TracingConfig"] == {"Mode": "PassThrough"}
    assert found["SnapStart"] == {"ApplyOn": "None", "OptimizationStatus": "Off"}
    assert found["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/worker"}
    assert found["Version"] == "$LATEST"
    assert found["CodeSha256"] == created["CodeSha256"]


async def test_get_function_names_code_tags_and_concurrency(bench: LambdaWorkbench) -> None:
    await bench.create(Tags={"team": "payments"})
    await bench.call(
        "PutFunctionConcurrency", FunctionName="worker", ReservedConcurrentExecutions=5
    )
    found = await bench.call("GetFunction", FunctionName="worker")
    assert found["Tags"] == {"team": "payments"}
    assert found["Concurrency"] == {"ReservedConcurrentExecutions": 5}
    assert found["Code"]["RepositoryType"] == "S3"
    name = found["Code"]["Location"].rsplit("/", 1)[1].removesuffix(".zip")
    archive = bench.service.code_archive(name)
    assert archive is not None
    assert len(archive) == found["Configuration"]["CodeSize"]


@pytest.mark.parametrize(
    "name",
    [
        "worker",
        f"{ACCOUNT}:function:worker",
        function_arn("worker"),
        function_arn("worker:$LATEST"),
    ],
)
async def test_every_form_of_a_functions_name_is_understood(
    bench: LambdaWorkbench, name: str
) -> None:
    await bench.create()
    found = await bench.call("GetFunctionConfiguration", FunctionName=name)
    assert found["FunctionName"] == "worker"


async def test_qualifiers_that_differ_are_refused(bench: LambdaWorkbench) -> None:
    await bench.create()
    answer = await bench.call(
        "GetFunction", FunctionName=function_arn("worker:1"), Qualifier="$LATEST"
    )
    assert error(answer) == (
        "InvalidParameterValueException",
        "The derived qualifier from the function name does not match the specified qualifier.",
        400,
    )


async def test_another_region_is_out_of_reach(bench: LambdaWorkbench) -> None:
    name = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:worker"
    answer = await bench.call("GetFunction", FunctionName=name)
    assert error(answer) == (
        NOT_FOUND,
        "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
        404,
    )


async def test_a_name_is_taken_once(bench: LambdaWorkbench) -> None:
    await bench.create()
    assert error(await bench.create()) == (
        "ResourceConflictException",
        "Function already exist: worker",
        409,
    )


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        (
            {"Role": f"arn:aws:iam::{ACCOUNT}:role/nobody"},
            "InvalidParameterValueException",
            "The role defined for the function cannot be assumed by Lambda.",
        ),
        (
            {"Runtime": "python1.0"},
            "InvalidParameterValueException",
            "Value python1.0 at 'runtime' failed to satisfy constraint",
        ),
        (
            {"Runtime": "python3.7"},
            "InvalidParameterValueException",
            "The runtime parameter of python3.7 is no longer supported",
        ),
        (
            {"Timeout": 901},
            "ValidationException",
            "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: "
            "Member must have value less than or equal to 900",
        ),
        (
            {"MemorySize": 64},
            "ValidationException",
            "Member must have value greater than or equal to 128",
        ),
        (
            {"Code": {"ZipFile": b"not a zip"}},
            "InvalidParameterValueException",
            "Could not unzip uploaded file. Please check your file, then try to upload again.",
        ),
        (
            {"Code": {"ZipFile": zip_of({})}},
            "InvalidParameterValueException",
            "Uploaded file must be a non-empty zip",
        ),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x"}}},
            "InvalidParameterValueException",
            "Reserved keys used in this request: AWS_REGION",
        ),
        (
            {"Environment": {"Variables": {"BIG": "x" * 4096}}},
            "InvalidParameterValueException",
            "exceeded the 4KB limit",
        ),
        (
            {"Layers": [f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:x:1"]},
            "InvalidParameterValueException",
            f"Layer version arn:aws:lambda:us-east-1:{ACCOUNT}:layer:x:1 does not exist.",
        ),
    ],
)
async def test_what_aws_refuses_is_refused(
    bench: LambdaWorkbench, changes: dict[str, Any], code: str, text: str
) -> None:
    given, message, status = error(await bench.create(**changes))
    assert (given, status) == (code, 400)
    assert text in message
    assert error(await bench.call("GetFunction", FunctionName="worker"))[0] == NOT_FOUND


async def test_code_comes_from_a_bucket_too(bench: LambdaWorkbench) -> None:
    archive = zip_of({"app.py": "def handler(e, c): return 1"})
    bench.engine.objects["artifacts", "worker.zip"] = archive
    created = await bench.create(Code={"S3Bucket": "artifacts", "S3Key": "worker.zip"})
    assert created["CodeSize"] == len(archive)


async def test_a_configuration_changes_where_it_is_told_to(bench: LambdaWorkbench) -> None:
    await bench.create(Environment={"Variables": {"AA": "1"}})
    before = await bench.call("GetFunctionConfiguration", FunctionName="worker")
    answer = await bench.call(
        "UpdateFunctionConfiguration",
        FunctionName="worker",
        Timeout=30,
        Environment={"Variables": {"BB": "2"}},
        LoggingConfig={"LogFormat": "JSON"},
    )
    assert "Error" not in answer, answer
    assert answer["LastUpdateStatus"] == "InProgress"
    after = await bench.call("GetFunctionConfiguration", FunctionName="worker")
    assert after["LastUpdateStatus"] == "Successful"
    assert after["Timeout"] == 30
    assert after["MemorySize"] == before["MemorySize"]
    assert after["Environment"] == {"Variables": {"BB": "2"}}
    assert after["LoggingConfig"] == {
        "LogFormat": "JSON",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "INFO",
        "LogGroup": "/aws/lambda/worker",
    }
    assert after["RevisionId"] != before["RevisionId"]


async def test_a_stale_revision_is_refused(bench: LambdaWorkbench) -> None:
    await bench.create()
    answer = await bench.call(
        "UpdateFunctionConfiguration", FunctionName="worker", Timeout=4, RevisionId="old"
    )
    assert error(answer)[0] == "PreconditionFailedException"


async def test_a_dry_run_of_new_code_changes_nothing(bench: LambdaWorkbench) -> None:
    before = await bench.create()
    code = zip_of({"app.py": "x = 1"})
    dry = await bench.call("UpdateFunctionCode", FunctionName="worker", ZipFile=code, DryRun=True)
    after = await bench.call("GetFunctionConfiguration", FunctionName="worker")
    assert dry["CodeSha256"] != before["CodeSha256"]
    assert after["CodeSha256"] == before["CodeSha256"]


async def test_a_deleted_function_is_gone(bench: LambdaWorkbench) -> None:
    await bench.create()
    answer = await bench.call("DeleteFunction", FunctionName="worker")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    for operation in ("GetFunction", "DeleteFunction", "GetFunctionConcurrency"):
        assert error(await bench.call(operation, FunctionName="worker")) == (
            NOT_FOUND,
            f"Function not found: {function_arn('worker')}",
            404,
        )


async def test_functions_are_listed_by_pages(bench: LambdaWorkbench) -> None:
    for name in ("c", "a", "b"):
        await bench.create(name)
    first = await bench.call("ListFunctions", MaxItems=2)
    assert [function["FunctionName"] for function in first["Functions"]] == ["a", "b"]
    assert "State" not in first["Functions"][0]
    second = await bench.call("ListFunctions", Marker=first["NextMarker"])
    assert [function["FunctionName"] for function in second["Functions"]] == ["c"]
    assert "NextMarker" not in second


async def test_a_version_is_published_only_when_something_changed(bench: LambdaWorkbench) -> None:
    await bench.create()
    one = await bench.call("PublishVersion", FunctionName="worker", Description="first")
    again = await bench.call("PublishVersion", FunctionName="worker")
    assert (one["Version"], again["Version"]) == ("1", "1")
    assert one["FunctionArn"] == function_arn("worker:1")
    changed = await bench.call(
        "UpdateFunctionCode", FunctionName="worker", ZipFile=zip_of({"a.py": ""}), Publish=True
    )
    assert changed["Version"] == "2"
    listed = await bench.call("ListVersionsByFunction", FunctionName="worker")
    assert [version["Version"] for version in listed["Versions"]] == ["$LATEST", "1", "2"]
    old = await bench.call("GetFunctionConfiguration", FunctionName="worker", Qualifier="1")
    assert old["Description"] == "first"
    assert old["CodeSha256"] == one["CodeSha256"]


async def test_an_alias_names_a_version(bench: LambdaWorkbench) -> None:
    await bench.create(Publish=True)
    alias = await bench.call("CreateAlias", FunctionName="worker", Name="live", FunctionVersion="1")
    assert alias["AliasArn"] == function_arn("worker:live")
    configuration = await bench.call(
        "GetFunctionConfiguration", FunctionName="worker", Qualifier="live"
    )
    assert configuration["Version"] == "1"
    assert configuration["FunctionArn"] == function_arn("worker:live")
    updated = await bench.call(
        "UpdateAlias", FunctionName="worker", Name="live", FunctionVersion="$LATEST"
    )
    assert updated["FunctionVersion"] == "$LATEST"
    await bench.call("DeleteAlias", FunctionName="worker", Name="live")
    assert error(await bench.call("GetAlias", FunctionName="worker", Name="live")) == (
        NOT_FOUND,
        f"Cannot find alias arn: {function_arn('worker:live')}",
        404,
    )


async def test_an_alias_needs_its_version(bench: LambdaWorkbench) -> None:
    await bench.create()
    answer = await bench.call(
        "CreateAlias", FunctionName="worker", Name="live", FunctionVersion="9"
    )
    assert error(answer)[1] == f"Function not found: {function_arn('worker:9')}"


async def test_an_alias_splits_traffic_by_its_weights(running: LambdaWorkbench) -> None:
    await running.create(code="def handler(e, c): return c.function_version", Publish=True)
    await running.call(
        "UpdateFunctionConfiguration", FunctionName="worker", Description="two", Timeout=5
    )
    await running.call("PublishVersion", FunctionName="worker")
    await running.call(
        "CreateAlias",
        FunctionName="worker",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}},
    )
    invoked = await running.invoke("worker:live", event={})
    assert (invoked.payload, invoked.version) == ("2", "2")


async def test_tags_are_added_and_removed(bench: LambdaWorkbench) -> None:
    await bench.create(Tags={"a": "1"})
    arn = function_arn("worker")
    await bench.call("TagResource", Resource=arn, Tags={"b": "2"})
    await bench.call("UntagResource", Resource=arn, TagKeys=["a"])
    assert (await bench.call("ListTags", Resource=arn))["Tags"] == {"b": "2"}


async def test_concurrency_leaves_a_hundred_to_the_account(bench: LambdaWorkbench) -> None:
    await bench.create()
    answer = await bench.call(
        "PutFunctionConcurrency", FunctionName="worker", ReservedConcurrentExecutions=901
    )
    assert "below its minimum value of [100]" in error(answer)[1]
    await bench.call(
        "PutFunctionConcurrency", FunctionName="worker", ReservedConcurrentExecutions=900
    )
    settings = await bench.call("GetAccountSettings")
    assert settings["AccountLimit"]["UnreservedConcurrentExecutions"] == 100
    await bench.call("DeleteFunctionConcurrency", FunctionName="worker")
    found = await bench.call("GetFunctionConcurrency", FunctionName="worker")
    assert "ReservedConcurrentExecutions" not in found


async def test_what_terraform_reads_of_a_function_is_there(bench: LambdaWorkbench) -> None:
    await bench.create()
    signing = await bench.call("GetFunctionCodeSigningConfig", FunctionName="worker")
    assert set(signing) == {"ResponseMetadata"}
    recursion = await bench.call("GetFunctionRecursionConfig", FunctionName="worker")
    assert recursion["RecursiveLoop"] == "Terminate"
    runtime = await bench.call("GetRuntimeManagementConfig", FunctionName="worker")
    assert runtime["UpdateRuntimeOn"] == "Auto"


async def test_settings_of_asynchronous_invocation_are_kept(bench: LambdaWorkbench) -> None:
    await bench.create()
    missing = await bench.call("GetFunctionEventInvokeConfig", FunctionName="worker")
    assert error(missing)[1] == (
        f"The function {function_arn('worker:$LATEST')} doesn't have an EventInvokeConfig"
    )
    await bench.call("PutFunctionEventInvokeConfig", FunctionName="worker", MaximumRetryAttempts=1)
    await bench.call(
        "UpdateFunctionEventInvokeConfig", FunctionName="worker", MaximumEventAgeInSeconds=60
    )
    kept = await bench.call("GetFunctionEventInvokeConfig", FunctionName="worker")
    assert (kept["MaximumRetryAttempts"], kept["MaximumEventAgeInSeconds"]) == (1, 60)
    assert kept["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {}}


async def test_a_role_is_checked_in_its_own_account(bench: LambdaWorkbench) -> None:
    await bench.create()
    (checked,) = bench.engine.made("iam.GetRole")
    assert (checked["RoleName"], checked["account"]) == ("worker", ACCOUNT)
    assert ROLE.endswith("/app/worker")
