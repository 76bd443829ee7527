"""Unpacking what people upload."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from localtender.edge.functions import code
from localtender.edge.functions.code import CodeStore, hexadecimal_name
from localtender.edge.protocol.errors import ServiceError
from tests.lambda_workbench import zip_of

pytestmark = pytest.mark.anyio


def zip_with_modes(entries: dict[str, tuple[int, str]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, (mode, content) in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


async def test_files_are_read_only_and_stay_executable(tmp_path: Path) -> None:
    store = CodeStore(tmp_path)
    archive = zip_with_modes({"lib/tool": (0o100755, "#!/bin/sh"), "app.py": (0o100600, "x = 1")})
    root = store.task_root(await store.add(archive))
    assert stat.S_IMODE((root / "lib" / "tool").stat().st_mode) == 0o555
    assert stat.S_IMODE((root / "app.py").stat().st_mode) == 0o444
    assert (root / "app.py").read_text() == "x = 1"


async def test_equal_code_is_kept_once(tmp_path: Path) -> None:
    store = CodeStore(tmp_path)
    archive = zip_of({"app.py": "x = 1"})
    first, second = await store.add(archive), await store.add(archive)
    assert first == second
    assert store.archive(hexadecimal_name(first)) == archive
    assert len(list((tmp_path / "unpacked").iterdir())) == 1


async def test_nothing_is_written_outside_the_code(tmp_path: Path) -> None:
    store = CodeStore(tmp_path)
    root = store.task_root(await store.add(zip_of({"../../escaped.py": "", "/absolute.py": ""})))
    assert sorted(path.name for path in root.iterdir()) == ["absolute.py", "escaped.py"]
    assert not (tmp_path / "escaped.py").exists()


async def test_links_lead_inside_the_code_only(tmp_path: Path) -> None:
    link = stat.S_IFLNK | 0o777
    store = CodeStore(tmp_path)
    archive = zip_with_modes(
        {
            "app.py": (0o100644, "x = 1"),
            "lib/same.py": (link, "../app.py"),
            "lib/secret": (link, "../../../../../../etc/passwd"),
        }
    )
    root = store.task_root(await store.add(archive))
    assert (root / "lib" / "same.py").read_text() == "x = 1"
    assert not os.path.lexists(root / "lib" / "secret")


async def test_too_much_code_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "MAXIMUM_UNZIPPED_BYTES", 100)
    with pytest.raises(ServiceError, match="Unzipped size must be smaller than 100 bytes"):
        await CodeStore(tmp_path).add(zip_of({"app.py": "x" * 100}))
    assert list((tmp_path / "unpacked").iterdir()) == []


@pytest.mark.parametrize("name", ["", "../../../etc/passwd", "z" * 64, "0" * 64])
def test_an_archive_is_found_by_its_hash_only(tmp_path: Path, name: str) -> None:
    assert CodeStore(tmp_path).archive(name) is None
