"""Resource policies, and whom they let in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lambda_workbench import ACCOUNT, LambdaWorkbench, function_arn

pytestmark = pytest.mark.anyio

GATEWAY = "apigateway.amazonaws.com"
API = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:abc123"


async def allow(bench: LambdaWorkbench, **changes: Any) -> dict[str, Any]:
    parameters = {
        "FunctionName": "worker",
        "StatementId": "api",
        "Action": "lambda:InvokeFunction",
        "Principal": GATEWAY,
        **changes,
    }
    return await bench.call("AddPermission", **parameters)


def permitted(bench: LambdaWorkbench, source: str = f"{API}/dev/GET/x", **changes: str) -> bool:
    given = {"principal": GATEWAY, "source_arn": source, "source_account": ACCOUNT, **changes}
    return bench.service.permits(
        changes.get("arn", function_arn("worker")),
        **{key: value for key, value in given.items() if key != "arn"},
    )


async def test_a_statement_has_iams_form(bench: LambdaWorkbench) -> None:
    await bench.create()
    answer = await allow(bench, SourceArn=f"{API}/*/*/*", SourceAccount=ACCOUNT)
    statement = {
        "Sid": "api",
        "Effect": "Allow",
        "Principal": {"Service": GATEWAY},
        "Action": "lambda:InvokeFunction",
        "Resource": function_arn("worker"),
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": ACCOUNT},
            "ArnLike": {"AWS:SourceArn": f"{API}/*/*/*"},
        },
    }
    assert json.loads(answer["Statement"]) == statement
    policy = await bench.call("GetPolicy", FunctionName="worker")
    assert json.loads(policy["Policy"]) == {
        "Version": "2012-10-17",
        "Id": "default",
        "Statement": [statement],
    }
    assert policy["RevisionId"]


async def test_nobody_is_let_in_without_a_statement(bench: LambdaWorkbench) -> None:
    await bench.create()
    assert not permitted(bench)
    assert not bench.service.permits(
        function_arn("nobody"), principal=GATEWAY, source_arn=API, source_account=ACCOUNT
    )


@pytest.mark.parametrize(
    ("pattern", "source", "allowed"),
    [
        (f"{API}/*/*/*", f"{API}/dev/POST/v1/api/payments", True),
        (f"{API}/*/GET/a", f"{API}/dev/GET/a", True),
        (f"{API}/*/GET/a", f"{API}/dev/POST/a", False),
        (f"{API}/*", f"arn:aws:execute-api:us-east-1:{ACCOUNT}:other/dev/GET/a", False),
        (f"arn:aws:execute-api:us-east-1:{ACCOUNT}:abc1?3/*", f"{API}/dev/GET/a", True),
    ],
)
async def test_a_source_is_matched_as_iam_matches_arns(
    bench: LambdaWorkbench, pattern: str, source: str, allowed: bool
) -> None:
    await bench.create()
    await allow(bench, SourceArn=pattern)
    assert permitted(bench, source) is allowed


async def test_another_principal_or_account_stays_out(bench: LambdaWorkbench) -> None:
    await bench.create()
    await allow(bench, SourceAccount=ACCOUNT)
    assert permitted(bench)
    assert not permitted(bench, principal="events.amazonaws.com")
    assert not permitted(bench, source_account="999999999999")


async def test_an_alias_has_a_policy_of_its_own(bench: LambdaWorkbench) -> None:
    await bench.create(Publish=True)
    await bench.call("CreateAlias", FunctionName="worker", Name="live", FunctionVersion="1")
    await allow(bench, Qualifier="live")
    assert permitted(bench, arn=function_arn("worker:live"))
    assert not permitted(bench)


async def test_a_statement_id_is_taken_once(bench: LambdaWorkbench) -> None:
    await bench.create()
    await allow(bench)
    answer = await allow(bench)
    assert answer["Error"]["Code"] == "ResourceConflictException"
    assert answer["Error"]["Message"] == (
        "The statement id (api) provided already exists. Please provide a new statement id, or "
        "remove the existing statement."
    )


async def test_the_last_statement_takes_the_policy_with_it(bench: LambdaWorkbench) -> None:
    await bench.create()
    await allow(bench)
    missing = await bench.call("RemovePermission", FunctionName="worker", StatementId="other")
    assert missing["Error"]["Message"] == "Statement other is not found in resource policy."
    removed = await bench.call("RemovePermission", FunctionName="worker", StatementId="api")
    assert removed["ResponseMetadata"]["HTTPStatusCode"] == 204
    gone = await bench.call("GetPolicy", FunctionName="worker")
    assert gone["Error"]["Message"] == "The resource you requested does not exist."
    assert not permitted(bench)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"Principal": "somebody"}, "The provided principal was invalid."),
        ({"Qualifier": "$LATEST"}, "We currently do not support adding policies for $LATEST."),
        ({"Action": "s3:GetObject"}, "'action' failed to satisfy constraint"),
        ({"Qualifier": "9"}, f"Function not found: {function_arn('worker:9')}"),
    ],
)
async def test_a_statement_that_makes_no_sense_is_refused(
    bench: LambdaWorkbench, changes: dict[str, str], text: str
) -> None:
    await bench.create()
    answer = await allow(bench, **changes)
    assert text in answer["Error"]["Message"]
