"""RevisionId: when AWS gives a new one, and what a stale one prevents.

Source: LocalStack's ``tests/aws/services/lambda_/test_lambda_api.snapshot.json``
(TestLambdaRevisions, TestLambdaPermissions::test_lambda_permission_fn_versioning,
TestLambdaTags::test_tag_lifecycle, TestLambdaVersions).
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.lambda_workbench import LambdaWorkbench, function_arn, zip_of
from tests.unit.edge.functions.refusals import refusal

pytestmark = pytest.mark.anyio

STALE = (
    "PreconditionFailedException",
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias "
    "API to retrieve the latest Revision Id",
    412,
)
ALLOW = {
    "FunctionName": "worker",
    "StatementId": "api",
    "Action": "lambda:InvokeFunction",
    "Principal": "s3.amazonaws.com",
}


async def revision(bench: LambdaWorkbench, qualifier: str = "$LATEST") -> str:
    found = await bench.call("GetFunctionConfiguration", FunctionName="worker", Qualifier=qualifier)
    return str(found["RevisionId"])


async def test_a_function_has_another_revision_once_it_is_active(bench: LambdaWorkbench) -> None:
    created = await bench.create()
    assert await revision(bench) != created["RevisionId"]


@pytest.mark.parametrize(
    ("operation", "changes"),
    [
        ("UpdateFunctionConfiguration", {"Timeout": 9}),
        ("UpdateFunctionCode", {"ZipFile": zip_of({"app.py": "x = 1"})}),
    ],
)
async def test_the_revision_of_an_update_is_that_of_its_progress(
    bench: LambdaWorkbench, operation: str, changes: dict[str, Any]
) -> None:
    await bench.create()
    before = await revision(bench)
    updated = await bench.call(operation, FunctionName="worker", **changes, RevisionId=before)
    assert updated["LastUpdateStatus"] == "InProgress"
    assert len({before, updated["RevisionId"], await revision(bench)}) == 3
    stale = await bench.call(
        operation, FunctionName="worker", **changes, RevisionId=updated["RevisionId"]
    )
    assert refusal(stale) == STALE


async def test_publishing_gives_latest_a_new_revision_and_the_version_its_own(
    bench: LambdaWorkbench,
) -> None:
    await bench.create()
    before = await revision(bench)
    published = await bench.call("PublishVersion", FunctionName="worker", RevisionId=before)
    assert published["RevisionId"] == await revision(bench, "1")
    assert len({before, published["RevisionId"], await revision(bench)}) == 3
    again = await bench.call("PublishVersion", FunctionName="worker")
    assert (again["Version"], again["RevisionId"]) == ("1", published["RevisionId"])


async def test_the_version_published_on_creation_is_named_in_the_answer(
    bench: LambdaWorkbench,
) -> None:
    created = await bench.create(Publish=True)
    assert (created["Version"], created["State"]) == ("1", "Pending")
    assert created["FunctionArn"] == function_arn("worker")


async def test_new_code_that_is_published_answers_the_pending_version(
    bench: LambdaWorkbench,
) -> None:
    await bench.create()
    code = zip_of({"app.py": "x = 2"})
    answer = await bench.call(
        "UpdateFunctionCode", FunctionName="worker", ZipFile=code, Publish=True
    )
    assert (answer["FunctionArn"], answer["Version"]) == (function_arn("worker:1"), "1")
    assert (answer["State"], answer["StateReasonCode"]) == ("Pending", "Creating")
    assert "LastUpdateStatus" not in answer


async def test_a_policy_has_the_revision_of_what_it_belongs_to(bench: LambdaWorkbench) -> None:
    await bench.create(Publish=True)
    await bench.call("CreateAlias", FunctionName="worker", Name="live", FunctionVersion="1")
    for qualifier in (None, "1", "live"):
        named = {"Qualifier": qualifier} if qualifier else {}
        added = await bench.call("AddPermission", **ALLOW, **named)
        assert "Error" not in added, added
        policy = await bench.call("GetPolicy", FunctionName="worker", **named)
        if qualifier == "live":
            alias = await bench.call("GetAlias", FunctionName="worker", Name="live")
            assert policy["RevisionId"] == alias["RevisionId"]
        else:
            assert policy["RevisionId"] == await revision(bench, qualifier or "$LATEST")


async def test_a_permission_is_a_new_revision_and_minds_the_old_one(bench: LambdaWorkbench) -> None:
    await bench.create()
    before = await revision(bench)
    wrong = await bench.call("AddPermission", **ALLOW, RevisionId="wrong")
    assert refusal(wrong) == STALE
    await bench.call("AddPermission", **ALLOW, RevisionId=before)
    between = await revision(bench)
    named = {"FunctionName": "worker", "StatementId": "api"}
    assert refusal(await bench.call("RemovePermission", **named, RevisionId=before)) == STALE
    await bench.call("RemovePermission", **named, RevisionId=between)
    assert len({before, between, await revision(bench)}) == 3


async def test_tags_are_a_new_revision(bench: LambdaWorkbench) -> None:
    await bench.create()
    before = await revision(bench)
    await bench.call("TagResource", Resource=function_arn("worker"), Tags={"a": "1"})
    between = await revision(bench)
    await bench.call("UntagResource", Resource=function_arn("worker"), TagKeys=["a"])
    assert len({before, between, await revision(bench)}) == 3


async def test_an_alias_leaves_its_versions_revision_alone(bench: LambdaWorkbench) -> None:
    await bench.create(Publish=True)
    before = await revision(bench, "1")
    made = await bench.call("CreateAlias", FunctionName="worker", Name="live", FunctionVersion="1")
    assert await revision(bench, "1") == before
    name = {"FunctionName": "worker", "Name": "live"}
    stale = await bench.call("UpdateAlias", **name, Description="x", RevisionId="wrong")
    assert refusal(stale) == STALE
    changed = await bench.call(
        "UpdateAlias", **name, Description="x", RevisionId=made["RevisionId"]
    )
    assert changed["RevisionId"] != made["RevisionId"]
