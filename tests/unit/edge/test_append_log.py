"""Values that are added to a file, however the process ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from localtender.edge.append_log import AppendLog


def reopened(path: Path, version: str = "1") -> list[object]:
    return AppendLog(path, version).load()


def test_what_was_added_is_there_without_an_orderly_end(tmp_path: Path) -> None:
    log = AppendLog(tmp_path / "part" / "log", "1")
    log.append({"a": 1})
    log.append("b")
    assert reopened(tmp_path / "part" / "log") == [{"a": 1}, "b"]
    log.close()


def test_a_later_run_adds_to_what_is_there(tmp_path: Path) -> None:
    for value in ("first", "second"):
        log = AppendLog(tmp_path / "log", "1")
        log.append(value)
        log.close()
    assert reopened(tmp_path / "log") == ["first", "second"]


def test_a_value_that_was_being_written_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = AppendLog(path, "1")
    log.append("whole")
    whole = path.stat().st_size
    log.append("b" * 100)
    log.close()
    for size in range(whole, path.stat().st_size):
        path.write_bytes(path.read_bytes()[: max(whole, size)])
    assert reopened(path) == ["whole"]
    again = AppendLog(path, "1")
    again.append("next")
    again.close()
    assert reopened(path) == ["whole", "next"]


def test_beginning_again_replaces_everything(tmp_path: Path) -> None:
    log = AppendLog(tmp_path / "log", "1")
    log.append("old")
    size = log.size
    log.replace(["new"])
    assert log.size == size
    log.append("newer")
    log.close()
    assert reopened(tmp_path / "log") == ["new", "newer"]


@pytest.mark.parametrize("damage", [b"", b"no pickle", b"\x80\x05"])
def test_what_is_not_readable_begins_empty(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "log").write_bytes(damage)
    assert reopened(tmp_path / "log") == []


def test_another_version_begins_empty(tmp_path: Path) -> None:
    log = AppendLog(tmp_path / "log", "1")
    log.append("x")
    log.close()
    assert reopened(tmp_path / "log", version="2") == []


def test_removing_forgets(tmp_path: Path) -> None:
    log = AppendLog(tmp_path / "log", "1")
    log.append("x")
    log.remove()
    log.remove()
    assert reopened(tmp_path / "log") == []
