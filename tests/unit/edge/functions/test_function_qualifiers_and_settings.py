"""What hangs on a version or alias, and how AWS says that there is none such.

Source: LocalStack's ``tests/aws/services/lambda_/test_lambda_api.snapshot.json``
(TestLambdaPermissions::test_permission_exceptions, TestLambdaProvisionedConcurrency,
TestLambdaReservedConcurrency, TestLambdaAlias, TestLambdaEventInvokeConfig, TestLambdaTags,
TestLambdaUrl, TestLambdaAccountSettings, test_function_arns).
"""

from __future__ import annotations

from typing import Any

import pytest

from localtender.edge.protocol.messages import Caller
from tests.lambda_workbench import ACCOUNT, REGION, LambdaWorkbench, function_arn, zip_of
from tests.unit.edge.functions.refusals import INVALID, NOT_FOUND, refusal

pytestmark = pytest.mark.anyio

NAME = {"FunctionName": "worker"}
ALLOW = {
    **NAME,
    "StatementId": "s3",
    "Action": "lambda:InvokeFunction",
    "Principal": "s3.amazonaws.com",
}
NO_ALIAS = f"Cannot find alias arn: {function_arn('worker:nobody')}"


@pytest.mark.parametrize(
    ("operation", "parameters", "message"),
    [
        ("AddPermission", {**ALLOW, "Qualifier": "nobody"}, NO_ALIAS),
        (
            "AddPermission",
            {**ALLOW, "Qualifier": "valid-with-$"},
            f"Function not found: {function_arn('worker:valid-with-$')}",
        ),
        (
            "AddPermission",
            {**ALLOW, "FunctionName": "nobody", "Qualifier": "1"},
            f"Function not found: {function_arn('nobody')}",
        ),
        ("RemovePermission", {**NAME, "StatementId": "s3", "Qualifier": "nobody"}, NO_ALIAS),
        (
            "RemovePermission",
            {"FunctionName": "nobody", "StatementId": "s3"},
            f"No policy found for: {function_arn('nobody')}",
        ),
        ("GetPolicy", {**NAME, "Qualifier": "7"}, "The resource you requested does not exist."),
        (
            "GetProvisionedConcurrencyConfig",
            {"FunctionName": "nobody", "Qualifier": "live"},
            f"Cannot find alias arn: {function_arn('nobody:live')}",
        ),
        (
            "DeleteProvisionedConcurrencyConfig",
            {"FunctionName": "nobody", "Qualifier": "1"},
            f"Function not found: {function_arn('nobody:1')}",
        ),
        (
            "ListProvisionedConcurrencyConfigs",
            {"FunctionName": "nobody"},
            f"Function not found: {function_arn('nobody')}",
        ),
        (
            "PutFunctionConcurrency",
            {"FunctionName": "nobody", "ReservedConcurrentExecutions": 1},
            f"Function not found: {function_arn('nobody:$LATEST')}",
        ),
        (
            "CreateAlias",
            {"FunctionName": "nobody", "Name": "live", "FunctionVersion": "1"},
            f"Function not found: {function_arn('nobody:1')}",
        ),
        (
            "GetAlias",
            {"FunctionName": "nobody", "Name": "live"},
            f"Cannot find alias arn: {function_arn('nobody:live')}",
        ),
        (
            "PutFunctionEventInvokeConfig",
            {**NAME, "Qualifier": "nobody", "MaximumRetryAttempts": 1},
            "The function doesn't exist.",
        ),
        (
            "UpdateFunctionEventInvokeConfig",
            {**NAME, "MaximumRetryAttempts": 1},
            f"The function {function_arn('worker:$LATEST')} doesn't have an EventInvokeConfig",
        ),
        (
            "UpdateFunctionUrlConfig",
            {**NAME, "Qualifier": "nobody", "AuthType": "NONE"},
            "Function does not exist",
        ),
        (
            "UpdateFunctionUrlConfig",
            {**NAME, "AuthType": "NONE"},
            "The resource you requested does not exist.",
        ),
        ("GetFunctionUrlConfig", {"FunctionName": "nobody"}, "The resource you requested does not"),
    ],
)
async def test_what_is_not_there_is_told_as_aws_tells_it(
    bench: LambdaWorkbench, operation: str, parameters: dict[str, Any], message: str
) -> None:
    await bench.create()
    code, text, status = refusal(await bench.call(operation, **parameters))
    assert (code, status) == (NOT_FOUND, 404)
    assert text.startswith(message)


