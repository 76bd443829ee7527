"""The utility providers beside the AWS provider, as modules use them together."""

from __future__ import annotations

import json
import signal
import zipfile

from tests.integration.terraform.life import Aws
from tests.terraform_folder import TerraformFolder

TOGETHER = """
terraform {
  required_providers {
    # Pins that no attached provider could meet are as good as none.
    aws     = { source = "hashicorp/aws", version = "~> 4.0" }
    archive = { source = "hashicorp/archive", version = "= 1.3.0" }
    random  = { source = "hashicorp/random", version = "~> 2.1" }
    null    = { source = "hashicorp/null", version = ">= 99" }
    time    = { source = "hashicorp/time", version = "< 0.8" }
    local   = { source = "hashicorp/local" }
  }
}

resource "random_id" "suffix" {
  byte_length = 3
}

resource "random_password" "database" {
  length  = 20
  special = false
}

data "archive_file" "handler" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/.build/handler.zip"
}

resource "aws_iam_role" "handler" {
  name = "handler-${random_id.suffix.hex}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "time_sleep" "role_is_known" {
  create_duration = "50ms"
  triggers        = { role = aws_iam_role.handler.arn }
}

resource "aws_lambda_function" "handler" {
  function_name    = "handler-${random_id.suffix.hex}"
  role             = time_sleep.role_is_known.triggers["role"]
  runtime          = "python3.12"
  handler          = "handler.handler"
  filename         = data.archive_file.handler.output_path
  source_code_hash = data.archive_file.handler.output_base64sha256
}

resource "aws_ssm_parameter" "password" {
  name  = "/database/${random_id.suffix.hex}"
  type  = "SecureString"
  value = random_password.database.result
}

resource "null_resource" "announce" {
  triggers = { code = aws_lambda_function.handler.source_code_hash }

  provisioner "local-exec" {
    command = "echo ${aws_lambda_function.handler.function_name} >> announced.txt"
  }
}

resource "local_file" "settings" {
  filename = "${path.module}/settings.json"
  content  = jsonencode({ function = aws_lambda_function.handler.function_name })
}
"""


def test_a_function_is_deployed_by_six_providers_whatever_versions_are_pinned(
    terraform: TerraformFolder, aws: Aws
) -> None:
    source = terraform.path / "src"
    source.mkdir()
    handler = source / "handler.py"
    handler.write_text("def handler(event, context):\n    return 1\n")
    terraform.write(TOGETHER)
    terraform.succeed("init", "-input=false")
    terraform.apply()
    assert terraform.changes() == {}

    name = json.loads((terraform.path / "settings.json").read_text())["function"]
    assert name == f"handler-{terraform.values('random_id.suffix')['hex']}"
    assert aws("lambda").get_function(FunctionName=name)
    assert (terraform.path / "announced.txt").read_text() == f"{name}\n"
    parameter = aws("ssm").get_parameter(
        Name=name.replace("handler-", "/database/"), WithDecryption=True
    )["Parameter"]
    assert parameter["Value"] == terraform.values("random_password.database")["result"]
    with zipfile.ZipFile(terraform.path / ".build/handler.zip") as archive:
        assert archive.namelist() == ["handler.py"]

    handler.write_text("def handler(event, context):\n    return 2\n")
    assert terraform.changes() == {
        "aws_lambda_function.handler": ["update"],
        "null_resource.announce": ["delete", "create"],
    }
    terraform.apply()
    assert terraform.changes() == {}
    assert (terraform.path / "announced.txt").read_text() == f"{name}\n" * 2
    terraform.destroy()
    assert not (terraform.path / "settings.json").exists()


def test_a_file_that_was_changed_or_lost_is_written_anew(terraform: TerraformFolder) -> None:
    terraform.write(
        """
resource "local_file" "this" {
  for_each = toset(["changed", "lost", "kept"])
  filename = "${each.key}.txt"
  content  = ""
}
"""
    )
    terraform.apply()
    (terraform.path / "changed.txt").write_text("by hand")
    (terraform.path / "lost.txt").unlink()
    assert terraform.changes() == {
        'local_file.this["changed"]': ["create"],
        'local_file.this["lost"]': ["create"],
    }
    terraform.apply()
    assert (terraform.path / "changed.txt").read_text() == ""


def test_what_is_wrong_with_a_file_is_said(terraform: TerraformFolder) -> None:
    terraform.write('data "local_file" "this" {\n  filename = "missing.txt"\n}\n')
    complaint = terraform.fail("plan")
    assert "missing.txt: No such file or directory" in complaint
    terraform.write('resource "local_file" "this" {\n  filename = "a"\n}\n')
    assert "exactly one of content" in terraform.fail("validate")
    terraform.write(
        """
data "archive_file" "this" {
  type        = "zip"
  source_dir  = "nowhere"
  output_path = "a.zip"
}
"""
    )
    assert "nowhere does not exist" in terraform.fail("plan")
    assert not (terraform.path / "a.zip").exists()


