from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.utility.archive.contents import Entry, Folder, file_entry
from localtender.provider.utility.archive.globs import matches
from localtender.provider.utility.archive.writing import write_archive


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a.txt", "a.txt"),
        ("*.txt", "a.txt"),
        ("**/*.pyc", "x.pyc"),
        ("**/*.pyc", "a/b/x.pyc"),
        ("node_modules/**", "node_modules"),
        ("node_modules/**", "node_modules/a/b.js"),
        ("a/**/z", "a/z"),
        ("a/**/z", "a/b/c/z"),
        ("**", "anything/at/all"),
        ("{lib,src/x}/?.py", "src/x/a.py"),
        ("[a-c]*", "beta"),
        ("[^a-c]*", "delta"),
        (r"\*", "*"),
    ],
)
def test_a_glob_matches_as_doublestar_s_do(pattern: str, path: str) -> None:
    assert matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.txt", "a/b.txt"),
        ("a.txt", "b/a.txt"),
        ("a?txt", "a/txt"),
        ("node_modules/**", "node_modules2/a"),
        ("a/**/z", "az"),
        ("[^a-c]*", "beta"),
        ("a.c", "abc"),
    ],
)
def test_a_glob_stays_within_its_part_of_the_path(pattern: str, path: str) -> None:
    assert not matches(pattern, path)


@pytest.mark.parametrize("pattern", ["[a", "{a,b"])
def test_a_malformed_glob_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidArgumentError, match="not a well-formed glob"):
        matches(pattern, "a")


def folder(path: Path, *excludes: str, follows: bool = True) -> Folder:
    return Folder(path, excludes, follows, path / "out.zip")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    for name in ("b/c.py", "a.py", "b/tests/t.py", "a/z.py"):
        file = source / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    (source / "out.zip").write_text("an earlier archive")
    return source


def names(entries: list[Entry]) -> list[str]:
    return [entry.name for entry in entries]


def test_files_come_in_the_order_of_their_names_without_the_archive_itself(source: Path) -> None:
    assert names(folder(source).entries()) == ["a/z.py", "a.py", "b/c.py", "b/tests/t.py"]


def test_a_folder_that_is_excluded_is_left_out_whole(source: Path) -> None:
    assert names(folder(source, "b", "", "a/*").entries()) == ["a.py"]


def test_links_are_taken_for_what_they_lead_to(source: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "shared.py").write_text("shared")
    (source / "linked").symlink_to(outside)
    (source / "one.py").symlink_to(outside / "shared.py")
    followed = names(folder(source, "a", "b").entries())
    assert followed == ["a.py", "linked/shared.py", "one.py"]
    assert names(folder(source, "a", "b", follows=False).entries()) == ["a.py", "one.py"]


def test_a_link_to_a_folder_around_it_is_named(source: Path) -> None:
    (source / "b" / "circle").symlink_to(source)
    with pytest.raises(OperationError, match="links to a folder that it stands in"):
        folder(source).entries()


def test_an_archive_of_nothing_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(OperationError, match="would be empty"):
        folder(source, "**").entries()
    with pytest.raises(InvalidArgumentError, match="does not exist"):
        folder(tmp_path / "missing").entries()


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_the_same_files_make_the_same_bytes(kind: str, source: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write_archive(kind, first, folder(source).entries())
    for file in source.rglob("*.py"):
        # Another time stamp.
        file.write_bytes(file.read_bytes())
    write_archive(kind, second, folder(source).entries())
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "second", "source"]


def test_a_zip_keeps_the_modes_of_files_and_says_none_for_texts(
    source: Path, tmp_path: Path
) -> None:
    script = source / "a.py"
    script.chmod(0o750)
    output = tmp_path / "archive.zip"
    write_archive("zip", output, [file_entry(script, "run"), Entry("note.txt", b"text")])
    with zipfile.ZipFile(output) as archive:
        run, note = archive.infolist()
        assert archive.read(note) == b"text"
    assert run.external_attr >> 16 & 0o777 == 0o750
    assert note.external_attr == 0
