"""A module that packages a function as public ones do: external, local and null, then AWS."""

from __future__ import annotations

import zipfile

from tests.integration.terraform.life import Aws
from tests.terraform_folder import TerraformFolder

ROOT = """
module "settle" {
  source      = "./modules/package"
  name        = "settle"
  source_path = "${path.root}/src"
}

module "refund" {
  source      = "./modules/package"
  name        = "refund"
  source_path = "${path.root}/src"
}
"""

MODULE = """
terraform {
  required_providers {
    aws      = { source = "hashicorp/aws", version = ">= 5.79" }
    external = { source = "hashicorp/external", version = ">= 1.0" }
    local    = { source = "hashicorp/local", version = ">= 1.0" }
    null     = { source = "hashicorp/null", version = ">= 2.0" }
    random   = { source = "hashicorp/random", version = ">= 2.0" }
  }
}

variable "name" {}
variable "source_path" {}

data "external" "plan" {
  program = ["python3", "${path.module}/package.py", "prepare"]
  query = {
    paths = jsonencode({ module = path.module, root = path.root, cwd = path.cwd })
    name  = var.name
    path  = var.source_path
  }
}

resource "local_file" "plan" {
  filename             = data.external.plan.result.plan_filename
  content              = data.external.plan.result.plan
  directory_permission = "0755"
  file_permission      = "0644"
}

resource "null_resource" "archive" {
  triggers = {
    filename  = data.external.plan.result.filename
    timestamp = data.external.plan.result.timestamp
  }

  provisioner "local-exec" {
    interpreter = ["python3", "${path.module}/package.py", "build"]
    command     = data.external.plan.result.plan_filename
  }

  depends_on = [local_file.plan]
}

resource "random_string" "suffix" {
  length  = 6
  special = false
  upper   = false
  keepers = { name = var.name }
}

resource "aws_iam_role" "this" {
  name = "${var.name}-${random_string.suffix.result}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_lambda_function" "this" {
  function_name = "${var.name}-${random_string.suffix.result}"
  role          = aws_iam_role.this.arn
  runtime       = "python3.12"
  handler       = "handler.handler"
  filename      = data.external.plan.result.filename
  source_code_hash = (
    data.external.plan.result.was_missing == "true"
    ? null
    : filebase64sha256(data.external.plan.result.filename)
  )

  depends_on = [null_resource.archive]
}
"""

PACKAGE = """
import hashlib, json, os, pathlib, sys, zipfile

if sys.argv[1] == "prepare":
    query = json.load(sys.stdin)
    paths = json.loads(query["paths"])
    assert os.getcwd() == paths["cwd"], (os.getcwd(), paths)
    files = sorted(map(str, pathlib.Path(query["path"]).glob("*.py")))
    digest = hashlib.sha256(query["name"].encode())
    for file in files:
        digest.update(pathlib.Path(file).read_bytes())
    name = f"builds/{digest.hexdigest()}"
    plan = json.dumps({"filename": f"{name}.zip", "files": files})
    print(json.dumps({
        "filename": f"{name}.zip",
        "plan": plan,
        "plan_filename": f"{name}.plan.json",
        "timestamp": "never",
        "was_missing": json.dumps(not os.path.exists(f"{name}.zip")),
    }))
else:
    plan = json.loads(pathlib.Path(sys.argv[2]).read_text())
    with zipfile.ZipFile(plan["filename"], "w") as archive:
        for file in plan["files"]:
            archive.writestr(zipfile.ZipInfo(os.path.basename(file)), open(file).read())
"""


def test_a_function_is_packaged_by_a_program_on_the_way(
    terraform: TerraformFolder, aws: Aws
) -> None:
    handler = terraform.path / "src" / "handler.py"
    module = terraform.path / "modules" / "package"
    for folder in (handler.parent, module):
        folder.mkdir(parents=True)
    handler.write_text("def handler(event, context):\n    return 1\n")
    (module / "package.py").write_text(PACKAGE)
    terraform.write(ROOT)
    terraform.write(MODULE, "modules/package/main.tf")
    terraform.succeed("init", "-input=false")
    terraform.apply()
    # The hash could not be known before the archive was there.
    terraform.apply()
    assert terraform.changes() == {}

    found = aws("lambda").list_functions()["Functions"]
    assert sorted(item["FunctionName"].split("-")[0] for item in found) == ["refund", "settle"]

    handler.write_text("def handler(event, context):\n    return 2\n")
    changes = terraform.changes()
    assert changes["module.settle.null_resource.archive"] == ["delete", "create"]
    assert changes["module.settle.aws_lambda_function.this"] == ["update"]
    terraform.apply()
    archives = sorted((terraform.path / "builds").glob("*.zip"))
    assert len(archives) == 4
    with zipfile.ZipFile(archives[0]) as archive:
        assert archive.namelist() == ["handler.py"]
    terraform.destroy()
