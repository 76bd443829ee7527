from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from localtender.edge.authorize.access_records import AccessRecords
from localtender.edge.authorize.access_report import AccessReport
from localtender.edge.authorize.decisions import Mode
from localtender.edge.authorize.requests import AuthorizationRequest, Principal
from localtender.edge.authorize.verdicts import Verdict
from localtender.engines.client import EngineCallError

ROLE = "arn:aws:iam::000000000000:role/service/worker"
GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/f"


class NoIam:
    """An engine whose IAM knows nobody."""

    async def call(
        self, service: str, operation: str, parameters: Mapping[str, Any], **_: str
    ) -> dict[str, Any]:
        raise EngineCallError(service, operation, "NoSuchEntity", "There is none.", 404)


def reported(*calls: tuple[str, str], allowed: bool = True) -> dict[str, Any]:
    records = AccessRecords()
    principal = Principal("AssumedRole", "arn:session", "000000000000", role_arn=ROLE)
    for action, resource in calls:
        records.note(AuthorizationRequest(principal, action, resource), Verdict(allowed))
    report = AccessReport(
        NoIam(), records, Mode.ENFORCE, account_id="000000000000", region="us-east-1"
    )
    document = asyncio.run(report.document())
    (found,) = document["principals"]
    assert found["arn"] == ROLE
    return dict(found)


def test_the_streams_of_a_log_group_are_told_as_one() -> None:
    found = reported(
        ("logs:PutLogEvents", f"{GROUP}:log-stream:a"),
        ("logs:PutLogEvents", f"{GROUP}:log-stream:b"),
    )
    assert found["used"] == [
        {"action": "logs:PutLogEvents", "resource": f"{GROUP}:*", "count": 2},
    ]


def test_the_objects_of_a_bucket_are_told_as_one_and_other_resources_as_they_are() -> None:
    found = reported(
        ("s3:GetObject", "arn:aws:s3:::b/1"),
        ("s3:GetObject", "arn:aws:s3:::b/2"),
        ("s3:ListBucket", "arn:aws:s3:::b"),
    )
    assert [(entry["resource"], entry["count"]) for entry in found["used"]] == [
        ("arn:aws:s3:::b/*", 2),
        ("arn:aws:s3:::b", 1),
    ]


def test_a_denial_names_the_very_resource_and_its_message() -> None:
    found = reported(("s3:GetObject", "arn:aws:s3:::b/1"), allowed=False)
    (denied,) = found["denied"]
    assert denied["resource"] == "arn:aws:s3:::b/1"
    assert "is not authorized to perform: s3:GetObject" in denied["message"]
