"""State on disk: whole, of this version, or none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from localtender.edge.gateway.persistent_store import PersistentStore
from localtender.edge.gateway.state import RegionState, RestApi
from localtender.edge.gateway.store import Store
from localtender.edge.persistence import Persistence
from localtender.edge.snapshot import Snapshot


def test_the_value_saved_last_is_loaded(tmp_path: Path) -> None:
    snapshot = Snapshot(tmp_path / "part" / "state.pickle", "1")
    assert snapshot.load() is None
    snapshot.save({"a": 1})
    snapshot.save({"a": 2})
    assert Snapshot(tmp_path / "part" / "state.pickle", "1").load() == {"a": 2}


def test_another_versions_value_is_not_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Snapshot(tmp_path / "state.pickle", "1").save({})
    assert Snapshot(tmp_path / "state.pickle", "2").load() is None
    assert "is of version 1" in caplog.text


def test_a_damaged_file_begins_empty(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "state.pickle"
    path.write_bytes(b"not a pickle")
    assert Snapshot(path, "1").load() is None
    assert "begins empty" in caplog.text


def test_the_gateways_state_is_there_again(tmp_path: Path) -> None:
    def store() -> Store:
        return PersistentStore(Snapshot(tmp_path / "state.pickle", "1"))

    created = datetime(2026, 1, 1, tzinfo=UTC)
    api = RestApi(id="a1", name="payments", created_date=created, root_resource_id="r")
    state = RegionState(rest_apis={"a1": api})
    store().save("123456789012", "us-east-1", state)
    assert store().state("123456789012", "us-east-1") == state
    found = store().find_rest_api("a1")
    assert found is not None
    assert found.api == api


def test_nothing_is_kept_unless_it_is_asked_for(tmp_path: Path) -> None:
    kept = Persistence(tmp_path, "1", enabled=True)
    snapshot = kept.snapshot("functions")
    assert snapshot is not None
    snapshot.save({})
    assert kept.instance_id() == kept.instance_id()
    assert kept.engine_environment()["PERSIST_STATE"] == "1"
    forgotten = Persistence(tmp_path, "1", enabled=False)
    assert forgotten.snapshot("functions") is None
    assert snapshot.load() is None
    assert forgotten.instance_id() != forgotten.instance_id()
    assert forgotten.engine_environment() == {}
