"""How violated constraints are told.

Source: LocalStack's ``tests/aws/services/lambda_/test_lambda_api.snapshot.json``
(test_create_lambda_exceptions, test_notfound_and_invalid_routingconfigs, test_layer_exceptions,
test_url_config_exceptions); the patterns are those of botocore's model.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.lambda_workbench import LambdaWorkbench, function_arn, zip_of
from tests.unit.edge.functions.refusals import INVALID, refusal

pytestmark = pytest.mark.anyio

WEIGHTS = "routingConfig.additionalVersionWeights"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"Role": "r1"},
            "Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular "
            r"expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+",
        ),
        (
            {"Architectures": ["x86_64", "arm64"]},
            "Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must "
            "have length less than or equal to 1",
        ),
        (
            {"Architectures": ["X86_64"]},
            "Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy "
            "constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be "
            "null]",
        ),
        (
            {"SnapStart": {"ApplyOn": "invalidOption"}},
            "Value 'invalidOption' at 'snapStart.applyOn' failed to satisfy constraint: Member "
            "must satisfy enum value set: [PublishedVersions, None]",
        ),
        (
            {"Environment": {"Variables": {"1A": "secret"}}},
            "Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy "
            "constraint: [Member must satisfy regular expression pattern: "
            "[a-zA-Z]([a-zA-Z0-9_])+, Member must not be null]",
        ),
    ],
)
async def test_a_value_that_misses_a_constraint_is_shown_with_it(
    bench: LambdaWorkbench, changes: dict[str, Any], message: str
) -> None:
    answer = await bench.create(**changes)
    assert refusal(answer) == (
        "ValidationException",
        f"1 validation error detected: {message}",
        400,
    )
    assert "Type" not in answer


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            {"2": 2.0},
            f"Value '{{2=2.0}}' at '{WEIGHTS}' failed to satisfy constraint: Map value must "
            "satisfy constraint: [Member must have value less than or equal to 1.0, Member must "
            "have value greater than or equal to 0.0, Member must not be null]",
        ),
        (
            {"$LATEST": 0.5},
            f"Value '{{$LATEST=0.5}}' at '{WEIGHTS}' failed to satisfy constraint: Map keys must "
            "satisfy constraint: [Member must have length less than or equal to 1024, Member must "
            "have length greater than or equal to 1, Member must satisfy regular expression "
            "pattern: [0-9]+, Member must not be null]",
        ),
    ],
)
async def test_a_map_is_shown_whole(
    bench: LambdaWorkbench, weights: dict[str, float], message: str
) -> None:
    answer = await bench.call(
        "CreateAlias",
        FunctionName="worker",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": weights},
    )
    assert refusal(answer)[1] == f"1 validation error detected: {message}"


async def test_every_violation_of_a_call_is_told(bench: LambdaWorkbench) -> None:
    answer = await bench.call(
        "PublishLayerVersion",
        LayerName="shared",
        Content={"ZipFile": zip_of({"a.py": ""})},
        CompatibleRuntimes=["java8", "invalidruntime"],
        CompatibleArchitectures=["invalidarch", "x86_64"],
    )
    message = refusal(answer)[1]
    runtimes, architectures = message.removeprefix("2 validation errors detected: ").split("; ")
    assert runtimes.startswith(
        "Value '[java8, invalidruntime]' at 'compatibleRuntimes' failed to satisfy constraint: "
        "Member must satisfy enum value set: [nodejs20.x, "
    )
    assert "java8," not in runtimes.partition("value set")[2]
    assert architectures == (
        "Value '[invalidarch, x86_64]' at 'compatibleArchitectures' failed to satisfy constraint: "
        "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], "
        "Member must not be null]"
    )


async def test_a_bare_name_that_is_too_long_is_an_invalid_parameter(bench: LambdaWorkbench) -> None:
    name = "a" * 65
    assert refusal(await bench.create(name)) == (
        INVALID,
        f"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy "
        "constraint: Member must have length less than or equal to 64",
        400,
    )
    arn = function_arn("a" * 100)
    assert refusal(await bench.create(arn)) == (
        "ValidationException",
        f"1 validation error detected: Value '{arn}' at 'functionName' failed to satisfy "
        "constraint: Member must have length less than or equal to 140",
        400,
    )
    assert refusal(await bench.call("GetFunction", FunctionName=name))[1] == (
        f"Function not found: {function_arn(name)}"
    )


async def test_modes_of_a_url_are_named_in_awss_order(bench: LambdaWorkbench) -> None:
    """As LocalStack's Lambda provider has it, whose tests are compared with AWS."""
    answer = await bench.call(
        "CreateFunctionUrlConfig", FunctionName="worker", AuthType="NONE", InvokeMode="UNKNOWN"
    )
    assert refusal(answer)[1] == (
        "1 validation error detected: Value 'UNKNOWN' at 'invokeMode' failed to satisfy "
        "constraint: Member must satisfy enum value set: [RESPONSE_STREAM, BUFFERED]"
    )


@pytest.mark.parametrize("qualifier", ["1", "$LATEST"])
async def test_a_url_takes_aliases_only(bench: LambdaWorkbench, qualifier: str) -> None:
    await bench.create(Publish=True)
    answer = await bench.call(
        "CreateFunctionUrlConfig", FunctionName="worker", AuthType="NONE", Qualifier=qualifier
    )
    assert refusal(answer) == (
        "ValidationException",
        f"1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy "
        r"constraint: Member must satisfy regular expression pattern: "
        r"((?!^\d+$)^[0-9a-zA-Z-_]+$)",
        400,
    )
