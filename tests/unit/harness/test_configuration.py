from __future__ import annotations

from pathlib import Path

import pytest

from localtender.configuration import ConfigurationError, read_configuration


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("lambda", "terraform"):
        (tmp_path / folder).mkdir()
    return tmp_path


def test_the_project_is_found_from_a_folder_inside_it(project: Path) -> None:
    configuration = read_configuration({}, project / "terraform")
    assert configuration.project_directory == project
    assert configuration.endpoint_url == "http://127.0.0.1:4566"
    assert configuration.sandbox_url == "http://127.0.0.1:4567"


def test_ports_come_from_the_environment(project: Path) -> None:
    configuration = read_configuration({"EDGE_PORT": "5000", "SANDBOX_PORT": "5001"}, project)
    assert (configuration.edge_port, configuration.sandbox_port) == (5000, 5001)


def test_reloading_and_persisting_are_off_unless_asked_for(project: Path) -> None:
    default = read_configuration({}, project)
    assert (default.hot_reload, default.persist) == (False, False)
    chosen = read_configuration({"HOT_RELOAD": "1", "PERSIST": "1"}, project)
    assert (chosen.hot_reload, chosen.persist) == (True, True)
    with pytest.raises(ConfigurationError, match="PERSIST=yes is neither 0 nor 1"):
        read_configuration({"PERSIST": "yes"}, project)


def test_iam_is_enforced_unless_told_otherwise(project: Path) -> None:
    assert read_configuration({}, project).iam == "enforce"
    assert read_configuration({"IAM": "record"}, project).iam == "record"
    with pytest.raises(ConfigurationError, match="IAM=on is unknown; choose one of enforce, rec"):
        read_configuration({"IAM": "on"}, project)


def test_empty_settings_count_as_absent(project: Path) -> None:
    configuration = read_configuration({"ENGINE": "", "EDGE_PORT": ""}, project)
    assert (configuration.engine, configuration.edge_port) == ("embedded", 4566)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"EDGE_PORT": "http"}, "EDGE_PORT=http"),
        ({"SANDBOX_PORT": "80"}, "SANDBOX_PORT=80"),
        ({"EDGE_PORT": "4567"}, "both 4567"),
        ({"ENGINE": "moto"}, "choose one of embedded"),
        ({"ENGINE": "localstack"}, "not there yet"),
        ({"PROVIDER": "local"}, "choose one of attached, registry"),
        ({"EDGE_PORT": "\N{SUPERSCRIPT TWO}000"}, "EDGE_PORT="),
        ({"EDGE_PORT": "9" * 5000}, "EDGE_PORT="),
        ({"TFVARS": "typo.tfvars"}, "TFVARS=typo.tfvars: there is no file"),
        ({"TERRAFORM_DIR": "absent"}, "is not a folder"),
        ({"LOCALTENDER_PROJECT": "/absent"}, "LOCALTENDER_PROJECT=/absent is no project"),
        ({"LOCALTENDER_WORKSPACE": "default"}, "another name than default"),
        ({"LOCALTENDER_WORKSPACE": ".."}, "can't be used"),
        ({"LOCALTENDER_WORKSPACE": "a/b"}, "can't be used"),
    ],
)
def test_an_unusable_setting_is_named_with_what_would_do(
    project: Path, settings: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_configuration(settings, project)


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No project"):
        read_configuration({}, tmp_path)


def test_a_socket_path_too_long_for_the_system_is_moved(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90)
    for folder in ("lambda", "terraform"):
        (deep / folder).mkdir(parents=True)
    assert len(str(read_configuration({}, deep).provider_socket)) <= 90


def test_the_caller_s_own_region_is_not_the_stack_s(project: Path) -> None:
    assert read_configuration({"AWS_DEFAULT_REGION": "eu-west-3"}, project).region == "us-east-1"
    assert read_configuration({"TF_VAR_region": "eu-west-3"}, project).region == "eu-west-3"