async def test_limits_are_refused_without_a_type(bench: LambdaWorkbench) -> None:
    await bench.create(Publish=True)
    reserved = await bench.call("PutFunctionConcurrency", **NAME, ReservedConcurrentExecutions=901)
    provisioned = await bench.call(
        "PutProvisionedConcurrencyConfig",
        **NAME,
        Qualifier="1",
        ProvisionedConcurrentExecutions=1001,
    )
    latest = await bench.call(
        "CreateAlias",
        **NAME,
        Name="live",
        FunctionVersion="$LATEST",
        RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}},
    )
    for answer in (reserved, provisioned, latest):
        assert answer["Error"]["Code"] == INVALID
        assert "Type" not in answer


async def test_an_alias_takes_what_hangs_on_it_with_it(bench: LambdaWorkbench) -> None:
    await bench.create(Publish=True)
    alias = {**NAME, "Qualifier": "live"}
    await bench.call("CreateAlias", **NAME, Name="live", FunctionVersion="1")
    await bench.call("PutProvisionedConcurrencyConfig", **alias, ProvisionedConcurrentExecutions=1)
    await bench.call("PutFunctionEventInvokeConfig", **alias, MaximumRetryAttempts=1)
    await bench.call("DeleteAlias", **NAME, Name="live")
    provisioned = await bench.call("ListProvisionedConcurrencyConfigs", **NAME)
    assert provisioned["ProvisionedConcurrencyConfigs"] == []
    events = await bench.call("ListFunctionEventInvokeConfigs", **NAME)
    assert events["FunctionEventInvokeConfigs"] == []


async def test_a_version_that_an_alias_shares_traffic_with_stays(bench: LambdaWorkbench) -> None:
    await bench.create(Publish=True)
    await bench.call("UpdateFunctionConfiguration", **NAME, Timeout=9)
    await bench.call("PublishVersion", **NAME)
    weights = {"AdditionalVersionWeights": {"2": 0.1}}
    alias = {**NAME, "Name": "live", "FunctionVersion": "1"}
    await bench.call("CreateAlias", **alias, RoutingConfig=weights)
    answer = await bench.call("DeleteFunction", **NAME, Qualifier="2")
    assert answer["Error"]["Code"] == "ResourceConflictException"
    same = await bench.call("UpdateAlias", **NAME, Name="live", FunctionVersion="2")
    assert refusal(same)[1] == (
        "Invalid function version 2. Function version 2 is already included in routing "
        "configuration."
    )


async def test_reserved_concurrency_covers_what_is_provisioned(bench: LambdaWorkbench) -> None:
    await bench.create(Publish=True)
    await bench.call(
        "PutProvisionedConcurrencyConfig", **NAME, Qualifier="1", ProvisionedConcurrentExecutions=2
    )
    answer = await bench.call("PutFunctionConcurrency", **NAME, ReservedConcurrentExecutions=1)
    assert refusal(answer)[1] == (
        "ReservedConcurrentExecutions  1 should not be lower than function's total provisioned "
        "concurrency [2]."
    )


@pytest.mark.parametrize(
    ("kind", "destination", "message"),
    [
        (
            "OnSuccess",
            function_arn("nobody"),
            f"The destination ARN {function_arn('nobody')} is invalid.",
        ),
        (
            "OnSuccess",
            function_arn("worker"),
            "You can't specify the function as a destination for itself.",
        ),
        (
            "OnFailure",
            f"arn:aws:iam:us-east-1:{ACCOUNT}:function:worker",
            "The provided destination config DestinationConfig(onSuccess=null, onFailure="
            f"OnFailure(destination=arn:aws:iam:us-east-1:{ACCOUNT}:function:worker)) is invalid.",
        ),
    ],
)
async def test_a_destination_has_to_be_one(
    bench: LambdaWorkbench, kind: str, destination: str, message: str
) -> None:
    await bench.create()
    answer = await bench.call(
        "PutFunctionEventInvokeConfig",
        **NAME,
        DestinationConfig={kind: {"Destination": destination}},
    )
    assert refusal(answer) == (INVALID, message, 400)


async def test_tags_are_limited_and_belong_to_functions(bench: LambdaWorkbench) -> None:
    await bench.create()
    arn = function_arn("worker")
    fifty = {f"key{number}": "x" for number in range(50)}
    nothing = await bench.call("TagResource", Resource=arn, Tags={})
    assert refusal(nothing)[1] == "An error occurred and the request cannot be processed."
    await bench.call("TagResource", Resource=arn, Tags=fifty)
    more = await bench.call("TagResource", Resource=arn, Tags={"another": "x"})
    assert refusal(more) == (INVALID, "Number of tags exceeds resource tag limit.", 400)
    created = await bench.create("other", Tags={**fifty, "another": "x"})
    assert refusal(created) == (INVALID, "Number of tags exceeds resource tag limit.", 400)
    latest = await bench.call("TagResource", Resource=f"{arn}:$LATEST", Tags={"a": "b"})
    assert refusal(latest)[1] == (
        "Tags on function aliases and versions are not supported. Please specify a function ARN."
    )


async def test_an_accounts_code_is_that_of_versions_and_layers(bench: LambdaWorkbench) -> None:
    created = await bench.create(Publish=True)
    archive = zip_of({"a.py": ""})
    await bench.call("PublishLayerVersion", LayerName="shared", Content={"ZipFile": archive})
    usage = (await bench.call("GetAccountSettings"))["AccountUsage"]
    assert usage == {
        "FunctionCount": 1,
        "TotalCodeSize": 2 * created["CodeSize"] + len(archive),
    }


async def test_a_url_answers_the_mode_when_it_is_asked_for(bench: LambdaWorkbench) -> None:
    await bench.create()
    created = await bench.call("CreateFunctionUrlConfig", **NAME, AuthType="NONE")
    updated = await bench.call("UpdateFunctionUrlConfig", **NAME, AuthType="AWS_IAM")
    assert "InvokeMode" not in created
    assert "InvokeMode" not in updated
    assert (await bench.call("GetFunctionUrlConfig", **NAME))["InvokeMode"] == "BUFFERED"


async def test_another_accounts_function_answers_where_it_is_shared(bench: LambdaWorkbench) -> None:
    await bench.create()
    stranger = Caller("999999999999", REGION)
    asked = {"FunctionName": function_arn("worker")}
    denied = await bench.call_as(stranger, "GetFunction", **asked)
    assert denied["Error"] == {"Code": "AccessDeniedException", "Message": None}
    shared = {**ALLOW, "Principal": stranger.account_id, "Action": "lambda:GetFunction"}
    await bench.call("AddPermission", **shared)
    found = await bench.call_as(stranger, "GetFunction", **asked)
    assert found["Configuration"]["FunctionName"] == "worker"
    for operation in ("DeleteFunction", "Invoke"):
        refused = await bench.call_as(stranger, operation, **asked)
        assert refused["Error"]["Code"] == "AccessDeniedException"


async def test_invoke_async_takes_an_event(bench: LambdaWorkbench) -> None:
    await bench.create()
    taken = await bench.call("InvokeAsync", **NAME, InvokeArgs=b'{"a": 1}')
    assert (taken["Status"], taken["ResponseMetadata"]["HTTPStatusCode"]) == (202, 202)
    broken = await bench.call("InvokeAsync", **NAME, InvokeArgs=b"{")
    assert broken["Error"]["Code"] == "InvalidRequestContentException"


async def test_replicas_at_the_edge_are_listed_with_all_versions_only(
    bench: LambdaWorkbench,
) -> None:
    await bench.create()
    refused = await bench.call("ListFunctions", MasterRegion="us-east-1")
    assert refused["Error"]["Code"] == INVALID
    replicas = await bench.call("ListFunctions", MasterRegion="us-east-1", FunctionVersion="ALL")
    assert replicas["Functions"] == []
