"""Functions in a network, as serverless Terraform writes it, and what is not available here."""

from __future__ import annotations

import io
import zipfile

from tests.terraform_folder import TerraformFolder

NETWORKED = """
data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

variable "open_ports" {
  type    = list(number)
  default = [443, 8443]
}

resource "aws_security_group" "function" {
  name        = "function"
  description = "What the function may reach"
  vpc_id      = data.aws_vpc.default.id

  dynamic "egress" {
    for_each = var.open_ports
    content {
      from_port   = egress.value
      to_port     = egress.value
      protocol    = "tcp"
      cidr_blocks = [data.aws_vpc.default.cidr_block]
    }
  }
}

resource "aws_iam_role" "function" {
  name = "function"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "network" {
  role       = aws_iam_role.function.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
}

resource "aws_lambda_function" "this" {
  function_name = "networked"
  role          = aws_iam_role.function.arn
  runtime       = "python3.12"
  handler       = "app.handler"
  filename      = "app.zip"
  depends_on    = [aws_iam_role_policy_attachment.network]
  vpc_config {
    subnet_ids         = data.aws_subnets.default.ids
    security_group_ids = [aws_security_group.function.id]
  }
}
"""


def test_a_function_runs_in_the_default_network(terraform: TerraformFolder) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", "def handler(event, context):\n    return event\n")
    (terraform.path / "app.zip").write_bytes(archive.getvalue())
    terraform.write(NETWORKED)
    terraform.apply()
    assert terraform.changes() == {}
    (network,) = terraform.values("aws_lambda_function.this")["vpc_config"]
    assert len(network["subnet_ids"]) == 3
    assert network["vpc_id"] == terraform.values("data.aws_vpc.default")["id"]
    assert terraform.changes("-var=open_ports=[443]") == {"aws_security_group.function": ["update"]}
    terraform.apply("-var=open_ports=[443]")
    assert len(terraform.values("aws_security_group.function")["egress"]) == 1
    terraform.destroy()


def test_what_the_engine_would_take_and_forget_is_refused_by_name(
    terraform: TerraformFolder,
) -> None:
    terraform.write("""
    resource "aws_vpc" "this" {
      cidr_block                       = "10.0.0.0/16"
      assign_generated_ipv6_cidr_block = true
    }
    """)
    complaint = terraform.fail("plan")
    assert "assign_generated_ipv6_cidr_block of aws_vpc is not available here" in complaint
    assert "PROVIDER=registry" in complaint


def test_a_network_that_is_not_there_or_not_the_only_one_is_named(
    terraform: TerraformFolder,
) -> None:
    terraform.write("""
    data "aws_vpc" "missing" {
      tags = { Name = "missing" }
    }
    data "aws_subnet" "any" {
    }
    """)
    complaint = terraform.fail("plan")
    assert "no matching EC2 VPC found" in complaint
    assert "multiple EC2 Subnets matched" in complaint


def test_a_zone_that_is_not_there_is_an_error(terraform: TerraformFolder) -> None:
    terraform.write('data "aws_availability_zone" "lost" { name = "eu-central-1x" }')
    assert "no EC2 Availability Zone matched" in terraform.fail("plan")
