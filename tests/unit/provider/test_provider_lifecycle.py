from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from localtender.provider.call import Call
from localtender.provider.calls import Calls
from localtender.provider.configuration import ProviderConfiguration
from localtender.provider.declaration import Change, Resource
from localtender.provider.diagnostics import from_exception
from localtender.provider.lifecycle import FailedChange, Lifecycle
from localtender.provider.schema.model import Attribute, Block
from localtender.provider.sessions import Caller, Session
from localtender.provider.values import UNKNOWN, Values

TAGS = ["map", "string"]
BLOCK = Block(
    {
        "id": Attribute("string", optional=True, computed=True),
        "region": Attribute("string", optional=True, computed=True),
        "size": Attribute("number", optional=True),
        "tags": Attribute(TAGS, optional=True),
        "tags_all": Attribute(TAGS, optional=True, computed=True),
    }
)


class AwsError(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.response = {
            "Error": {"Code": code, "Message": f"{code} it is"},
            "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "r-1"},
        }
        self.operation_name = "PutThing"


class Thing(Resource):
    """Keeps its objects in a dict, and fails where it is told to."""

    type_name = "aws_thing"
    service = "thing"
    gone = ("NoSuchThing",)

    def __init__(self, fails: str = "") -> None:
        self.fails = fails
        self.objects: dict[str, Values] = {}
        self.calls: list[str] = []

    def create(self, call: Call, planned: Values) -> Values:
        self.fail_in("create")
        self.objects["1"] = {"size": planned["size"], "tags": planned["tags_all"]}
        call.created({"id": "1"})
        self.fail_in("after create")
        return {}

    def read(self, call: Call, state: Values) -> Values | None:
        if state["id"] not in self.objects:
            raise AwsError("NoSuchThing")
        return self.objects[state["id"]]

    def update(self, call: Call, change: Change) -> None:
        self.calls.append("update")
        self.objects[change.prior["id"]]["size"] = change.planned["size"]
        self.fail_in("update")

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        self.calls.append(f"tags {changed} {removed}")
        tags = self.objects[state["id"]]["tags"] | changed
        self.objects[state["id"]]["tags"] = {k: v for k, v in tags.items() if k not in removed}

    def delete(self, call: Call, state: Values) -> None:
        self.fail_in("delete")
        raise AwsError("NoSuchThing")

    def fail_in(self, step: str) -> None:
        if self.fails == step:
            raise AwsError("Broken")


def begin(region: str = "eu-west-1") -> Call:
    configuration = ProviderConfiguration("http://127.0.0.1:4566", region=region)
    session = Session(Caller(Path("/project")), configuration)
    return Calls().begin(session, "thing", {})


def config(**values: Any) -> Values:
    return BLOCK.complete(values)


def test_an_object_is_planned_made_changed_and_read() -> None:
    thing = Thing()
    lifecycle = Lifecycle(thing, BLOCK)
    planned = lifecycle.plan(begin(), config(size=1, tags={"a": "b"}), None)
    assert planned.state["id"] is UNKNOWN
    assert planned.state["region"] == "eu-west-1"
    state = lifecycle.create(begin(), planned.state)
    assert state["id"] == "1"
    assert lifecycle.plan(begin(), config(size=1, tags={"a": "b"}), state).state is state

    retagged = lifecycle.plan(begin(), config(size=1, tags={"c": "d"}), state)
    state = lifecycle.update(begin(), state, retagged.state)
    assert thing.calls == ["tags {'c': 'd'} ['a']"], "only the tags changed"
    resized = lifecycle.plan(begin(), config(size=2, tags={"c": "d"}), state)
    assert lifecycle.update(begin(), state, resized.state)["size"] == 2
    assert thing.calls[1:] == ["update"]


def test_another_region_makes_another_object() -> None:
    lifecycle = Lifecycle(Thing(), BLOCK)
    prior = config(id="1", region="us-east-1")
    assert lifecycle.plan(begin(), config(), prior).replaces == [("region",)]


def test_an_object_that_was_begun_is_kept_when_its_creation_fails() -> None:
    lifecycle = Lifecycle(Thing("after create"), BLOCK)
    planned = lifecycle.plan(begin(), config(size=1), None)
    with pytest.raises(FailedChange) as failed:
        lifecycle.create(begin(), planned.state)
    assert failed.value.state is not None
    assert failed.value.state["id"] == "1"


def test_an_object_that_was_not_begun_leaves_nothing() -> None:
    lifecycle = Lifecycle(Thing("create"), BLOCK)
    planned = lifecycle.plan(begin(), config(size=1), None)
    with pytest.raises(FailedChange) as failed:
        lifecycle.create(begin(), planned.state)
    assert failed.value.state is None


def test_after_a_failed_update_the_state_is_what_is_there() -> None:
    thing = Thing("update")
    thing.objects["1"] = {"size": 1, "tags": {}}
    lifecycle = Lifecycle(thing, BLOCK)
    prior = config(id="1", region="eu-west-1", size=1, tags_all={})
    planned = lifecycle.plan(begin(), config(size=2), prior)
    with pytest.raises(FailedChange) as failed:
        lifecycle.update(begin(), prior, planned.state)
    assert failed.value.state is not None
    assert failed.value.state["size"] == 2, "the change was made before the failure"


def test_an_object_that_is_gone_is_read_as_gone_and_deleted_without_complaint() -> None:
    lifecycle = Lifecycle(Thing(), BLOCK)
    assert lifecycle.read(begin(), config(id="1")) is None
    lifecycle.delete(begin(), config(id="1"))
    with pytest.raises(AwsError):
        Lifecycle(Thing("delete"), BLOCK).delete(begin(), config(id="1"))


def test_an_import_id_may_end_in_a_region() -> None:
    lifecycle = Lifecycle(Thing(), BLOCK)
    assert lifecycle.import_state(begin(), "a@b@us-west-2") == {"id": "a@b", "region": "us-west-2"}
    assert lifecycle.import_state(begin(), "a@b") == {"id": "a@b", "region": "eu-west-1"}


def test_a_path_means_the_folder_in_which_terraform_runs() -> None:
    assert begin().path("build/lambda.zip") == Path("/project/build/lambda.zip")
    assert begin().path("/elsewhere/lambda.zip") == Path("/elsewhere/lambda.zip")


def test_a_request_that_the_engine_lacks_is_a_warning_and_any_other_failure_a_failure() -> None:
    def request(code: str) -> None:
        raise AwsError(code)

    call = begin()
    assert call.optional(request, code="NotImplemented") is None
    assert call.optional(request, code="NotImplemented") is None
    assert [summary for summary, _detail in call.warnings] == ["PutThing is not available here"]
    with pytest.raises(AwsError):
        call.optional(request, code="AccessDenied")


def test_a_failure_is_awss_code_and_message_and_never_a_traceback() -> None:
    diagnostic = from_exception("creating it", AwsError("Broken"), "http://127.0.0.1:4566")
    assert diagnostic.summary == "creating it: Broken"
    assert "PutThing answered Broken: Broken it is (HTTP status 400" in diagnostic.detail
    bug = from_exception("creating it", KeyError("QueueArn"), "http://127.0.0.1:4566")
    assert bug.summary == "creating it: KeyError"
    assert "fault of the local provider" in bug.detail
