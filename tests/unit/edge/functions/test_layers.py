"""Layers: their operations, and what a function that has them finds on its path."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lambda_workbench import ACCOUNT, REGION, LambdaWorkbench, zip_of

pytestmark = pytest.mark.anyio

LAYER_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:shared"
FOREIGN = f"arn:aws:lambda:{REGION}:999999999999:layer:theirs:1"


async def publish(bench: LambdaWorkbench, name: str = "shared", **changes: Any) -> dict[str, Any]:
    content = {"ZipFile": zip_of(changes.pop("files", {"python/shared.py": "VALUE = 1"}))}
    return await bench.call("PublishLayerVersion", LayerName=name, Content=content, **changes)


def message(answer: dict[str, Any]) -> str:
    return str(answer["Error"]["Message"])


async def test_a_version_is_published_and_read(bench: LambdaWorkbench) -> None:
    made = await publish(bench, Description="d", CompatibleRuntimes=["python3.12"])
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert (made["Version"], made["LayerArn"]) == (1, LAYER_ARN)
    assert made["LayerVersionArn"] == f"{LAYER_ARN}:1"
    assert made["CompatibleRuntimes"] == ["python3.12"]
    assert made["Content"]["CodeSize"] > 0
    read = await bench.call("GetLayerVersion", LayerName="shared", VersionNumber=1)
    by_arn = await bench.call("GetLayerVersionByArn", Arn=f"{LAYER_ARN}:1")
    for answer in (made, read, by_arn):
        del answer["ResponseMetadata"]
    assert made == read == by_arn


async def test_versions_are_listed_newest_first_and_never_given_twice(
    bench: LambdaWorkbench,
) -> None:
    await publish(bench, CompatibleRuntimes=["python3.11"])
    await publish(bench, CompatibleRuntimes=["python3.12"])
    await bench.call("DeleteLayerVersion", LayerName="shared", VersionNumber=2)
    assert (await publish(bench))["Version"] == 3
    versions = await bench.call("ListLayerVersions", LayerName=LAYER_ARN)
    assert [version["Version"] for version in versions["LayerVersions"]] == [3, 1]
    layers = await bench.call("ListLayers", CompatibleRuntime="python3.11")
    assert [layer["LatestMatchingVersion"]["Version"] for layer in layers["Layers"]] == [1]
    assert (await bench.call("ListLayers", CompatibleRuntime="nodejs22.x"))["Layers"] == []


async def test_a_missing_version_is_not_found(bench: LambdaWorkbench) -> None:
    missing = await bench.call("GetLayerVersion", LayerName="shared", VersionNumber=1)
    assert missing["Error"]["Code"] == "ResourceNotFoundException"
    assert message(missing) == "The resource you requested does not exist."
    zero = await bench.call("GetLayerVersion", LayerName="shared", VersionNumber=0)
    assert message(zero) == "Layer Version Cannot be less than 1"


async def test_a_version_is_shared_with_an_account_by_permission(bench: LambdaWorkbench) -> None:
    await publish(bench)
    permission = {"LayerName": "shared", "VersionNumber": 1, "StatementId": "s"}
    await bench.call(
        "AddLayerVersionPermission",
        **permission,
        Action="lambda:GetLayerVersion",
        Principal="111122223333",
    )
    again = await bench.call(
        "AddLayerVersionPermission", **permission, Action="lambda:GetLayerVersion", Principal="*"
    )
    assert again["Error"]["Code"] == "ResourceConflictException"
    policy = await bench.call("GetLayerVersionPolicy", LayerName="shared", VersionNumber=1)
    assert "arn:aws:iam::111122223333:root" in policy["Policy"]
    stale = await bench.call("RemoveLayerVersionPermission", **permission, RevisionId="other")
    assert stale["Error"]["Code"] == "PreconditionFailedException"
    await bench.call("RemoveLayerVersionPermission", **permission, RevisionId=policy["RevisionId"])
    gone = await bench.call("GetLayerVersionPolicy", LayerName="shared", VersionNumber=1)
    assert message(gone) == "No policy is associated with the given resource."


@pytest.mark.parametrize(
    ("arns", "text"),
    [
        ([f"{LAYER_ARN}:9"], f"Layer version {LAYER_ARN}:9 does not exist."),
        ([LAYER_ARN], "at 'layers' failed to satisfy constraint"),
        ([f"{LAYER_ARN}:1", f"{LAYER_ARN}:2"], "are versions of the same layer."),
        ([f"{LAYER_ARN}:{n}" for n in range(1, 7)], "Cannot reference more than 5 layers."),
        ([f"{LAYER_ARN}:1".replace(REGION, "eu-west-1")], f"in region {REGION}."),
        ([FOREIGN], "because no resource-based policy allows the lambda:GetLayerVersion action"),
    ],
)
async def test_a_function_is_refused_layers_it_cannot_have(
    bench: LambdaWorkbench, arns: list[str], text: str
) -> None:
    await publish(bench)
    await publish(bench)
    assert text in message(await bench.create(Layers=arns))


HANDLER = """
import os, sys

def handler(event, context):
    import shared
    import third
    where = [place for place in sys.path if "/layers/" in place]
    try:
        open(shared.__file__, "w")
    except OSError as error:
        refused = error.errno
    return [shared.VALUE, third.VALUE, shared.__file__.endswith("/python/shared.py"), len(where),
            sys.path[0] == os.environ["LAMBDA_TASK_ROOT"], refused]
"""


async def test_layers_are_on_the_path_and_later_ones_win(running: LambdaWorkbench) -> None:
    site = "python/lib/python3.12/site-packages/third.py"
    first = await publish(running, files={"python/shared.py": "VALUE = 1", site: "VALUE = 3"})
    second = await publish(running, "over", files={"python/shared.py": "VALUE = 2"})
    made = await running.create(
        code=HANDLER, Layers=[first["LayerVersionArn"], second["LayerVersionArn"]]
    )
    assert [layer["Arn"] for layer in made["Layers"]] == [
        first["LayerVersionArn"],
        second["LayerVersionArn"],
    ]
    assert (await running.invoke()).payload == [2, 3, True, 2, True, 30]
    await running.call(
        "UpdateFunctionConfiguration", FunctionName="worker", Layers=[first["LayerVersionArn"]]
    )
    await running.call("DeleteLayerVersion", LayerName="shared", VersionNumber=1)
    assert (await running.invoke()).payload[:2] == [1, 3]
    changed = await running.call("UpdateFunctionConfiguration", FunctionName="worker", Layers=[])
    assert "Layers" not in changed
    assert (await running.invoke()).function_error == "Unhandled"
