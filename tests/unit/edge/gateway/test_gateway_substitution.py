from __future__ import annotations

import pytest

from localtender.edge.gateway.data_plane.substitution import substitute, with_stage_variables

CONTEXT = {
    "stage": "dev",
    "flag": True,
    "identity": {"sourceIp": "1.2.3.4", "user": None},
    "authorizer": {"claims": {"cognito:groups": "a,b", "custom:dept-id": "7"}},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$context.stage", "dev"),
        ('{"s":$context.stage}', '{"s":dev}'),
        ("${context.stage}s", "devs"),
        ("$context.stage-$context.identity.sourceIp.", "dev-1.2.3.4."),
        ("$context.stage:x", "dev:x"),
        ("$context.flag", "true"),
        ("$context.identity.user", "-"),
        ("$context.identity.sourceIp.more", "-"),
        ("$context.authorizer.claims.cognito:groups", "a,b"),
        ("$context.authorizer.claims.custom:dept-id;", "7;"),
        ("$stageVariables.a|$stageVariables.b", "1|-"),
        ("$other $ context", "$other $ context"),
    ],
)
def test_references_are_replaced(text: str, expected: str) -> None:
    assert substitute(text, CONTEXT, {"a": "1"}, missing="-") == expected


def test_stage_variables_in_braces_are_replaced() -> None:
    assert (
        with_stage_variables("arn:${stageVariables.f}:${stageVariables.g}", {"f": "x"}) == "arn:x:"
    )
