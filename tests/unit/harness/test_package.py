from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from localtender.harness import package
from localtender.harness.package import (
    CompiledFileError,
    DependencyInstallError,
    PackageResult,
    PackageTooLargeError,
    build_package,
)


class Project:
    """A folder of functions, and a stand-in for pip that counts its runs."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.source = root / "lambda"
        self.requirements = self.source / "requirements.txt"
        self.destination = root / "build" / "payments.zip"
        self.cache = root / "cache"
        self.installations = 0
        self.dependency_files = {
            "requests/__init__.py": b"",
            "requests/__pycache__/__init__.cpython-312.pyc": b"",
            "requests/tests/test_x.py": b"",
            "requests-2.dist-info/METADATA": b"",
            "requests-2.dist-info/licenses/LICENSE": b"licence",
            "bin/normalizer": b"",
        }
        for name in ("handlers/api.py", "payments/money.py", "payments/__pycache__/money.pyc"):
            self.write(name, name)
        self.requirements.write_text("requests==2\n")
        monkeypatch.setattr(package, "_pip_install", self._install)

    def write(self, name: str, text: str) -> None:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def build(self) -> PackageResult:
        return build_package(
            self.source, self.requirements, self.destination, cache_directory=self.cache
        )

    def names(self) -> list[str]:
        with zipfile.ZipFile(self.destination) as archive:
            return archive.namelist()

    def _install(self, requirements: Path, target: Path) -> None:
        self.installations += 1
        for name, content in self.dependency_files.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    return Project(tmp_path, monkeypatch)


def test_the_package_holds_our_modules_at_its_root_and_the_dependencies_beside_them(
    project: Project,
) -> None:
    project.build()
    assert project.names() == [
        "handlers/api.py",
        "payments/money.py",
        "requests/__init__.py",
        "requests-2.dist-info/licenses/LICENSE",
    ]


def test_an_unchanged_project_is_not_packed_again(project: Project) -> None:
    first = project.build()
    written = project.destination.stat().st_mtime_ns
    second = project.build()
    assert (first.rebuilt, second.rebuilt) == (True, False)
    assert (second.sha256, second.size_bytes) == (first.sha256, first.size_bytes)
    assert project.destination.stat().st_mtime_ns == written
    assert project.installations == 1


def test_the_same_input_gives_the_same_bytes_whatever_the_dates_and_modes(
    project: Project,
) -> None:
    first = project.build()
    project.destination.unlink()
    os.utime(project.source / "handlers/api.py", (1, 1))
    (project.source / "handlers/api.py").chmod(0o755)
    assert project.build().sha256 == first.sha256


def test_a_changed_module_is_packed_without_installing_again(project: Project) -> None:
    first = project.build()
    project.write("handlers/api.py", "changed")
    second = project.build()
    assert second.rebuilt
    assert second.sha256 != first.sha256
    assert project.installations == 1


def test_changed_requirements_are_installed(project: Project) -> None:
    project.build()
    project.requirements.write_text("requests==3\n")
    assert project.build().rebuilt
    assert project.installations == 2


def test_a_damaged_package_is_built_again(project: Project) -> None:
    first = project.build()
    project.destination.write_bytes(b"damaged")
    assert project.build() == first


def test_files_have_a_fixed_date_and_can_be_read_by_everybody(project: Project) -> None:
    project.build()
    with zipfile.ZipFile(project.destination) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.external_attr >> 16 == 0o100644


@pytest.mark.parametrize("name", ["fast.cpython-312-x86_64-linux-gnu.so", "fast.pyd"])
def test_a_compiled_dependency_is_refused_by_name(project: Project, name: str) -> None:
    project.dependency_files[f"requests/{name}"] = b""
    with pytest.raises(CompiledFileError, match=f"requests/{name}"):
        project.build()
    assert not project.destination.exists()


def test_a_package_that_is_too_large_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "MAXIMUM_BYTES", 10)
    with pytest.raises(PackageTooLargeError, match="more than 10"):
        project.build()
    assert list(project.destination.parent.iterdir()) == []


def test_an_installation_that_fails_leaves_nothing_behind_and_says_why(tmp_path: Path) -> None:
    source = tmp_path / "lambda"
    source.mkdir()
    requirements = source / "requirements.txt"
    requirements.write_text("--no-index\nabsent-package==1\n")
    with pytest.raises(DependencyInstallError, match="absent-package"):
        build_package(source, requirements, tmp_path / "x.zip", cache_directory=tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []
