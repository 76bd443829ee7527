"""Members of API Gateway V2's objects that are kept beside the engine."""

from __future__ import annotations

from pathlib import Path

from localtender.edge.http_api_control.kept_members import KeptMembers
from localtender.edge.protocol.messages import Caller
from localtender.edge.snapshot import Snapshot

CALLER = Caller("111122223333", "eu-central-1")
MEMBERS = {"integrationId", "connectionId", "description", "integrationMethod"}
PATH = "v2/apis/a/integrations/i"
ANSWER = {"integrationId": "i", "description": "", "integrationMethod": "POST"}


def test_what_the_engine_leaves_out_is_answered_until_it_is_cleared() -> None:
    kept = KeptMembers()
    sent = {"connectionId": "c", "failOnWarnings": True, "integrationMethod": "GET"}
    kept.created(CALLER, PATH, sent, ANSWER, MEMBERS)
    assert kept.completed(CALLER, PATH, ANSWER) == {**ANSWER, "connectionId": "c"}
    kept.changed(CALLER, PATH, {"connectionId": "d"}, ANSWER, MEMBERS)
    assert kept.completed(CALLER, PATH, ANSWER)["connectionId"] == "d"
    kept.changed(CALLER, PATH, {"connectionId": ""}, ANSWER, MEMBERS)
    assert kept.completed(CALLER, PATH, ANSWER) == ANSWER


def test_what_the_engine_makes_up_is_left_out_until_it_is_set() -> None:
    kept = KeptMembers()
    kept.created(CALLER, PATH, {}, ANSWER, MEMBERS)
    assert "integrationMethod" not in kept.completed(CALLER, PATH, ANSWER)
    kept.changed(CALLER, PATH, {"integrationMethod": "POST"}, ANSWER, MEMBERS)
    assert kept.completed(CALLER, PATH, ANSWER)["integrationMethod"] == "POST"
    function = {**ANSWER, "integrationType": "AWS_PROXY"}
    kept.created(CALLER, f"{PATH}2", {}, function, MEMBERS)
    assert kept.completed(CALLER, f"{PATH}2", function) == function


def test_what_belongs_to_an_api_goes_with_it_and_nothing_else(tmp_path: Path) -> None:
    file = Snapshot(tmp_path / "http-apis", "1")
    kept = KeptMembers(file)
    for path in (PATH, "v2/apis/ab/integrations/i"):
        kept.add(CALLER, path, {"connectionId": "c"})
    kept.forget(CALLER, "v2/apis/a")
    saved = KeptMembers(file)
    assert saved.completed(CALLER, PATH, {}) == {}
    assert saved.completed(CALLER, "v2/apis/ab/integrations/i", {}) == {"connectionId": "c"}
    other = Caller("111122223333", "us-east-1")
    assert saved.completed(other, "v2/apis/ab/integrations/i", {}) == {}