def test_an_interrupt_ends_a_pause(terraform: TerraformFolder) -> None:
    terraform.write(
        """
resource "time_static" "before" {}

resource "time_sleep" "long" {
  create_duration = "10m"
  depends_on      = [time_static.before]
}
"""
    )
    with terraform.start("apply", "-auto-approve", "-input=false") as running:
        assert running.stdout is not None
        for line in running.stdout:
            if line.startswith("time_sleep.long: Creating"):
                running.send_signal(signal.SIGINT)
        assert running.wait(30) != 0
    assert terraform.changes() == {"time_sleep.long": ["create"]}


def test_provider_functions_are_called_from_a_configuration(terraform: TerraformFolder) -> None:
    (terraform.path / "there").mkdir()
    terraform.write(
        """
terraform {
  required_providers {
    aws   = { source = "hashicorp/aws" }
    time  = { source = "hashicorp/time" }
    local = { source = "hashicorp/local" }
  }
}

variable "arn" {
  default = "arn:aws:iam::000000000000:role/service/worker"
}

output "all" {
  value = {
    account = provider::aws::arn_parse(var.arn).account_id
    role    = provider::aws::trim_iam_role_path(var.arn)
    built   = provider::aws::arn_build("aws", "sqs", "eu-west-1", "1", "q")
    seconds = provider::time::duration_parse("1m30s").seconds
    weekday = provider::time::rfc3339_parse("2026-01-01T00:00:00Z").weekday_name
    there   = provider::local::direxists("${path.module}/there")
  }
}
"""
    )
    terraform.succeed("init", "-input=false")
    terraform.apply()
    assert json.loads(terraform.succeed("output", "-json", "all")) == {
        "account": "000000000000",
        "role": "arn:aws:iam::000000000000:role/worker",
        "built": "arn:aws:sqs:eu-west-1:1:q",
        "seconds": 90,
        "weekday": "Thursday",
        "there": True,
    }
    complaint = terraform.fail("plan", "-var=arn=queue")
    assert "arn: invalid prefix" in complaint


PROGRAM = """\
import json, os, sys
query = json.load(sys.stdin)
if "fail" in query:
    sys.exit(f"cannot {query['fail']}")
print(json.dumps({"name": query["name"], "folder": os.getcwd(), "who": os.environ["WHO"]}))
"""


def test_a_program_runs_in_terraform_s_folder_and_environment(terraform: TerraformFolder) -> None:
    (terraform.path / "program.py").write_text(PROGRAM)
    terraform.environment["WHO"] = "a test"
    terraform.write(
        """
variable "query" {
  type    = map(string)
  default = { name = "orders", nothing = null }
}

data "external" "this" {
  program = ["python3", "${path.module}/program.py"]
  query   = var.query
}

output "all" {
  value = data.external.this.result
}
"""
    )
    terraform.apply()
    assert json.loads(terraform.succeed("output", "-json", "all")) == {
        "name": "orders",
        "folder": str(terraform.path),
        "who": "a test",
    }
    assert "said: cannot pay" in terraform.fail("plan", '-var=query={fail="pay"}')
    terraform.write('data "external" "this" {\n  program = ["no-such-program"]\n}\n')
    assert "no program no-such-program" in terraform.fail("plan")
    terraform.write('data "external" "this" {\n  program = ["echo", "[1]"]\n}\n')
    assert "values are all strings" in terraform.fail("plan")


EPHEMERAL = """
ephemeral "random_password" "drawn" {
  length           = 30
  min_numeric      = 10
  override_special = "_"
}

resource "aws_secretsmanager_secret" "this" {
  name                    = "database"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = ephemeral.random_password.drawn.result
  secret_string_wo_version = 1
}

ephemeral "aws_secretsmanager_secret_version" "read" {
  secret_id = aws_secretsmanager_secret_version.this.secret_id
}

resource "aws_ssm_parameter" "copy" {
  name             = "/database/password"
  type             = "SecureString"
  value_wo         = ephemeral.aws_secretsmanager_secret_version.read.secret_string
  value_wo_version = 1
}

ephemeral "aws_ssm_parameter" "read" {
  arn = aws_ssm_parameter.copy.arn
}

resource "aws_ssm_parameter" "copy_of_the_copy" {
  name             = "/database/again"
  type             = "SecureString"
  value_wo         = ephemeral.aws_ssm_parameter.read.value
  value_wo_version = 1
}
"""


def test_a_password_goes_to_aws_and_stands_in_no_state(
    terraform: TerraformFolder, aws: Aws
) -> None:
    terraform.write(EPHEMERAL)
    terraform.apply()
    password = aws("secretsmanager").get_secret_value(SecretId="database")["SecretString"]
    assert len(password) == 30
    assert sum(map(str.isdigit, password)) >= 10
    for name in ("/database/password", "/database/again"):
        parameter = aws("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]
        assert parameter["Value"] == password
    assert password not in (terraform.path / "terraform.tfstate").read_text()
    assert terraform.changes() == {}


def test_an_ephemeral_password_that_cannot_be_drawn_is_refused(
    terraform: TerraformFolder,
) -> None:
    terraform.write(
        """
ephemeral "random_password" "drawn" {
  length    = 3
  min_lower = 4
}
"""
    )
    assert "must be at least the sum" in terraform.fail("plan")
