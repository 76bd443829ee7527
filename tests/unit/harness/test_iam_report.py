from __future__ import annotations

from typing import Any

import pytest

from localtender.cli import _output
from localtender.harness.iam_report import report_tables

SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:paypal"


def principal(**changes: Any) -> dict[str, Any]:
    return {
        "arn": "arn:aws:iam::000000000000:role/worker",
        "unknown_policies": [],
        "granted": [],
        "used": [],
        "denied": [],
        **changes,
    }


def printed(capsys: pytest.CaptureFixture[str], **changes: Any) -> str:
    report = {"mode": "enforce", "principals": [principal(**changes)]}
    for table in report_tables(report, everybody=False):
        _output.print(table)
    return capsys.readouterr().out


def test_an_arn_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    used = [{"action": "secretsmanager:GetSecretValue", "resource": SECRET, "count": 3}]
    # The terminal's width may fold it, but no word of it becomes an emoji.
    assert ":secret:paypal" in printed(capsys, used=used)


def test_a_policy_that_nobody_knows_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    arn = "arn:aws:iam::aws:policy/Mistyped"
    assert f"grants nothing: {arn}" in printed(capsys, unknown_policies=[arn])


def test_who_made_no_call_is_only_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys) == "1 roles and users made no call; --all shows them.\n"
