"""What Terraform can do with resources beyond apply and destroy, one test for each way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from tests.terraform_folder import TerraformFolder

QUEUE = """
resource "aws_sqs_queue" "this" {
  name                       = "orders"
  visibility_timeout_seconds = 60
}
"""
ADDRESS = "aws_sqs_queue.this"


@contextmanager
def fault(endpoint_url: str, **rule: object) -> Iterator[None]:
    faults = f"{endpoint_url}/_localtender/faults"
    answer = requests.post(faults, json=rule, timeout=10)
    assert answer.ok, answer.text
    try:
        yield
    finally:
        assert requests.get(faults, timeout=10).json(), "the rule is still there"
        requests.delete(faults, timeout=10).raise_for_status()


def test_a_moved_resource_is_neither_changed_nor_made_anew(terraform: TerraformFolder) -> None:
    terraform.write(QUEUE)
    terraform.apply()
    terraform.write(
        QUEUE.replace('"this"', '"that"')
        + f"moved {{\n  from = {ADDRESS}\n  to   = aws_sqs_queue.that\n}}"
    )
    assert terraform.changes() == {}
    terraform.apply()
    assert terraform.values("aws_sqs_queue.that")["name"] == "orders"


def test_a_resource_moves_into_an_instance_of_for_each(terraform: TerraformFolder) -> None:
    terraform.write(QUEUE)
    terraform.apply()
    terraform.write(
        """
        resource "aws_sqs_queue" "this" {
          for_each                   = toset(["orders"])
          name                       = each.key
          visibility_timeout_seconds = 60
        }
        moved {
          from = aws_sqs_queue.this
          to   = aws_sqs_queue.this["orders"]
        }
        """
    )
    assert terraform.changes() == {}


def test_a_removed_resource_stays_at_aws(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(QUEUE)
    terraform.apply()
    terraform.write(
        f"removed {{\n  from = {ADDRESS}\n  lifecycle {{\n    destroy = false\n  }}\n}}"
    )
    terraform.apply()
    assert "orders" in aws("sqs").get_queue_url(QueueName="orders")["QueueUrl"]
    assert not terraform.succeed("state", "list").strip()


def test_import_blocks_take_over_what_exists(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    topics = {name: aws("sns").create_topic(Name=name)["TopicArn"] for name in ("a", "b")}
    terraform.write(
        f"""
        locals {{
          topics = {json.dumps(topics)}
        }}
        resource "aws_sns_topic" "this" {{
          for_each = local.topics
          name     = each.key
        }}
        import {{
          for_each = local.topics
          to       = aws_sns_topic.this[each.key]
          id       = each.value
        }}
        """
    )
    assert terraform.changes() == {}
    assert "2 imported, 0 added, 0 changed" in terraform.apply()


def test_a_configuration_is_generated_for_an_import_and_plans_nothing(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    url = aws("sqs").create_queue(QueueName="orders", Attributes={"DelaySeconds": "7"})["QueueUrl"]
    terraform.write(f'import {{\n  to = {ADDRESS}\n  id = "{url}"\n}}')
    terraform.succeed("plan", "-input=false", "-generate-config-out=generated.tf")
    generated = (terraform.path / "generated.tf").read_text()
    assert "delay_seconds" in generated
    assert terraform.changes() == {}


def test_an_import_of_what_does_not_exist_is_refused(terraform: TerraformFolder) -> None:
    terraform.write(QUEUE)
    complaint = terraform.fail("import", ADDRESS, "http://127.0.0.1/000000000000/nothing")
    assert "Cannot import non-existent remote object" in complaint


def test_only_what_is_targeted_is_made(terraform: TerraformFolder) -> None:
    terraform.write(QUEUE + QUEUE.replace('"this"', '"other"').replace('"orders"', '"other"'))
    terraform.apply(f"-target={ADDRESS}")
    assert terraform.changes() == {"aws_sqs_queue.other": ["create"]}


def test_a_refresh_takes_reality_into_the_state(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    terraform.write(QUEUE)
    terraform.apply()
    url = terraform.values(ADDRESS)["url"]
    aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "7"})
    terraform.apply("-refresh-only")
    assert terraform.values(ADDRESS)["delay_seconds"] == 7
    assert terraform.changes() == {ADDRESS: ["update"]}


def test_a_tainted_resource_and_one_named_for_it_are_replaced(terraform: TerraformFolder) -> None:
    terraform.write(QUEUE)
    terraform.apply()
    assert terraform.changes(f"-replace={ADDRESS}") == {ADDRESS: ["delete", "create"]}
    terraform.succeed("taint", ADDRESS)
    assert terraform.changes() == {ADDRESS: ["delete", "create"]}
    terraform.succeed("untaint", ADDRESS)
    assert terraform.changes() == {}


def test_a_replacement_may_be_created_before_the_old_object_goes(
    terraform: TerraformFolder, aws: Callable[[str], Any]
) -> None:
    rule = "  lifecycle {\n    create_before_destroy = true\n  }\n}"
    topic = 'resource "aws_sns_topic" "this" {\n  name_prefix = "paid-"\n' + rule
    terraform.write(topic)
    terraform.apply()
    terraform.write(topic.replace("paid-", "settled-"))
    assert terraform.changes() == {"aws_sns_topic.this": ["create", "delete"]}
    terraform.apply()
    (arn,) = [topic["TopicArn"] for topic in aws("sns").list_topics()["Topics"]]
    assert ":settled-" in arn


def test_prevent_destroy_and_ignore_changes_are_kept_to(terraform: TerraformFolder) -> None:
    rules = (
        "lifecycle {\n    prevent_destroy = true\n    ignore_changes = [delay_seconds, tags]\n  }"
    )
    queue = QUEUE.replace("= 60\n", f"= 60\n  {rules}\n")
    terraform.write(queue)
    terraform.apply()
    terraform.write(queue.replace("= 60\n", "= 60\n  delay_seconds = 9\n  tags = { a = 1 }\n"))
    assert terraform.changes() == {}
    assert "prevent_destroy" in terraform.fail("destroy", "-auto-approve")


def test_aliases_regions_and_roles_of_providers_are_told_apart(
    terraform: TerraformFolder, aws: Callable[..., Any]
) -> None:
    terraform.write(
        """
        provider "aws" {
          region = "eu-central-1"
        }
        provider "aws" {
          alias  = "west"
          region = "us-west-2"
          assume_role {
            role_arn     = "arn:aws:iam::000000000000:role/deployer"
            session_name = "deployment"
          }
        }
        resource "aws_sqs_queue" "here" {
          name = "here"
        }
        resource "aws_sqs_queue" "west" {
          provider = aws.west
          name     = "west"
        }
        resource "aws_sqs_queue" "east" {
          region = "us-east-1"
          name   = "east"
        }
        """
    )
    terraform.apply()
    regions = {
        name: terraform.values(f"aws_sqs_queue.{name}")["region"]
        for name in ("here", "west", "east")
    }
    assert regions == {"here": "eu-central-1", "west": "us-west-2", "east": "us-east-1"}
    assert "east" in str(aws("sqs", region="us-east-1").list_queues()["QueueUrls"])
    assert terraform.changes() == {}
    terraform.destroy()


def test_many_instances_with_dynamic_blocks_are_made_fifty_at_a_time(
    terraform: TerraformFolder,
) -> None:
    terraform.write(
        """
        locals {
          tables = { for number in range(30) : "T${number}x" => number % 3 }
        }
        resource "aws_dynamodb_table" "this" {
          for_each     = local.tables
          name         = each.key
          billing_mode = "PAY_PER_REQUEST"
          hash_key     = "id"
          dynamic "attribute" {
            for_each = concat(["id"], [for number in range(each.value) : "k${number}"])
            content {
              name = attribute.value
              type = "S"
            }
          }
          dynamic "global_secondary_index" {
            for_each = range(each.value)
            content {
              name            = "by-k${global_secondary_index.value}"
              hash_key        = "k${global_secondary_index.value}"
              projection_type = "ALL"
            }
          }
          timeouts {
            create = "5m"
          }
        }
        resource "aws_sqs_queue" "this" {
          count = 20
          name  = "queue-${count.index}"
          tags  = { table = aws_dynamodb_table.this["T0x"].arn }
        }
        """
    )
    assert "50 added" in terraform.apply("-parallelism=50")
    assert terraform.changes("-parallelism=50") == {}
    terraform.succeed("destroy", "-auto-approve", "-parallelism=50")


def test_an_object_whose_creation_fails_half_way_is_tainted_and_not_lost(
    terraform: TerraformFolder, engine_url: str
) -> None:
    terraform.write(
        'resource "aws_cloudwatch_log_group" "this" {\n  name = "half"\n  retention_in_days = 7\n}'
    )
    with fault(
        engine_url,
        account=terraform.environment["AWS_ACCESS_KEY_ID"],
        kind="error",
        service="logs",
        operation="PutRetentionPolicy",
        code="InvalidParameterException",
        message="not today",
    ):
        complaint = terraform.fail("apply", "-auto-approve")
    assert "InvalidParameterException: not today" in complaint
    assert "with aws_cloudwatch_log_group.this" in complaint
    assert terraform.changes() == {"aws_cloudwatch_log_group.this": ["delete", "create"]}
    terraform.apply()
    assert terraform.changes() == {}


def test_after_an_update_that_fails_half_way_the_state_is_what_is_there(
    terraform: TerraformFolder, engine_url: str
) -> None:
    secret = """
    resource "aws_secretsmanager_secret" "this" {
      name                    = "half"
      description             = "one"
      recovery_window_in_days = 0
    }
    """
    terraform.write(secret)
    terraform.apply()
    policy = '{ Version = "2012-10-17", Statement = [] }'
    terraform.write(secret.replace('"one"', f'"two"\n      policy = jsonencode({policy})'))
    with fault(
        engine_url,
        account=terraform.environment["AWS_ACCESS_KEY_ID"],
        kind="error",
        service="secretsmanager",
        operation="PutResourcePolicy",
        code="InvalidParameterException",
    ):
        assert "InvalidParameterException" in terraform.fail("apply", "-auto-approve")
    (change,) = terraform.plan()["resource_changes"]
    assert change["change"]["before"]["description"] == "two"
    assert change["change"]["actions"] == ["update"]
    terraform.apply()
    assert terraform.changes() == {}


def test_a_throttled_request_is_made_again(terraform: TerraformFolder, engine_url: str) -> None:
    terraform.write(QUEUE)
    with fault(
        engine_url,
        account=terraform.environment["AWS_ACCESS_KEY_ID"],
        kind="throttle",
        service="sqs",
        times=2,
    ):
        terraform.apply()
    assert terraform.changes() == {}


def test_the_schema_can_be_asked_for_and_expressions_evaluated(terraform: TerraformFolder) -> None:
    terraform.write(QUEUE)
    terraform.apply()
    terraform.succeed("init", "-input=false")
    schemas = json.loads(terraform.succeed("providers", "schema", "-json"))["provider_schemas"]
    (schema,) = [schemas[name] for name in schemas if name.endswith("hashicorp/aws")]
    assert "visibility_timeout_seconds" in str(schema["resource_schemas"]["aws_sqs_queue"])


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_terraforms_own_tests_run_with_real_and_mocked_resources(
    terraform: TerraformFolder, command: str
) -> None:
    terraform.write(QUEUE)
    mock = 'mock_provider "aws" {}\n' if command == "plan" else ""
    terraform.write(
        f"""
        {mock}
        run "queue" {{
          command = {command}
          assert {{
            condition     = aws_sqs_queue.this.name == "orders"
            error_message = "another name"
          }}
        }}
        """,
        "queue.tftest.hcl",
    )
    terraform.succeed("init", "-input=false")
    assert "1 passed, 0 failed" in terraform.succeed("test")
