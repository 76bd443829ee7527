"""Every route of the API asks for a group, those to come included."""

from __future__ import annotations

from typing import Any

import pytest

import handlers.api
from tests.unit.handlers.gateway_events import Context, proxy_event

WRITING = [("POST", "/v1/api/customer"), ("POST", "/v1/api/payments")]
READING = [
    ("GET", "/v1/api/customer/c-1"),
    ("GET", "/v1/api/payment/c-1"),
    ("GET", "/v1/api/payment/c-1/2026-11-23T04:55:38.123456Z-00000000000000000000"),
]


def call(method: str, path: str, groups: str | None) -> dict[str, Any]:
    context: Any = Context()
    return handlers.api.handler(proxy_event(method, path, {}, groups=groups), context)


@pytest.fixture(autouse=True)
def nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gets past the check meets this."""

    def unreachable() -> None:
        raise ConnectionError

    monkeypatch.setattr(handlers.api, "application", unreachable)


@pytest.mark.parametrize(("method", "path"), [*WRITING, *READING])
@pytest.mark.parametrize("groups", [None, "", "payers", "operators,Auditor", " operator"])
def test_a_caller_in_no_group_that_counts_is_refused(
    method: str, path: str, groups: str | None
) -> None:
    answer = call(method, path, groups)
    assert answer["statusCode"] == 403
    assert "this needs a user in the group operator" in answer["body"]


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_an_auditor_writes_nothing(method: str, path: str) -> None:
    assert call(method, path, "auditor")["statusCode"] == 403


@pytest.mark.parametrize(("method", "path"), READING)
@pytest.mark.parametrize("groups", ["auditor", "operator", "others,auditor"])
def test_auditors_and_operators_read(method: str, path: str, groups: str) -> None:
    assert call(method, path, groups)["statusCode"] == 500


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_an_operator_writes(method: str, path: str) -> None:
    assert call(method, path, "auditor,operator")["statusCode"] != 403
