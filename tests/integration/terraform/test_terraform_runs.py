"""What concerns every resource: attaching, folders, endpoints, tags, refusals."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.terraform_folder import TerraformFolder

QUEUE = 'resource "aws_sqs_queue" "orders" {\n  name = "orders"\n}\n'
NOT_IMPLEMENTED = (
    'resource "aws_quicksight_folder" "reports" {\n  folder_id = "r"\n  name = "reports"\n}\n'
)


@pytest.mark.parametrize(
    "address",
    ["https://sqs.eu-central-1.amazonaws.com", "http://10.1.2.3:4566", "http://localhost.evil.com"],
)
def test_an_endpoint_on_another_machine_is_refused(
    terraform: TerraformFolder, address: str
) -> None:
    terraform.write(f'provider "aws" {{\n  endpoints {{\n    sqs = "{address}"\n  }}\n}}\n{QUEUE}')
    assert "is not on this machine" in terraform.fail("plan")


def test_an_endpoint_in_terraforms_environment_is_refused_too(terraform: TerraformFolder) -> None:
    terraform.write(QUEUE)
    terraform.environment["AWS_ENDPOINT_URL_SQS"] = "https://sqs.amazonaws.com"
    assert "is not on this machine" in terraform.fail("plan")


def test_endpoints_as_tflocal_writes_them_are_accepted(
    terraform: TerraformFolder, engine_url: str
) -> None:
    endpoint = engine_url.replace("127.0.0.1", "localhost")
    terraform.write(
        f"""
        provider "aws" {{
          access_key                  = "test"
          secret_key                  = "test"
          skip_credentials_validation = true
          skip_metadata_api_check     = true
          s3_use_path_style           = true
          region                      = "us-west-2"
          endpoints {{
            iotanalytics = "{endpoint}"
            iotevents    = "{endpoint}"
            s3           = "{endpoint.replace("localhost", "s3.localhost.localstack.cloud")}"
            sqs          = "{endpoint}"
          }}
        }}
        {QUEUE}
        """
    )
    terraform.apply()
    assert terraform.values("aws_sqs_queue.orders")["region"] == "us-west-2"
    terraform.destroy()


def test_a_type_that_is_not_implemented_is_named_when_it_is_planned(
    terraform: TerraformFolder,
) -> None:
    terraform.write(NOT_IMPLEMENTED)
    terraform.succeed("validate")
    complaint = terraform.fail("plan")
    assert "resource type aws_quicksight_folder is not implemented yet" in complaint
    assert "PROVIDER=registry" in complaint


def test_the_arguments_of_a_type_that_is_not_implemented_are_checked(
    terraform: TerraformFolder,
) -> None:
    terraform.write(NOT_IMPLEMENTED.replace("name ", "named "))
    assert 'An argument named "named" is not expected here' in terraform.fail("validate")


def test_default_tags_are_the_providers_and_tags_the_resources_own(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    provider = """
    provider "aws" {
      default_tags { tags = { stack = "local", team = "none" } }
      ignore_tags { keys = ["by"] }
    }
    """
    tagged = QUEUE.replace("}", '  tags = { team = "payments" }\n}')
    terraform.write(provider + tagged)
    terraform.apply()
    assert terraform.changes() == {}
    queue = terraform.values("aws_sqs_queue.orders")
    assert queue["tags"] == {"team": "payments"}
    assert queue["tags_all"] == {"stack": "local", "team": "payments"}

    aws("sqs").tag_queue(QueueUrl=queue["url"], Tags={"by": "hand"})
    assert terraform.changes() == {}, "an ignored tag is no drift"

    terraform.write(provider.replace('"local"', '"test"') + QUEUE)
    terraform.apply()
    tags = aws("sqs").list_queue_tags(QueueUrl=queue["url"])["Tags"]
    assert tags == {"stack": "test", "team": "none", "by": "hand"}


def test_a_provider_may_be_configured_by_what_is_known_only_after_apply(
    terraform: TerraformFolder,
) -> None:
    terraform.write(
        f"""
        resource "terraform_data" "place" {{
          input = "us-west-2"
        }}
        provider "aws" {{
          region = terraform_data.place.output
          default_tags {{ tags = {{ place = terraform_data.place.output }} }}
        }}
        {QUEUE}
        """
    )
    terraform.apply()
    queue = terraform.values("aws_sqs_queue.orders")
    assert queue["region"] == "us-west-2"
    assert queue["tags_all"] == {"place": "us-west-2"}
    assert terraform.changes() == {}
    terraform.destroy()


def test_an_object_that_exists_already_is_reported_with_awss_own_code(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    aws("iam").create_role(RoleName="settlement", AssumeRolePolicyDocument="{}")
    terraform.write(
        'resource "aws_iam_role" "settlement" {\n  name = "settlement"\n'
        "  assume_role_policy = jsonencode({ Statement = [] })\n}"
    )
    complaint = terraform.fail("apply", "-auto-approve")
    assert 'creating aws_iam_role "settlement": EntityAlreadyExists' in complaint
    assert "Traceback" not in complaint


def test_an_engine_that_is_down_is_named_with_its_address(terraform: TerraformFolder) -> None:
    terraform.write(QUEUE)
    terraform.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
    complaint = terraform.fail("apply", "-auto-approve")
    assert "Nothing answers at http://127.0.0.1:1" in complaint


def test_a_folder_can_be_chosen_with_chdir(terraform: TerraformFolder, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "main.tf").write_text(NOT_IMPLEMENTED)
    terraform.succeed("-chdir=inner", "init")
    complaint = terraform.fail("-chdir=inner", "plan")
    assert "aws_quicksight_folder is not implemented yet" in complaint


def test_paths_are_those_of_the_calling_terraform_in_child_modules_too(
    terraform: TerraformFolder, tmp_path: Path
) -> None:
    root = tmp_path / "my root"
    module = root / "modules" / "a worker"
    module.mkdir(parents=True)
    for package in (tmp_path / "shared.zip", root / "own code.zip", module / "code.zip"):
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("main.py", "def handler(event, context):\n    return event\n")
    (module / "main.tf").write_text(
        """
        variable "name" { type = string }
        variable "role" { type = string }
        variable "package" {
          type    = string
          default = null
        }
        resource "aws_lambda_function" "this" {
          function_name = var.name
          role          = var.role
          filename      = coalesce(var.package, "${path.module}/code.zip")
          handler       = "main.handler"
          runtime       = "python3.12"
        }
        """
    )
    (root / "main.tf").write_text(
        """
        module "worker" {
          source = "./modules/a worker"
          for_each = {
            module = null
            root   = "${path.root}/own code.zip"
            cwd    = "${path.cwd}/my root/own code.zip"
            above  = "../shared.zip"
          }
          name    = each.key
          role    = aws_iam_role.worker.arn
          package = each.value
        }
        resource "aws_iam_role" "worker" {
          assume_role_policy = jsonencode({
            Version = "2012-10-17"
            Statement = [{
              Effect    = "Allow"
              Action    = "sts:AssumeRole"
              Principal = { Service = "lambda.amazonaws.com" }
            }]
          })
        }
        """
    )
    terraform.succeed("-chdir=my root", "init")
    applied = terraform.succeed("-chdir=my root", "apply", "-auto-approve")
    assert "5 added, 0 changed, 0 destroyed" in applied
    terraform.succeed("-chdir=my root", "plan", "-detailed-exitcode")
    terraform.succeed("-chdir=my root", "destroy", "-auto-approve")


def test_several_terraforms_run_at_once(terraform: TerraformFolder, tmp_path: Path) -> None:
    folders = []
    for number in range(3):
        folder = tmp_path / f"run-{number}"
        folder.mkdir()
        one = TerraformFolder(folder, dict(terraform.environment), terraform.executable)
        one.write(QUEUE.replace('"orders"\n}', f'"orders-{number}"\n}}'))
        one.succeed("init")
        folders.append(one)
    running = [one.start("apply", "-auto-approve", "-parallelism=50") for one in folders]
    ended = [process.communicate(timeout=30) and process.returncode for process in running]
    assert ended == [0, 0, 0]
    assert [one.changes() for one in folders] == [{}, {}, {}]
